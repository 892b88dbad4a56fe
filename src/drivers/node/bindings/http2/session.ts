/**
 * `Http2Session`: a connection of HTTP/2 over a byte stream. It moves bytes between the stream and nghttp2, as Node's own
 * does: what is to be sent is gathered once a turn, and reading waits while the stream below is full.
 */

import type { Guest } from "../../guest/guest.js";
import type { HandleClass } from "../../guest/handle.js";
import { joined } from "../../guest/joined.js";
import type { Http2SessionId, NativeHttp2 } from "../../guest/native-http2.js";
import { beginRequest, completeRequest, makeRequestClass } from "../../guest/request.js";
import {
  type Done,
  type StreamBase,
  type StreamListener,
  UV_EOF,
} from "../../guest/stream-base.js";
import { bytesOf } from "../buffer.js";
import * as code from "./codes.js";
import { type Http2State, isKnownSetting, option } from "./state.js";
import type { Http2Stream, Http2StreamClass } from "./stream.js";

const SERVER = 0;
const PAIRS_DEFAULT = 128;
const PAIRS_MIN_SERVER = 4;
const OUTSTANDING_MAX = 10;
const MEMORY_DEFAULT = 10_000_000;
const MEMORY_UNIT = 1_000_000;
/** What Node counts for a stream. */
const STREAM_BYTES = 800;
const SEND_EARLY_BYTES = 4096;
const CONCURRENT_STREAMS = 3;
const HEADER_LIST_BYTES = 6;
const HEADER_LIST_BYTES_MAX = 16 * 1024 * 1024;
const HEADERS_REQUEST = 0;
const INVALID_FRAMES_DEFAULT = 1000;
const REJECTED_STREAMS_DEFAULT = 100;
const NOTHING = new Uint8Array(0);

/** Node's callbacks, in the order in which they are given. */
export interface Http2Callbacks {
  error?: unknown;
  priority?: unknown;
  settings?: unknown;
  ping?: unknown;
  headers?: unknown;
  frameError?: unknown;
  goawayData?: unknown;
  altsvc?: unknown;
  origin?: unknown;
  streamTrailers?: unknown;
  streamClose?: unknown;
}

/** What a session's class is made with. */
export interface Http2Parts {
  readonly guest: Guest;
  readonly native: NativeHttp2;
  readonly state: Http2State;
  readonly callbacks: Http2Callbacks;
  /** Places in the fields, by Node's names. */
  readonly place: (name: string) => number;
  readonly bytesOfHeaders: (headers: unknown) => Uint8Array;
  readonly asciiBytes: (text: string) => Uint8Array;
  readonly asBuffer: (bytes: Uint8Array) => Uint8Array;
  /** Remembers who a number's events are for. */
  readonly register: (id: Http2SessionId, session: Http2Session) => void;
  readonly streamClass: () => Http2StreamClass;
}

type Submit = (native: NativeHttp2, session: Http2SessionId) => number | undefined;

export interface Http2Session {
  readonly isInScope: boolean;
  readonly headerBytesMax: number;
  onHttp2(kind: string, details: readonly unknown[]): unknown;
  addStream(stream: Http2Stream): void;
  removeStream(stream: Http2Stream): void;
  consume(stream: number, bytes: number): void;
  resume(stream: number): void;
  /** Runs what may give nghttp2 something to send, and has it sent in a later turn. */
  scope(work: () => void): void;
  submit(submit: Submit): number;
  /** Not 0: something is being sent. */
  sendPending(): number;
  addOutgoing(stream: Http2Stream, done: Done): void;
  addPendingReset(stream: number): void;
  hasPendingReset(stream: number): boolean;
  showStream(stream: number): void;
}

