/** Byte streams over descriptors, as libuv shows them: reading by events, writing by requests. */
import { POLLOUT } from "../../../kernel/constants.js";
import { bytesOf, encodingOf } from "../bindings/buffer.js";
import { Codec, type Encoding } from "./codec.js";
import { isWritable, type Reader, type Watcher } from "./event-loop.js";
import type { Guest } from "./guest.js";
import type { Handle, HandleClass } from "./handle.js";

const READ_BYTES = 64 * 1024;
const EAGAIN = -11;
const EBADF = -9;
const ECANCELED = -125;
const UV_EOF = -4095;

/** Places in `streamBaseState`. */
const READ_BYTES_OR_ERROR = 0;
const ARRAY_BUFFER_OFFSET = 1;
const BYTES_WRITTEN = 2;
const LAST_WRITE_WAS_ASYNC = 3;

export interface WriteRequest {
  oncomplete?: unknown;
  handle?: unknown;
  error?: unknown;
}

interface PendingWrite {
  readonly request: WriteRequest;
  data: Uint8Array;
}

/** A byte stream. */
export interface Stream extends Handle {
  /** Where bytes are read from, or -1. */
  readFd: number;
  /** Where bytes are written to, or -1. */
  writeFd: number;
  /** Whether a write waits for room: standard streams do, as Node documents for pipes. */
  writesBlock: boolean;
  onread: unknown;
  reading: boolean;
  readonly fd: number;
  readStart(): number;
  readStop(): number;
}

export type StreamClass = new (type: string) => Stream;

