/**
 * What every byte stream of Node's shows: reading by events, writing by requests. What is read goes
 * to the stream's listener, which is a parser or a layer such as TLS, or else to `onread`. Where bytes
 * really come from and go to is the subclass's.
 */
import { bytesOf, encodingOf } from "../bindings/buffer.js";
import { Codec, type Encoding } from "./codec.js";
import type { Guest } from "./guest.js";
import type { Handle, HandleClass } from "./handle.js";
import { beginRequest, completeRequest, type Request } from "./request.js";
import { nodeError } from "./transferables.js";

export const UV_EOF = -4095;

/** Places in `streamBaseState`. */
const READ_BYTES_OR_ERROR = 0;
const ARRAY_BUFFER_OFFSET = 1;
const BYTES_WRITTEN = 2;
const LAST_WRITE_WAS_ASYNC = 3;

/** Takes what a stream reads, in the place of `onread`. */
export interface StreamListener {
  /** Called with bytes; or with how it ended: `UV_EOF`, or minus an error number. */
  onStreamRead(result: number, data: Uint8Array): void;
}

/** Called once with 0 or minus an error number, and what there is to say of that. */
export type Done = (status: number, reason?: string) => void;

/** A handle whose descriptor goes to another process. */
export interface PassedHandle {
  readonly fd: number;
}

export interface StreamBase extends Handle {
  onread: unknown;
  listener: StreamListener | null;
  /** Where the program wants its bytes, in the place of fresh buffers. */
  userBuffer: Uint8Array | null;
  bytesRead: number;
  bytesWritten: number;
  readStart(): number;
  readStop(): number;
  shutdown(request: Request): number;
  /** Hands bytes, or how it ended, to `onread`, past the listener. */
  emitRead(result: number, data: Uint8Array): void;
  /** Gives out what has been read. */
  deliver(result: number, data: Uint8Array): void;
  /**
   * Writes bytes; they stay the caller's until `done`.
   * @param passed - A handle that goes with them, over a channel of `fork`.
   * @returns true: written by now; false: `done` will tell; a number: why not.
   */
  writeBytes(data: Uint8Array, done: Done, passed?: PassedHandle): boolean | number;
  /** Writes for a layer above, such as TLS: `writeBytes`, and counted. */
  send(data: Uint8Array, done: Done, passed?: PassedHandle): boolean | number;
  /** Why the last `writeBytes` failed, where its number does not say. */
  writeFailure: string | undefined;
  /** Ends writing once all has been written. */
  endWriting(done: Done): number;
}

export type StreamBaseClass = new (type: string) => StreamBase;

