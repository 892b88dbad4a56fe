/** What the parts of a session of HTTP/2 know of each other. */
import type { Guest } from "../../guest/guest.js";
import type { Http2SessionId, NativeHttp2 } from "../../guest/native-http2.js";
import type { Done } from "../../guest/stream-base.js";
import type { Http2State } from "./state.js";
import type { Http2Stream, Http2StreamClass } from "./stream.js";

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

/** Asks nghttp2 for something; its answer, an error below 0. */
export type Submit = (native: NativeHttp2, session: Http2SessionId) => number | undefined;

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

/** Calls one of Node's callbacks as the session. */
export type CallNode = (handler: unknown, ...args: unknown[]) => unknown;
