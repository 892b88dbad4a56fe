/** The streams of a session, and whether there is room for one more. */
import type { Http2SessionId, NativeHttp2 } from "../../guest/native-http2.js";
import { ENHANCE_YOUR_CALM } from "./codes.js";
import type { Http2Stream } from "./stream.js";

/** What Node counts for a stream. */
const STREAM_BYTES = 800;
const CONCURRENT_STREAMS = 3;

export class StreamTable {
  readonly #native: NativeHttp2;
  readonly #session: Http2SessionId;
  readonly #memoryMax: number;
  readonly #streams = new Map<number, Http2Stream>();

  /** @param memoryMax - Bytes that all streams and nghttp2 may take before the peer's new ones are refused. */
  constructor(native: NativeHttp2, session: Http2SessionId, memoryMax: number) {
    this.#native = native;
    this.#session = session;
    this.#memoryMax = memoryMax;
  }

  add(stream: Http2Stream): void {
    this.#streams.set(stream.streamId, stream);
  }

  remove(stream: Http2Stream): void {
    if (this.#streams.get(stream.streamId) === stream) this.#streams.delete(stream.streamId);
  }

  get(id: number): Http2Stream | undefined {
    return this.#streams.get(id);
  }

  /** A stream that is still open. */
  find(id: unknown): Http2Stream | undefined {
    const stream = this.#streams.get(Number(id));
    return stream?.isDestroyed ? undefined : stream;
  }

  hasRoom(): boolean {
    let bytes = STREAM_BYTES + (this.#native.memory(this.#session)[0] as number);
    for (const { availableBytes } of this.#streams.values()) bytes += STREAM_BYTES + availableBytes;
    const concurrentMax = this.#native.setting(this.#session, CONCURRENT_STREAMS, true);
    return this.#streams.size < concurrentMax && bytes <= this.#memoryMax;
  }

  /** Resets a stream of the peer's that there is no room for. */
  refuse(id: number): void {
    this.#native.reset(this.#session, id, ENHANCE_YOUR_CALM);
  }
}
