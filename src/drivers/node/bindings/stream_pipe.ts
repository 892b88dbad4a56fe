/** `stream_pipe`: a stream's bytes into another one without the program between, as http2's `respondWithFile` has it. */
import type { Binding, Guest } from "../guest/guest.js";
import {
  type StreamBase,
  type StreamBaseClass,
  type StreamListener,
  UV_EOF,
} from "../guest/stream-base.js";

const EINVAL = -22;

export function streamPipeBinding(guest: Guest, StreamBase: StreamBaseClass): Binding {
  const { loop } = guest;

  class StreamPipe extends guest.native.HostObject implements StreamListener {
    source: StreamBase | null;
    sink: StreamBase | null;
    onunpipe: unknown = undefined;
    #pendingWrites = 0;
    #isClosed = false;

    constructor(source: unknown, sink: unknown) {
      super();
      if (!(source instanceof StreamBase && sink instanceof StreamBase)) {
        throw new TypeError("Illegal invocation");
      }
      this.source = source;
      this.sink = sink;
      source.listener = this;
      guest.asyncContext?.emitInit(this, "STREAMPIPE");
    }

    start(): void {
      this.#read();
    }

    isClosed(): boolean {
      return this.#isClosed;
    }

    pendingWrites(): number {
      return this.#pendingWrites;
    }

    #read(): void {
      const failed = this.#isClosed ? 0 : (this.source?.readStart() ?? 0);
      if (failed) this.onStreamRead(failed, new Uint8Array(0));
    }

    onStreamRead(result: number, data: Uint8Array): void {
      if (this.#isClosed) return;
      if (result < 0) {
        this.#finish(result);
        return;
      }
      // The next piece when this one is gone.
      this.source?.readStop();
      this.#pendingWrites++;
      const written = this.sink?.send(data, (status) => this.#afterWrite(status)) ?? EINVAL;
      if (written !== false) {
        loop.enqueueCheck(() => this.#afterWrite(written === true ? 0 : written));
      }
    }

    #afterWrite(status: number): void {
      this.#pendingWrites--;
      if (status === 0) this.#read();
      else this.unpipe();
    }

    #finish(result: number): void {
      const { source, sink } = this;
      source?.readStop();
      // The program hears how it ended.
      source?.emitRead(result, new Uint8Array(0));
      if (result === UV_EOF) sink?.shutdown({});
      this.unpipe();
    }

    unpipe(): void {
      if (this.#isClosed) return;
      this.#isClosed = true;
      const { source } = this;
      if (source?.listener === this) source.listener = null;
      source?.readStop();
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
