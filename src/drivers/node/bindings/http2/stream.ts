/** `Http2Stream`: a byte stream that is one of many on a connection. nghttp2 asks it for bytes when there is room for them. */
import type { Guest } from "../../guest/guest.js";
import type { Request } from "../../guest/request.js";
import {
  type Done,
  type StreamBase,
  type StreamBaseClass,
  UV_EOF,
} from "../../guest/stream-base.js";
import { CANCEL } from "./codes.js";
import type { Http2Callbacks, Http2Session } from "./session-parts.js";

const EPIPE = -32;
const ECANCELED = -125;
const OPTION_EMPTY_PAYLOAD = 1;
const OPTION_GET_TRAILERS = 2;
/** What `read` tells nghttp2. */
const ENDS = 1;
const HAS_TRAILERS = 2;
const NOTHING = new Uint8Array(0);

interface QueuedWrite {
  data: Uint8Array;
  readonly done: Done;
}

export interface Http2Stream extends StreamBase {
  readonly streamId: number;
  category: number;
  readonly headerBytesMax: number;
  readonly availableBytes: number;
  readonly isReading: boolean;
  readonly isDestroyed: boolean;
  readonly isWritable: boolean;
  /** Asked for bytes where it has none: a pipe may have some. */
  onWantsWrite: (() => void) | null;
  /** nghttp2 wants bytes of it; null: there are none for now. */
  provide(room: number): readonly [data: Uint8Array | undefined, flags: number] | null;
  /** Bytes have come for it. */
  take(data: Uint8Array): void;
  markClosed(code: number): void;
  resetWith(code: number): void;
  flushReset(): void;
  destroy(): void;
}

export type Http2StreamClass = new (
  session: Http2Session,
  id: number,
  category: number,
  options?: number,
) => Http2Stream;

