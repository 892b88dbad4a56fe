/** `stream_pipe`: a file's bytes into a stream without the program between, as http2's `respondWithFile` has it. */
import type { Reader } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import { type StreamBase, type StreamBaseClass, UV_EOF } from "../guest/stream-base.js";

/** A place in `streamBaseState`. */
const READ_BYTES_OR_ERROR = 0;
const CHUNK_BYTES = 64 * 1024;
const EBADF = -9;
const EINVAL = -22;

/** What a pipe reads from: Node's `FileHandle`. */
export interface PipeSource {
  readonly fd: number;
  /** Where to begin, below 0: wherever the descriptor is; and how much, below 0: all. */
  readonly range: readonly [offset: number, length: number];
  /** Hears how it ended. */
  readonly onread: unknown;
}

export function streamPipeBinding(
  guest: Guest,
  StreamBase: StreamBaseClass,
  streamBaseState: Int32Array,
  isSource: (value: unknown) => value is PipeSource,
): Binding {
  const { kernel, loop } = guest;

  class StreamPipe extends guest.native.HostObject {
    source: PipeSource | null;
    sink: StreamBase | null;
    onunpipe: unknown = undefined;
    #offset: number;
    #left: number;
    #pendingWrites = 0;
    #isClosed = false;
    readonly #reader: Reader;

    constructor(source: unknown, sink: unknown) {
      super();
      if (!isSource(source) || !(sink instanceof StreamBase))
        throw new TypeError("Illegal invocation");
      this.source = source;
      this.sink = sink;
      [this.#offset, this.#left] = source.range;
      this.#reader = {
        fd: source.fd,
        maxBytes: CHUNK_BYTES,
        isReferenced: true,
        onRead: (result, data) => this.#take(result, data),
      };
      guest.asyncContext?.emitInit(this, "STREAMPIPE");
    }

    start(): void {
      loop.enqueueCheck(() => this.#pull());
    }

    isClosed(): boolean {
      return this.#isClosed;
    }

    pendingWrites(): number {
      return this.#pendingWrites;
    }

    #pull(): void {
      const { source } = this;
      if (this.#isClosed || !source) return;
      const room = this.#left < 0 ? CHUNK_BYTES : Math.min(CHUNK_BYTES, this.#left);
      if (room === 0) {
        this.#finish(UV_EOF);
        return;
      }
      if (source.fd < 0) {
        this.#finish(EBADF);
        return;
      }
      // What has no places, such as a pipe, is read as it comes.
      if (this.#offset < 0) {
        loop.watch(this.#reader);
        return;
      }
      const bytes = new Uint8Array(room);
      const count = kernel.readFully(source.fd, bytes, this.#offset);
      this.#take(count, bytes.subarray(0, Math.max(0, count)));
    }

    #take(result: number, data: Uint8Array): void {
      loop.unwatch(this.#reader);
      if (this.#isClosed) return;
      if (result <= 0) {
        this.#finish(result === 0 ? UV_EOF : result);
        return;
      }
      const part = this.#left < 0 ? data : data.subarray(0, this.#left);
      if (this.#left > 0) this.#left -= part.length;
      if (this.#offset >= 0) this.#offset += part.length;
      this.#pendingWrites++;
      const written = this.sink?.send(part, (status) => this.#afterWrite(status)) ?? EINVAL;
      if (written !== false)
        loop.enqueueCheck(() => this.#afterWrite(written === true ? 0 : written));
    }

    #afterWrite(status: number): void {
      this.#pendingWrites--;
      if (status === 0) this.#pull();
      else this.unpipe();
    }

    #finish(result: number): void {
      const { source, sink } = this;
      if (source) this.#tellEnd(source, result);
      if (result === UV_EOF) sink?.shutdown({});
      this.unpipe();
    }

    #tellEnd(source: PipeSource, result: number): void {
      const { onread } = source;
      if (typeof onread !== "function") return;
      const call = (): unknown => {
        streamBaseState[READ_BYTES_OR_ERROR] = result;
        return Reflect.apply(onread, source, []);
      };
      guest.callback(source, call, []);
    }

    unpipe(): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      loop.unwatch(this.#reader);
      loop.enqueueCheck(() => {
        guest.callback(this, this.onunpipe, []);
        this.source = null;
        this.sink = null;
        guest.asyncContext?.emitDestroy(this);
      });
    }
  }

  return { StreamPipe };
}