/** The base class of pipes and terminals, made for one guest. */
export function makeStreamClass(
  guest: Guest,
  HandleWrap: HandleClass,
  state: Int32Array,
): StreamClass {
  const { kernel, loop } = guest;
  const codec = new Codec(guest.hooks.compute);

  return class LibuvStreamWrap extends HandleWrap {
    readFd = -1;
    writeFd = -1;
    writesBlock = false;
    onread: unknown = undefined;
    reading = false;
    bytesRead = 0;
    bytesWritten = 0;
    isStreamBase = true;
    #userBuffer: Uint8Array | null = null;
    readonly #writes: PendingWrite[] = [];
    #shutdown: WriteRequest | null = null;
    readonly #reader: Reader;
    /** What came after reading had been stopped: given out when it starts again. */
    readonly #kept: { result: number; data: Uint8Array }[] = [];
    readonly #writer: Watcher;

    constructor(type: string) {
      super(type);
      const isReferenced = (): boolean => this.isHandleReferenced;
      const readFd = (): number => this.readFd;
      const writeFd = (): number => this.writeFd;
      this.#reader = {
        get fd() {
          return readFd();
        },
        maxBytes: READ_BYTES,
        get isReferenced() {
          return isReferenced();
        },
        onRead: (result, data) => this.#deliver(result, data),
      };
      this.#writer = {
        get fd() {
          return writeFd();
        },
        events: POLLOUT,
        isReferenced: true,
        onReady: (happened) => {
          if (isWritable(happened)) this.#flush();
        },
      };
    }

    get fd(): number {
      return this.readFd >= 0 ? this.readFd : this.writeFd;
    }

    override get isHandleActive(): boolean {
      return this.reading || this.#writes.length > 0;
    }

    get writeQueueSize(): number {
      let size = 0;
      for (const { data } of this.#writes) size += data.length;
      return size;
    }

    setBlocking(isBlocking: boolean): number {
      this.writesBlock = isBlocking;
      return 0;
    }

    useUserBuffer(buffer: Uint8Array): void {
      this.#userBuffer = buffer;
    }

    readStart(): number {
      if (this.readFd < 0) return EBADF;
      this.reading = true;
      if (this.#kept.length > 0) loop.enqueue(() => this.#deliverKept());
      else loop.watch(this.#reader);
      return 0;
    }

    readStop(): number {
      this.reading = false;
      loop.unwatch(this.#reader);
      return 0;
    }

    #deliverKept(): void {
      while (this.reading && this.#kept.length > 0) {
        const first = this.#kept.shift();
        if (first) this.#deliver(first.result, first.data);
      }
      if (this.reading && this.readFd >= 0) loop.watch(this.#reader);
    }

    #deliver(result: number, data: Uint8Array): void {
      if (this.isHandleClosed) return;
      if (!this.reading) {
        this.#kept.push({ result, data });
        return;
      }
      if (result <= 0) {
        this.readStop();
        this.#emitRead(result === 0 ? UV_EOF : result, undefined);
        return;
      }
      this.bytesRead += result;
      if (this.#userBuffer) {
        this.#userBuffer.set(data);
        const next = this.#emitRead(result, undefined);
        if (next instanceof Uint8Array) this.#userBuffer = next;
        return;
      }
      this.#emitRead(
        result,
        data.byteLength === data.buffer.byteLength ? data.buffer : data.slice().buffer,
      );
    }

    #emitRead(count: number, buffer: ArrayBufferLike | undefined): unknown {
      const { onread } = this;
      if (typeof onread !== "function") return undefined;
      const call = function (this: unknown, given: unknown): unknown {
        state[READ_BYTES_OR_ERROR] = count;
        state[ARRAY_BUFFER_OFFSET] = 0;
        return Reflect.apply(onread as () => void, this, [given] as never);
      };
      return guest.callback(this, call, [buffer]);
    }

    writeBuffer(request: WriteRequest, data: ArrayBufferView): number {
      return this.#write(request, bytesOf(data));
    }

    writev(request: WriteRequest, chunks: readonly unknown[], areBuffers: boolean): number {
      const parts: Uint8Array[] = [];
      let length = 0;
      for (let index = 0; index < chunks.length; index += areBuffers ? 1 : 2) {
        const chunk = chunks[index];
        const bytes =
          typeof chunk === "string"
            ? codec.encode(encodingOf(chunks[index + 1]), chunk)
            : bytesOf(chunk as ArrayBufferView);
        parts.push(bytes);
        length += bytes.length;
      }
      const all = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return this.#write(request, all);
    }

    writeUtf8String(request: WriteRequest, text: string): number {
      return this.#writeText(request, text, "utf8");
    }
    writeAsciiString(request: WriteRequest, text: string): number {
      return this.#writeText(request, text, "latin1");
    }
    writeLatin1String(request: WriteRequest, text: string): number {
      return this.#writeText(request, text, "latin1");
    }
    writeUcs2String(request: WriteRequest, text: string): number {
      return this.#writeText(request, text, "utf16le");
    }

    #writeText(request: WriteRequest, text: string, encoding: Encoding): number {
      return this.#write(request, codec.encode(encoding, text));
    }

    #write(request: WriteRequest, data: Uint8Array): number {
      state[BYTES_WRITTEN] = data.length;
      state[LAST_WRITE_WAS_ASYNC] = 0;
      if (this.writeFd < 0) return EBADF;
      this.bytesWritten += data.length;
      if (this.writesBlock) {
        const count = kernel.writeFully(this.writeFd, data, -1);
        state[BYTES_WRITTEN] = data.length;
        return Math.min(count, 0);
      }
      let rest = data;
      while (this.#writes.length === 0 && rest.length > 0) {
        const count = kernel.tryWrite(this.writeFd, rest);
        if (count === EAGAIN || count === 0) break;
        if (count < 0) return count;
        rest = rest.subarray(count);
      }
      if (rest.length === 0) return 0;
      state[LAST_WRITE_WAS_ASYNC] = 1;
      // The caller may change its buffer only after the request is done.
      this.#writes.push({ request, data: rest });
      loop.watch(this.#writer);
      return 0;
    }

    #flush(): void {
      for (let first = this.#writes[0]; first; first = this.#writes[0]) {
        const count = kernel.tryWrite(this.writeFd, first.data);
        if (count === EAGAIN || count === 0) return;
        if (count > 0 && count < first.data.length) {
          first.data = first.data.subarray(count);
          continue;
        }
        this.#writes.shift();
        this.#complete(first.request, Math.min(count, 0));
        if (this.isHandleClosed) return;
      }
      loop.unwatch(this.#writer);
      this.#finishShutdown();
    }

    #complete(request: WriteRequest, status: number): void {
      guest.callback(request as object, request.oncomplete, [status, this, undefined]);
    }

    shutdown(request: WriteRequest): number {
      this.#shutdown = request;
      if (this.#writes.length === 0) this.#finishShutdown();
      return 0;
    }

    #finishShutdown(): void {
      const request = this.#shutdown;
      if (!request) return;
      this.#shutdown = null;
      this.endWriting();
      loop.enqueue(() =>
        guest.callback(request as object, request.oncomplete, [0, this, undefined]),
      );
    }

    /** Closes the write side, unless the process's standard streams are meant. */
    endWriting(): void {
      if (this.writeFd > 2 && this.writeFd !== this.readFd) kernel.close(this.writeFd);
      this.writeFd = -1;
    }

    override onHandleClose(): void {
      this.readStop();
      loop.unwatch(this.#writer);
      const fds = new Set([this.readFd, this.writeFd]);
      for (const fd of fds) if (fd >= 0) kernel.close(fd);
      this.readFd = -1;
      this.writeFd = -1;
      for (const { request } of this.#writes.splice(0)) {
        loop.enqueue(() => this.#complete(request, ECANCELED));
      }
    }
  };
}