export function makeHttp2Session(
  parts: Http2Parts,
  HandleWrap: HandleClass,
): new (
  type: number,
) => Http2Session {
  const { guest, native, state, callbacks, place } = parts;
  const { loop } = guest;
  const Http2Ping = makeRequestClass(guest, "Http2Ping");
  const Http2Settings = makeRequestClass(guest, "Http2Settings");
  const hasFlag = (fields: Uint8Array, name: string): boolean =>
    ((fields[place("kBitfield")] as number) & (1 << place(name))) !== 0;

  return class Http2Session extends HandleWrap implements StreamListener {
    readonly fields = new Uint8Array(place("kSessionUint8FieldCount"));
    ondone: unknown = undefined;
    ongracefulclosecomplete: unknown = undefined;
    chunksSentSinceLastWrite = 0;
    #id: Http2SessionId;
    #stream: StreamBase | null = null;
    #previous: StreamListener | null = null;
    readonly #streams = new Map<number, Http2Stream>();
    isInScope = false;
    #isWriteScheduled = false;
    #isClosing = false;
    #isClosed = false;
    #isClosingGracefully = false;
    #isSending = false;
    #isWriting = false;
    #isReadingStopped = false;
    #isReceivePaused = false;
    #isReceiving = false;
    /** What nghttp2 has not taken yet. */
    #input: Uint8Array | null = null;
    #outgoing: { readonly stream: Http2Stream; readonly done: Done }[] = [];
    #outgoingBytes = 0;
    #pendingResets: number[] = [];
    readonly #pings: ((isAcked: boolean, payload: Uint8Array | undefined) => void)[] = [];
    readonly #settings: ((isAcked: boolean) => void)[] = [];
    readonly #pingsMax: number;
    readonly #settingsMax: number;
    readonly #memoryMax: number;
    readonly #furtherNumbers: ReadonlySet<number>;
    readonly #furtherLocal = new Map<number, number>();
    readonly #furtherRemote = new Map<number, number>();
    #rejectedStreams = 0;
    #invalidFrames = 0;
    #receiveFailure: string | null = null;
    #chunksSent = 0;

    constructor(type: number) {
      super("HTTP2SESSION");
      const isServer = type === SERVER;
      const words = new DataView(this.fields.buffer);
      words.setUint32(place("kSessionMaxInvalidFrames"), INVALID_FRAMES_DEFAULT, true);
      words.setUint32(place("kSessionMaxRejectedStreams"), REJECTED_STREAMS_DEFAULT, true);
      const pairs = state.option(option.headerPairs) ?? PAIRS_DEFAULT;
      this.#pingsMax = state.option(option.pings) ?? OUTSTANDING_MAX;
      this.#settingsMax = state.option(option.settings) ?? OUTSTANDING_MAX;
      this.#memoryMax = (state.option(option.memory) ?? MEMORY_DEFAULT / MEMORY_UNIT) * MEMORY_UNIT;
      this.#furtherNumbers = new Set(state.furtherNumbers);
      const pairsMax = Math.max(pairs, isServer ? PAIRS_MIN_SERVER : 1);
      const padding = state.option(option.padding) ?? 0;
      this.#id = native.newSession(isServer, state.options, padding, pairsMax);
      if (this.#id === 0) throw new Error("Too many HTTP/2 sessions are open");
      parts.register(this.#id, this);
    }

    #call(handler: unknown, ...args: unknown[]): unknown {
      if (typeof handler !== "function") return undefined;
      return guest.callback(this.asyncResource, handler, args, this);
    }

    /** A number that the program has set. */
    #field(name: string): number {
      return new DataView(this.fields.buffer).getUint32(place(name), true);
    }

    consume(stream: unknown, bytes?: number): void {
      if (bytes === undefined) this.#attach(stream as StreamBase);
      else if (this.#id !== 0) native.consume(this.#id, stream as number, bytes);
    }

    /** The stream that the connection is on. */
    #attach(stream: StreamBase): void {
      this.#stream = stream;
      this.#previous = stream.listener;
      stream.listener = this;
    }

    // Streams.

    addStream(stream: Http2Stream): void {
      this.#streams.set(stream.streamId, stream);
    }

    removeStream(stream: Http2Stream): void {
      if (this.#streams.get(stream.streamId) === stream) this.#streams.delete(stream.streamId);
    }

    /** Most bytes of a list of headers, as the peer has been told. */
    get headerBytesMax(): number {
      const told = this.#id === 0 ? 0 : native.setting(this.#id, HEADER_LIST_BYTES, true);
      return Math.min(told, HEADER_LIST_BYTES_MAX);
    }

    #find(id: unknown): Http2Stream | undefined {
      const stream = this.#streams.get(Number(id));
      return stream?.isDestroyed ? undefined : stream;
    }

    #canAddStream(): boolean {
      let bytes = STREAM_BYTES + (native.memory(this.#id)[0] as number);
      for (const { availableBytes } of this.#streams.values())
        bytes += STREAM_BYTES + availableBytes;
      const isRoom = this.#streams.size < native.setting(this.#id, CONCURRENT_STREAMS, true);
      return isRoom && bytes <= this.#memoryMax;
    }

    // What nghttp2 tells and asks; the answers are its own numbers.

    onHttp2(kind: string, details: readonly unknown[]): unknown {
      const [first, second, third, fourth] = details;
      switch (kind) {
        case "read":
          return this.#find(first)?.provide(Number(second));
        case "chunk":
          return this.#takeChunk(this.#find(first), second as Uint8Array);
        case "beginHeaders":
          return this.#beginHeaders(Number(first), Number(second));
        case "tooManyHeaders":
          return this.#find(first)?.resetWith(code.ENHANCE_YOUR_CALM);
        case "headers":
          return this.#tellHeaders(Number(first), second, third, fourth);
        case "dataEnd":
          return this.#endData(this.#find(first), Number(second), Number(third));
        case "streamClose":
          return this.#closeStream(this.#find(first), Number(second));
        case "settings":
          return this.#takeSettings(details as readonly number[]);
        case "ping":
          return this.#takePing(first === 1, second as Uint8Array);
        case "priority":
          if (this.fields[place("kSessionPriorityListenerCount")] === 0) return 0;
          return this.#tell(callbacks.priority, first, second, third, fourth);
        case "goaway": {
          const data = third as Uint8Array;
          const given = data.length > 0 ? parts.asBuffer(data) : undefined;
          return this.#tell(callbacks.goawayData, first, second, given);
        }
        case "altsvc":
          if (!hasFlag(this.fields, "kSessionHasAltsvcListeners")) return 0;
          return this.#tell(callbacks.altsvc, first, second, third);
        case "origin":
          return this.#tell(callbacks.origin, first);
        case "frameNotSent":
          return this.#failFrame(Number(first), Number(second), Number(third));
        case "invalidFrame":
          return this.#failInvalidFrame(Number(first), second === true);
        case "error":
          return this.#tell(callbacks.error, first);
        default:
          return 0;
      }
    }

    #tell(handler: unknown, ...args: unknown[]): number {
      this.#call(handler, ...args);
      return 0;
    }

    #beginHeaders(id: number, category: number): number {
      const known = this.#streams.get(id);
      if (known) {
        known.category = category;
        return known.headerBytesMax;
      }
      if (this.#canAddStream()) {
        const Stream = parts.streamClass();
        this.#rejectedStreams = 0;
        return new Stream(this, id, category).headerBytesMax;
      }
      if (this.#rejectedStreams++ > this.#field("kSessionMaxRejectedStreams")) {
        return code.ERR_CALLBACK_FAILURE;
      }
      native.reset(this.#id, id, code.ENHANCE_YOUR_CALM);
      return code.ERR_TEMPORAL_FAILURE;
    }

    #tellHeaders(id: number, flags: unknown, headers: unknown, sensitive: unknown): number {
      const stream = this.#find(id);
      if (!stream) return 0;
      return this.#tell(callbacks.headers, stream, id, stream.category, flags, headers, sensitive);
    }

    #takeChunk(stream: Http2Stream | undefined, data: Uint8Array): number {
      if (!stream) return 0;
      stream.take(data);
      const waiting = Math.max(this.#outgoingBytes, stream.availableBytes);
      if (waiting > SEND_EARLY_BYTES) this.sendPending();
      if (!this.#isWriting) return 0;
      this.#isReceivePaused = true;
      return 1;
    }

    #endData(stream: Http2Stream | undefined, flags: number, length: number): number {
      if (stream && flags & code.FLAG_END_STREAM) stream.deliver(UV_EOF, NOTHING);
      else if (length === 0) return this.#countInvalidFrame();
      return 0;
    }

    #countInvalidFrame(): number {
      if (this.#invalidFrames++ <= this.#field("kSessionMaxInvalidFrames")) return 0;
      this.#receiveFailure = "ERR_HTTP2_TOO_MANY_INVALID_FRAMES";
      return 1;
    }

    #failInvalidFrame(error: number, isFatal: boolean): number {
      if (this.#countInvalidFrame() !== 0) return 1;
      if (isFatal || error === code.ERR_STREAM_CLOSED || error === code.ERR_PROTO) {
        this.#call(callbacks.error, error);
      }
      return 0;
    }

    #failFrame(id: number, type: number, error: number): number {
      const isClosing =
        error === code.ERR_SESSION_CLOSING ||
        error === code.ERR_STREAM_CLOSED ||
        error === code.ERR_STREAM_CLOSING;
      // A reset that can't be sent is the end of the session: nobody else would tell.
      if (isClosing && type !== code.FRAME_RST_STREAM) return 0;
      return this.#tell(callbacks.frameError, id, type, code.codeOfError(error));
    }

    #closeStream(stream: Http2Stream | undefined, reason: number): number {
      if (!stream) return 0;
      stream.markClosed(reason);
      const answer = guest.callback(stream.asyncResource, callbacks.streamClose, [reason], stream);
      // The program has never seen it.
      if (answer === false) stream.destroy();
      return 0;
    }

    #takeSettings([isAck, ...entries]: readonly number[]): number {
      if (isAck) {
        const done = this.#settings.shift();
        if (done) done(true);
        else this.#call(callbacks.error, code.ERR_PROTO);
        return 0;
      }
      const flags = place("kBitfield");
      const isCurrent = 1 << place("kSessionRemoteSettingsIsUpToDate");
      this.fields[flags] = (this.fields[flags] as number) & ~isCurrent;
      for (let at = 0; at + 1 < entries.length; at += 2) {
        const number = entries[at] as number;
        if (!this.#furtherNumbers.has(number) || isKnownSetting(number)) continue;
        this.#furtherRemote.set(number, entries[at + 1] as number);
      }
      if (!hasFlag(this.fields, "kSessionHasRemoteSettingsListeners")) return 0;
      return this.#tell(callbacks.settings);
    }

    #takePing(isAck: boolean, payload: Uint8Array): number {
      if (isAck) {
        const done = this.#pings.shift();
        if (done) done(true, payload);
        else this.#call(callbacks.error, code.ERR_PROTO);
        return 0;
      }
      if (!hasFlag(this.fields, "kSessionHasPingListeners")) return 0;
      return this.#tell(callbacks.ping, parts.asBuffer(payload));
    }

    // Bytes that come.

    onStreamRead(result: number, data: Uint8Array): void {
      if (result < 0) {
        if (this.#previous) this.#previous.onStreamRead(result, data);
        else this.#stream?.emitRead(result, data);
        return;
      }
      this.scope(() => {
        this.#input = this.#input ? joined(this.#input, data) : data;
        this.#consumeInput();
        this.#maybeStopReading();
      });
    }

    /** Bytes that the program has read before the session was. */
    receive(data: ArrayBufferView): void {
      const bytes = bytesOf(data);
      if (bytes.length > 0) this.onStreamRead(bytes.length, new Uint8Array(bytes));
    }

    #consumeInput(): void {
      const input = this.#input;
      if (!input || this.#isReceiving || this.#id === 0) return;
      this.#isReceivePaused = false;
      this.#receiveFailure = null;
      this.#isReceiving = true;
      const count = native.receive(this.#id, input) ?? 0;
      this.#isReceiving = false;
      if (this.#isReceivePaused && count >= 0) {
        // What came meanwhile was put behind it.
        this.#input = this.#input?.subarray(count) ?? null;
        return;
      }
      this.#input = null;
      if (count >= 0) {
        if (!this.#isClosed) this.sendPending();
        this.#maybeFinishGracefully();
        return;
      }
      this.#call(callbacks.error, count, this.#receiveFailure);
    }

    #maybeStopReading(): void {
      if (this.#isReadingStopped || this.#isClosing || this.#id === 0) return;
      if (native.wantsRead(this.#id) && !this.#isWriting) return;
      this.#isReadingStopped = true;
      this.#stream?.readStop();
    }

    // Bytes that go.

    scope(work: () => void): void {
      if (this.isInScope || this.#isWriteScheduled) {
        work();
        return;
      }
      this.isInScope = true;
      try {
        work();
      } finally {
        this.isInScope = false;
        if (!this.#isWriteScheduled) this.#maybeScheduleWrite();
      }
    }

    #maybeScheduleWrite(): void {
      if (this.#id === 0 || !native.wantsWrite(this.#id)) return;
      this.#isWriteScheduled = true;
      loop.enqueueCheck(() => {
        if (this.#isWriteScheduled) this.#call(() => this.sendPending());
      });
    }

    addOutgoing(stream: Http2Stream, done: Done): void {
      this.#outgoing.push({ stream, done });
    }

    sendPending(): number {
      if (this.#isClosed || this.#id === 0) return 0;
      this.#isWriteScheduled = false;
      if (this.#isSending) return 1;
      this.#isSending = true;
      const output = native.send(this.#id);
      if (typeof output === "number") this.#call(callbacks.error, output);
      if (!this.#stream) {
        this.#finishOutgoing();
        return 0;
      }
      if (!(output instanceof Uint8Array) || output.length === 0) {
        this.#finishOutgoing();
        return 0;
      }
      this.#outgoingBytes = output.length;
      this.#chunksSent++;
      this.#isWriting = true;
      const written = this.#stream.send(output, () => this.#afterWrite());
      if (written !== false) {
        this.#isWriting = false;
        this.#finishOutgoing();
      }
      this.#maybeStopReading();
      this.#maybeFinishGracefully();
      return 0;
    }

    /** The stream below has taken what was sent, or never will: writes are done either way, as in Node. */
    #finishOutgoing(): void {
      this.#isSending = false;
      this.#outgoingBytes = 0;
      for (const { done } of this.#outgoing.splice(0)) done(0);
      if (this.#pendingResets.length === 0) return;
      const resets = this.#pendingResets.splice(0);
      this.sendPending();
      for (const id of resets) this.#find(id)?.flushReset();
    }

    #afterWrite(): void {
      this.#isWriting = false;
      this.#finishOutgoing();
      if (
        this.#isReadingStopped &&
        !this.#isWriting &&
        this.#id !== 0 &&
        native.wantsRead(this.#id)
      ) {
        this.#isReadingStopped = false;
        this.#stream?.readStart();
      }
      if (this.#isClosed) {
        this.#finish();
        return;
      }
      if (this.#input) this.#consumeInput();
      if (!this.#isWriteScheduled && !this.#isClosed) this.#maybeScheduleWrite();
      this.#maybeFinishGracefully();
    }

    addPendingReset(stream: number): void {
      this.#pendingResets.push(stream);
    }

    hasPendingReset(stream: number): boolean {
      return this.#pendingResets.includes(stream);
    }

    resume(stream: number): void {
      if (this.#id !== 0) native.resume(this.#id, stream);
    }

    submit(submit: Submit): number {
      let result = 0;
      if (this.#id === 0) return code.ERR_SESSION_CLOSING;
      this.scope(() => {
        result = submit(native, this.#id) ?? 0;
      });
      return result;
    }

    // The end.

    destroy(reason: number, isSocketClosed: boolean): void {
      if (this.#isClosing) return;
      this.#isClosing = true;
      if (this.#stream) {
        this.#isReadingStopped = true;
        this.#stream.readStop();
      }
      if (!isSocketClosed) {
        native.terminate(this.#id, reason);
        this.sendPending();
      } else this.#detach();
      this.#isClosed = true;
      if (!this.#isWriting || !this.#stream) this.#finish();
      for (const done of this.#pings.splice(0)) loop.enqueueCheck(() => done(false, undefined));
      guest.asyncContext?.emitDestroy(this.asyncResource);
    }

    #detach(): void {
      if (this.#stream?.listener === this) this.#stream.listener = this.#previous;
    }

    #finish(): void {
      this.#call(this.ondone);
      if (!this.#stream) return;
      // To notice that the peer ends.
      this.#isReadingStopped = false;
      this.#stream.readStart();
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
      if (this.#isClosed) return;
      const given = ArrayBuffer.isView(data) ? bytesOf(data) : undefined;
      this.submit((ng, session) => ng.goaway(session, lastStream, reason, given));
    }

    ping(payload: unknown, callback: unknown): boolean {
      const startedAt = guest.hooks.now();
      const request = new Http2Ping();
      beginRequest(guest, request, "HTTP2PING");
      request.oncomplete = callback;
      const done = (isAcked: boolean, answer: Uint8Array | undefined): void => {
        const buffer = answer && parts.asBuffer(answer);
        completeRequest(guest, request, [isAcked, guest.hooks.now() - startedAt, buffer]);
      };
      if (this.#pings.length >= this.#pingsMax) {
        done(false, undefined);
        return false;
      }
      const given = ArrayBuffer.isView(payload)
        ? bytesOf(payload)
        : new Uint8Array(new Float64Array([startedAt]).buffer);
      this.submit((ng, session) => ng.ping(session, given));
      this.#pings.push(done);
      return true;
    }

    settings(callback: unknown): boolean {
      const startedAt = guest.hooks.now();
      const request = new Http2Settings();
      beginRequest(guest, request, "HTTP2SETTINGS");
      request.oncomplete = callback;
      const done = (isAcked: boolean): void => {
        completeRequest(guest, request, [isAcked, guest.hooks.now() - startedAt]);
      };
      if (this.#settings.length >= this.#settingsMax) {
        done(false);
        return false;
      }
      const { entries } = state;
      for (let at = 0; at < entries.length; at += 2) {
        const number = entries[at] as number;
        if (!isKnownSetting(number)) this.#furtherLocal.set(number, entries[at + 1] as number);
      }
      this.submit((ng, session) => ng.settings(session, entries));
      this.#settings.push(done);
      return true;
    }

    localSettings(): void {
      state.show((number) => native.setting(this.#id, number, true), this.#furtherLocal);
    }

    remoteSettings(): void {
      state.show((number) => native.setting(this.#id, number, false), this.#furtherRemote);
    }

    refreshState(): void {
      state.sessionState.set(native.state(this.#id));
    }

    showStream(stream: number): void {
      state.streamState.set(native.streamState(this.#id, stream));
    }

    setNextStreamID(id: number): boolean {
      return native.setNextStream(this.#id, id) >= 0;
    }

    setLocalWindowSize(bytes: number): number {
      return native.setWindow(this.#id, bytes);
    }

    updateChunksSent(): number {
      this.chunksSentSinceLastWrite = this.#chunksSent;
      return this.#chunksSent;
    }

    hasPendingData(): boolean {
      return this.#id !== 0 && (native.wantsWrite(this.#id) || native.wantsRead(this.#id));
    }

    setGracefulClose(): void {
      this.#isClosingGracefully = true;
    }

    /** A session that is to close when all is done learns of that here. */
    #maybeFinishGracefully(): void {
      if (!this.#isClosingGracefully || this.#isClosed || this.hasPendingData()) return;
      this.#call(this.ongracefulclosecomplete);
    }

    altsvc(stream: number, origin: string, value: string): void {
      const [first, second] = [parts.asciiBytes(origin), parts.asciiBytes(value)];
      this.submit((ng, session) => ng.altsvc(session, stream, first, second));
    }

    origin(names: string, _count: number): void {
      this.submit((ng, session) => ng.origins(session, parts.asciiBytes(names)));
    }
  };
}
