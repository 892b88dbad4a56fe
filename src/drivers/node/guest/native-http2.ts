/**
 * HTTP/2 as the addon has it (`native/http2*.cc`): nghttp2 between buffers in memory. Sessions are numbers, good in this
 * isolate; numbers below 0 are nghttp2's errors.
 */

export type Http2SessionId = number;

/** Called in the midst of `receive` and `send`. What it answers is told by each kind. */
export type Http2Handler = (session: Http2SessionId, kind: string, ...details: never[]) => unknown;

export interface NativeHttp2 {
  /** Once. */
  setHandler(handler: Http2Handler): void;
  /** `options` as Node's buffer has them. 0: there are too many. */
  newSession(
    isServer: boolean,
    options: Uint32Array,
    padding: number,
    pairsMax: number,
  ): Http2SessionId;
  closeSession(session: Http2SessionId): void;
  /** How many bytes were taken; undefined: it is in the midst of taking some. */
  receive(session: Http2SessionId, data: Uint8Array): number | undefined;
  /** What is to be sent; undefined: it is in the midst of that. */
  send(session: Http2SessionId): Uint8Array | number | undefined;
  wantsRead(session: Http2SessionId): boolean;
  wantsWrite(session: Http2SessionId): boolean;
  /** In the order of Node's `sessionState`, and of its `streamState`. */
  state(session: Http2SessionId): readonly number[];
  streamState(session: Http2SessionId, stream: number): readonly number[];
  /** One of the protocol's settings by its number. */
  setting(session: Http2SessionId, number: number, isLocal: boolean): number;
  memory(
    session: Http2SessionId,
  ): readonly [bytes: number, framesReceived: number, framesSent: number];
  errorText(code: number): string;

  /** Headers are packed as Node's library packs them. Answers the stream's number. */
  request(
    session: Http2SessionId,
    hasBody: boolean,
    headers: Uint8Array,
    parent: number,
    weight: number,
    exclusive: boolean,
  ): number;
  respond(session: Http2SessionId, stream: number, headers: Uint8Array, hasBody: boolean): number;
  inform(session: Http2SessionId, stream: number, headers: Uint8Array): number;
  trailers(session: Http2SessionId, stream: number, headers: Uint8Array): number;
  /** Answers the number of the stream that is promised. */
  promise(session: Http2SessionId, stream: number, headers: Uint8Array): number;
  reset(session: Http2SessionId, stream: number, code: number): number;
  setPriority(
    session: Http2SessionId,
    stream: number,
    parent: number,
    weight: number,
    exclusive: boolean,
    isSilent: boolean,
  ): number;
  /** The stream has bytes again, or has ended. */
  resume(session: Http2SessionId, stream: number): number;
  /** The program has read bytes of a stream. */
  consume(session: Http2SessionId, stream: number, bytes: number): number;
  terminate(session: Http2SessionId, code: number): number;
  goaway(
    session: Http2SessionId,
    lastStream: number,
    code: number,
    data: Uint8Array | undefined,
  ): number;
  ping(session: Http2SessionId, payload: Uint8Array): number;
  /** Numbers and values by turns. */
  settings(session: Http2SessionId, entries: Uint32Array): number;
  packSettings(entries: Uint32Array): Uint8Array | undefined;
  altsvc(session: Http2SessionId, stream: number, origin: Uint8Array, value: Uint8Array): number;
  /** With a 0 behind each. */
  origins(session: Http2SessionId, names: Uint8Array): number;
  setNextStream(session: Http2SessionId, stream: number): number;
  setWindow(session: Http2SessionId, bytes: number): number;
}