export function makeHttp2Stream(
  guest: Guest,
  StreamBase: StreamBaseClass,
  callbacks: Http2Callbacks,
  bytesOfHeaders: (headers: unknown) => Uint8Array,
): Http2StreamClass {
  const { loop } = guest;

  return class Http2Stream extends StreamBase {
    readonly #session: Http2Session;
    readonly streamId: number;
    category: number;
    readonly headerBytesMax: number;
    readonly #queue: QueuedWrite[] = [];
    availableBytes = 0;
    isWritable = true;
    isReading = false;
    isDestroyed = false;
    onWantsWrite: (() => void) | null = null;
    #isReadingKnown = false;
    #pausedBytes = 0;
    #hasTrailers: boolean;
    #code = 0;

    constructor(session: Http2Session, id: number, category: number, options = 0) {
      super("HTTP2STREAM");
      this.#session = session;
      this.streamId = id;
      this.category = category;
      this.headerBytesMax = session.headerBytesMax;
      this.#hasTrailers = (options & OPTION_GET_TRAILERS) !== 0;
      if (options & OPTION_EMPTY_PAYLOAD) this.#endWritable();
      session.addStream(this);
    }

    id(): number {
      return this.streamId;
    }

    // Bytes that come.

    take(data: Uint8Array): void {
      this.deliver(data.length, data);
      if (this.isReading) this.#session.consume(this.streamId, data.length);
      else this.#pausedBytes += data.length;
    }

    override readStart(): number {
      this.#isReadingKnown = true;
      this.isReading = true;
      this.#session.scope(() => {
        this.#session.consume(this.streamId, this.#pausedBytes);
        this.#pausedBytes = 0;
      });
      return 0;
    }

    override readStop(): number {
      if (this.#isReadingKnown) this.isReading = false;
      return 0;
    }

    // Bytes that go.

    override writeBytes(data: Uint8Array, done: Done): boolean | number {
      if (!this.isWritable || this.isDestroyed) return UV_EOF;
      this.#session.scope(() => {
        this.#queue.push({ data, done });
        this.availableBytes += data.length;
        this.#session.resume(this.streamId);
      });
      return false;
    }

    /** 1: done at once. */
    override shutdown(_request: Request): number {
      if (this.isDestroyed) return EPIPE;
      this.#endWritable();
      return 1;
    }

    override endWriting(done: Done): number {
      if (this.isDestroyed) return EPIPE;
      this.#endWritable();
      loop.enqueueCheck(() => done(0));
      return 0;
    }

    #endWritable(): void {
      this.#session.scope(() => {
        this.isWritable = false;
        this.#session.resume(this.streamId);
      });
    }

    provide(room: number): readonly [data: Uint8Array | undefined, flags: number] | null {
      // An empty write is how a program learns that the stream wants bytes.
      while (this.#queue[0]?.data.length === 0) this.#queue.shift()?.done(0);
      const amount = Math.min(this.availableBytes, room);
      if (amount === 0 && this.isWritable) {
        this.onWantsWrite?.();
        const isChanged = this.availableBytes > 0 || !this.isWritable;
        return isChanged ? this.provide(room) : null;
      }
      const data = amount > 0 ? this.#takeQueued(amount) : undefined;
      let flags = 0;
      if (this.availableBytes === 0 && !this.isWritable) {
        flags |= ENDS;
        if (this.#hasTrailers) {
          flags |= HAS_TRAILERS;
          this.#hasTrailers = false;
          guest.callback(this.asyncResource, callbacks.streamTrailers, [], this);
        }
      }
      return [data, flags];
    }

    /** The first bytes of the queue. A write is done when the connection has taken all of it. */
    #takeQueued(amount: number): Uint8Array {
      this.availableBytes -= amount;
      const data = new Uint8Array(amount);
      for (let at = 0; at < amount; ) {
        const first = this.#queue[0] as QueuedWrite;
        const part = first.data.subarray(0, amount - at);
        data.set(part, at);
        at += part.length;
        first.data = first.data.subarray(part.length);
        if (first.data.length > 0) break;
        this.#queue.shift();
        this.#session.addOutgoing(this, first.done);
      }
      return data;
    }

    // Headers and resets.

    respond(headers: unknown, options: number): number {
      const hasBody = this.isWritable && (options & OPTION_EMPTY_PAYLOAD) === 0;
      if (options & OPTION_GET_TRAILERS) this.#hasTrailers = true;
      return this.#submit((native, session) =>
        native.respond(session, this.streamId, bytesOfHeaders(headers), hasBody),
      );
    }

    info(headers: unknown): number {
      return this.#submit((native, session) =>
        native.inform(session, this.streamId, bytesOfHeaders(headers)),
      );
    }

    trailers(headers: unknown): number {
      return this.#submit((native, session) =>
        native.trailers(session, this.streamId, bytesOfHeaders(headers)),
      );
    }

    pushPromise(headers: unknown, options: number): unknown {
      const id = this.#submit((native, session) =>
        native.promise(session, this.streamId, bytesOfHeaders(headers)),
      );
      return id > 0 ? new Http2Stream(this.#session, id, 0, options) : id;
    }

    priority(parent: number, weight: number, exclusive: boolean, isSilent: boolean): void {
      this.#submit((native, session) =>
        native.setPriority(session, this.streamId, parent, weight, exclusive, isSilent),
      );
    }

    #submit(submit: Parameters<Http2Session["submit"]>[0]): number {
      return this.#session.submit(submit);
    }

    rstStream(code: number): void {
      this.resetWith(code);
    }

    resetWith(code: number): void {
      if (this.isDestroyed) return;
      this.#code = code;
      // What waits is sent before: nghttp2 would send the reset first.
      const waits = this.#session.isInScope && code === CANCEL;
      if (waits || this.#session.sendPending() !== 0) this.#session.addPendingReset(this.streamId);
      else this.flushReset();
    }

    flushReset(): void {
      if (this.isDestroyed) return;
      this.#submit((native, session) => native.reset(session, this.streamId, this.#code));
    }

    markClosed(code: number): void {
      this.#code = code;
    }

    refreshState(): void {
      this.#session.showStream(this.streamId);
    }

    destroy(): void {
      if (this.isDestroyed) return;
      if (this.#session.hasPendingReset(this.streamId)) this.flushReset();
      this.isDestroyed = true;
      this.#session.removeStream(this);
      loop.enqueueCheck(() => {
        this.availableBytes = 0;
        for (const { done } of this.#queue.splice(0)) done(ECANCELED);
        guest.asyncContext?.emitDestroy(this.asyncResource);
      });
    }

    /** For the end of what comes. */
    emitEnd(): void {
      this.deliver(UV_EOF, NOTHING);
    }
  } as Http2StreamClass;
}