/** The base class of all streams, made for one guest. */
export function makeStreamBase(
  guest: Guest,
  HandleWrap: HandleClass,
  state: Int32Array,
): StreamBaseClass {
  const codec = new Codec(guest.hooks.compute);

  return class StreamBase extends HandleWrap {
    onread: unknown = undefined;
    listener: StreamListener | null = null;
    // Accessors of the prototype, which of any other object throw a TypeError.
    accessor bytesRead = 0;
    accessor bytesWritten = 0;
    isStreamBase = true;
    userBuffer: Uint8Array | null = null;
    writeFailure: string | undefined = undefined;

    /** What Node's C++ halves of two streams would find each other by. */
    get _externalStream(): unknown {
      return guest.native.makeExternal(this.getAsyncId());
    }

    useUserBuffer(buffer: Uint8Array): void {
      this.userBuffer = bytesOf(buffer);
    }

    readStart(): number {
      return 0;
    }

    readStop(): number {
      return 0;
    }

    writeBytes(_data: Uint8Array, _done: Done, _passed?: PassedHandle): boolean | number {
      return true;
    }

    send(data: Uint8Array, done: Done, passed?: PassedHandle): boolean | number {
      this.bytesWritten += data.length;
      return this.writeBytes(data, done, passed);
    }

    endWriting(done: Done): number {
      guest.loop.enqueue(() => done(0));
      return 0;
    }

    deliver(result: number, data: Uint8Array): void {
      if (result > 0) this.bytesRead += result;
      if (this.listener) this.listener.onStreamRead(result, data);
      else this.emitRead(result, data);
    }

    emitRead(result: number, data: Uint8Array): void {
      if (result <= 0) {
        this.#callOnRead(result, undefined);
        return;
      }
      if (!this.userBuffer) {
        const isWhole = data.byteLength === data.buffer.byteLength;
        this.#callOnRead(result, isWhole ? data.buffer : new Uint8Array(data).buffer);
        return;
      }
      for (let at = 0; at < result && !this.isHandleClosed; ) {
        const part = data.subarray(at, at + this.userBuffer.length);
        this.userBuffer.set(part);
        at += part.length;
        const next = this.#callOnRead(part.length, undefined);
        if (next instanceof Uint8Array) this.userBuffer = next;
      }
    }

    #callOnRead(count: number, buffer: ArrayBufferLike | undefined): unknown {
      const { onread } = this;
      if (typeof onread !== "function") return undefined;
      const call = function (this: unknown, given: unknown): unknown {
        state[READ_BYTES_OR_ERROR] = count;
        state[ARRAY_BUFFER_OFFSET] = 0;
        return Reflect.apply(onread as () => void, this, [given] as never);
      };
      return guest.callback(this.asyncResource, call, [buffer], this);
    }

    writeBuffer(request: Request, data: unknown, passed?: PassedHandle): number {
      if (!ArrayBuffer.isView(data)) {
        throw nodeError(new TypeError("Second argument must be a buffer"), "ERR_INVALID_ARG_TYPE");
      }
      return this.#write(request, bytesOf(data), passed);
    }

    writev(request: Request, chunks: readonly unknown[], areBuffers: boolean): number {
      const parts: Uint8Array[] = [];
      let length = 0;
      for (let index = 0; index < chunks.length; index += areBuffers ? 1 : 2) {
        const chunk = chunks[index];
        const bytes =
          typeof chunk === "string"
            ? codec.encode(encodingOf(chunks[index + 1]), chunk)
            : bytesOf(chunk as ArrayBufferView);
        parts[parts.length] = bytes;
        length += bytes.length;
      }
      const all = new Uint8Array(length);
      let at = 0;
      for (let index = 0; index < parts.length; index++) {
        const part = parts[index] as Uint8Array;
        all.set(part, at);
        at += part.length;
      }
      return this.#write(request, all);
    }

    writeUtf8String(request: Request, text: string, passed?: PassedHandle): number {
      return this.#writeText(request, text, "utf8", passed);
    }
    writeAsciiString(request: Request, text: string, passed?: PassedHandle): number {
      return this.#writeText(request, text, "latin1", passed);
    }
    writeLatin1String(request: Request, text: string, passed?: PassedHandle): number {
      return this.#writeText(request, text, "latin1", passed);
    }
    writeUcs2String(request: Request, text: string, passed?: PassedHandle): number {
      return this.#writeText(request, text, "utf16le", passed);
    }

    #writeText(
      request: Request,
      text: string,
      encoding: Encoding,
      passed: PassedHandle | undefined,
    ): number {
      return this.#write(request, codec.encode(encoding, text), passed);
    }

    #write(request: Request, data: Uint8Array, passed?: PassedHandle): number {
      const done: Done = (status, reason) => {
        if (reason !== undefined) request.error = reason;
        completeRequest(guest, request, [status, this, undefined]);
      };
      const written = this.send(data, done, passed);
      if (typeof written === "number" && this.writeFailure) request.error = this.writeFailure;
      // Last: a stream over another one writes to that meanwhile.
      state[BYTES_WRITTEN] = data.length;
      state[LAST_WRITE_WAS_ASYNC] = written === false ? 1 : 0;
      if (typeof written === "number") return written;
      if (!written) beginRequest(guest, request, "WRITEWRAP");
      return 0;
    }

    shutdown(request: Request): number {
      const failed = this.endWriting((status) =>
        completeRequest(guest, request, [status, this, undefined]),
      );
      if (!failed) beginRequest(guest, request, "SHUTDOWNWRAP");
      return failed;
    }
  };
}
