/** `js_stream`: a stream of Node's over one that is written in JavaScript. */
import type { Binding, Guest } from "../guest/guest.js";
import type { Request } from "../guest/request.js";
import { makeRequestClass } from "../guest/request.js";
import { type Done, type StreamBaseClass, UV_EOF } from "../guest/stream-base.js";
import { bytesOf } from "./buffer.js";

const EPROTO = -71;

/** What `internal/js_stream_socket` puts on its handle. */
interface Handlers {
  onreadstart?: () => unknown;
  onreadstop?: () => unknown;
  onshutdown?: (request: object) => unknown;
  onwrite?: (request: object, buffers: readonly Uint8Array[]) => unknown;
}

export function jsStreamBinding(guest: Guest, StreamBase: StreamBaseClass): Binding {
  const WriteWrap = makeRequestClass(guest, "WriteWrap");
  const ShutdownWrap = makeRequestClass(guest, "ShutdownWrap");

  class JSStream extends StreamBase {
    readonly #pending = new Map<Request, Done>();

    constructor() {
      super("JSSTREAM");
    }

    /** Calls what the program has put on this handle; an error is the program's, and EPROTO. */
    #ask(name: keyof Handlers, ...args: unknown[]): number {
      const handler = (this as Handlers)[name];
      if (typeof handler !== "function") return EPROTO;
      const answer = guest.callback(this, handler, args);
      return typeof answer === "number" ? answer : EPROTO;
    }

    override readStart(): number {
      return this.#ask("onreadstart");
    }

    override readStop(): number {
      return this.#ask("onreadstop");
    }

    override writeBytes(data: Uint8Array, done: Done): boolean | number {
      const request = new WriteWrap();
      this.#pending.set(request, done);
      const buffer = Object.setPrototypeOf(
        new Uint8Array(data),
        guest.bufferPrototype,
      ) as Uint8Array;
      request.oncomplete = (status = 0) => this.#finish(request, status);
      const failed = this.#ask("onwrite", request, [buffer]);
      if (!failed) return false;
      this.#pending.delete(request);
      return failed;
    }

    override endWriting(done: Done): number {
      const request = new ShutdownWrap();
      this.#pending.set(request, done);
      // Programs may end it that way, too.
      request.oncomplete = (status = 0) => this.#finish(request, status);
      const failed = this.#ask("onshutdown", request);
      if (failed) this.#pending.delete(request);
      return failed;
    }

    finishWrite(request: Request, status: number): void {
      this.#finish(request, status);
    }

    finishShutdown(request: Request, status: number): void {
      this.#finish(request, status);
    }

    #finish(request: Request, status: number): void {
      const done = this.#pending.get(request);
      this.#pending.delete(request);
      done?.(status);
    }

    readBuffer(data: ArrayBufferView): void {
      // A copy, which `slice` of a Buffer is not.
      const copy = new Uint8Array(bytesOf(data));
      this.deliver(copy.length, copy);
    }

    emitEOF(): void {
      this.deliver(UV_EOF, new Uint8Array(0));
    }
  }

  return { JSStream };
}
