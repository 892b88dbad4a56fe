/**
 * `Http2Session`: a connection of HTTP/2 over a byte stream, as Node's library knows it. Its bytes are `connection.ts`, what comes
 * in frames is `frames.ts`; what the program asks for is here.
 */
import type { HandleClass } from "../../guest/handle.js";
import type { Http2SessionId } from "../../guest/native-http2.js";
import type { Done, StreamBase } from "../../guest/stream-base.js";
import { bytesOf } from "../buffer.js";
import { Acknowledgements, requestClasses } from "./acknowledgements.js";
import { Http2Connection } from "./connection.js";
import { Http2Frames } from "./frames.js";
import type { Http2Parts, Http2Session, Submit } from "./session-parts.js";
import { isKnownSetting, option } from "./state.js";
import type { Http2Stream } from "./stream.js";
import { StreamTable } from "./stream-table.js";

const SERVER = 0;
const PAIRS_DEFAULT = 128;
const PAIRS_MIN_SERVER = 4;
const MEMORY_DEFAULT = 10_000_000;
const MEMORY_UNIT = 1_000_000;
const HEADER_LIST_BYTES = 6;
const HEADER_LIST_BYTES_MAX = 16 * 1024 * 1024;
const HEADERS_REQUEST = 0;
const INVALID_FRAMES_DEFAULT = 1000;
const REJECTED_STREAMS_DEFAULT = 100;

export function makeHttp2Session(
  parts: Http2Parts,
  HandleWrap: HandleClass,
): new (
  type: number,
) => Http2Session {
  const { guest, native, state, callbacks, place } = parts;
  const requests = requestClasses(guest);

  return class Http2Session extends HandleWrap {
    readonly fields = new Uint8Array(place("kSessionUint8FieldCount"));
    ondone: unknown = undefined;
    ongracefulclosecomplete: unknown = undefined;
    chunksSentSinceLastWrite = 0;
    readonly #id: Http2SessionId;
    readonly #streams: StreamTable;
    readonly #connection: Http2Connection;
    readonly #acknowledgements = new Acknowledgements(parts, requests);
    readonly #frames: Http2Frames;
    /** Settings of our own that nghttp2 does not know. */
    readonly #furtherLocal = new Map<number, number>();

    constructor(type: number) {
      super("HTTP2SESSION");
      const isServer = type === SERVER;
      const words = new DataView(this.fields.buffer);
      words.setUint32(place("kSessionMaxInvalidFrames"), INVALID_FRAMES_DEFAULT, true);
      words.setUint32(place("kSessionMaxRejectedStreams"), REJECTED_STREAMS_DEFAULT, true);
      const pairs = state.option(option.headerPairs) ?? PAIRS_DEFAULT;
      const pairsMax = Math.max(pairs, isServer ? PAIRS_MIN_SERVER : 1);
      const padding = state.option(option.padding) ?? 0;
      this.#id = native.newSession(isServer, state.options, padding, pairsMax);
      if (this.#id === 0) throw new Error("Too many HTTP/2 sessions are open");
      const memoryMax = (state.option(option.memory) ?? MEMORY_DEFAULT / MEMORY_UNIT) * MEMORY_UNIT;
      this.#streams = new StreamTable(native, this.#id, memoryMax);
      this.#connection = new Http2Connection(native, this.#id, guest.loop, {
        find: (stream) => this.#streams.find(stream),
        fail: (...failure) => this.#call(callbacks.error, ...failure),
        run: (work) => this.#call(work),
        hasEnded: () => this.#call(this.ondone),
        isIdle: () => this.#call(this.ongracefulclosecomplete),
      });
      this.#frames = new Http2Frames(parts, {
        session: this,
        fields: this.fields,
        connection: this.#connection,
        streams: this.#streams,
        acknowledgements: this.#acknowledgements,
        call: (handler, ...args) => this.#call(handler, ...args),
      });
      parts.register(this.#id, this);
    }

    #call(handler: unknown, ...args: unknown[]): unknown {
      if (typeof handler !== "function") return undefined;
      return guest.callback(this.asyncResource, handler, args, this);
    }

    onHttp2(kind: string, details: readonly unknown[]): unknown {
      return this.#frames.onHttp2(kind, details);
    }

    // Streams.

    addStream(stream: Http2Stream): void {
      this.#streams.add(stream);
    }

    removeStream(stream: Http2Stream): void {
      this.#streams.remove(stream);
    }

    /** Most bytes of a list of headers, as the peer has been told. */
    get headerBytesMax(): number {
      const told = native.setting(this.#id, HEADER_LIST_BYTES, true);
      return Math.min(told, HEADER_LIST_BYTES_MAX);
    }

    resume(stream: number): void {
      native.resume(this.#id, stream);
    }

    // Bytes.

    /** Node's library gives the stream that the connection is on; a stream the bytes of it that the program has taken. */
    consume(stream: unknown, bytes?: number): void {
      if (bytes === undefined) this.#connection.attach(stream as StreamBase);
      else native.consume(this.#id, stream as number, bytes);
    }

    /** Bytes that the program has read before the session was. */
    receive(data: ArrayBufferView): void {
      const bytes = bytesOf(data);
      if (bytes.length > 0) this.#connection.onStreamRead(bytes.length, new Uint8Array(bytes));
    }

    get isInScope(): boolean {
      return this.#connection.isInScope;
    }

    scope(work: () => void): void {
      this.#connection.scope(work);
    }

    submit(submit: Submit): number {
      let result = 0;
      this.scope(() => {
        result = submit(native, this.#id) ?? 0;
      });
      return result;
    }

    addOutgoing(stream: Http2Stream, done: Done): void {
      this.#connection.addOutgoing(stream, done);
    }

    sendPending(): number {
      return this.#connection.sendPending();
    }

    addPendingReset(stream: number): void {
      this.#connection.addPendingReset(stream);
    }

    hasPendingReset(stream: number): boolean {
      return this.#connection.hasPendingReset(stream);
    }

    hasPendingData(): boolean {
      return this.#connection.hasPendingData;
    }

    // The end.

    setGracefulClose(): void {
      this.#connection.isClosingGracefully = true;
    }

    destroy(reason: number, isSocketClosed: boolean): void {
      if (this.#connection.isClosing) return;
      this.#connection.close(reason, isSocketClosed);
      this.#acknowledgements.abandonPings();
      guest.asyncContext?.emitDestroy(this.asyncResource);
    }

    // What the program asks for.

    request(
      headers: unknown,
      options: number,
      parent: number,
      weight: number,
      exclusive: boolean,
    ): unknown {
      const hasBody = (options & 1) === 0;
      const packed = parts.bytesOfHeaders(headers);
      let stream: unknown;
      const id = this.submit((ng, session) => {
        const made = ng.request(session, hasBody, packed, parent | 0, weight | 0, exclusive);
        const Stream = parts.streamClass();
        if (made > 0) stream = new Stream(this, made, HEADERS_REQUEST, options);
        return made;
      });
      return stream ?? id;
    }

    goaway(reason: number, lastStream: number, data: unknown): void {
      if (this.#connection.isClosed) return;
      const given = ArrayBuffer.isView(data) ? bytesOf(data) : undefined;
      this.submit((ng, session) => ng.goaway(session, lastStream, reason, given));
    }

    ping(payload: unknown, callback: unknown): boolean {
      return this.#acknowledgements.send("ping", callback, (startedAt) => {
        const given = ArrayBuffer.isView(payload)
          ? bytesOf(payload)
          : new Uint8Array(new Float64Array([startedAt]).buffer);
        this.submit((ng, session) => ng.ping(session, given));
      });
    }

    settings(callback: unknown): boolean {
      return this.#acknowledgements.send("settings", callback, () => {
        const { entries } = state;
        for (let at = 0; at < entries.length; at += 2) {
          const number = entries[at] as number;
          if (!isKnownSetting(number)) this.#furtherLocal.set(number, entries[at + 1] as number);
        }
        this.submit((ng, session) => ng.settings(session, entries));
      });
    }

    altsvc(stream: number, origin: string, value: string): void {
      const [first, second] = [parts.asciiBytes(origin), parts.asciiBytes(value)];
      this.submit((ng, session) => ng.altsvc(session, stream, first, second));
    }

    origin(names: string, _count: number): void {
      this.submit((ng, session) => ng.origins(session, parts.asciiBytes(names)));
    }

    setNextStreamID(id: number): boolean {
      return native.setNextStream(this.#id, id) >= 0;
    }

    setLocalWindowSize(bytes: number): number {
      return native.setWindow(this.#id, bytes);
    }

    // What it is like at this moment.

    localSettings(): void {
      state.show((number) => native.setting(this.#id, number, true), this.#furtherLocal);
    }

    remoteSettings(): void {
      state.show((number) => native.setting(this.#id, number, false), this.#frames.furtherRemote);
    }

    refreshState(): void {
      state.sessionState.set(native.state(this.#id));
    }

    showStream(stream: number): void {
      state.streamState.set(native.streamState(this.#id, stream));
    }

    updateChunksSent(): number {
      this.chunksSentSinceLastWrite = this.#connection.chunksSent;
      return this.#connection.chunksSent;
    }
  };
}
