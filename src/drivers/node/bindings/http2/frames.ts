/** What nghttp2 tells and asks of a session: frames that have come, data to send. The answers are its own numbers. */
import type { Guest } from "../../guest/guest.js";
import { UV_EOF } from "../../guest/stream-base.js";
import type { Acknowledgements } from "./acknowledgements.js";
import * as code from "./codes.js";
import type { Http2Connection } from "./connection.js";
import type { CallNode, Http2Parts, Http2Session } from "./session-parts.js";
import { isKnownSetting } from "./state.js";
import type { Http2Stream } from "./stream.js";
import type { StreamTable } from "./stream-table.js";

const SEND_EARLY_BYTES = 4096;
const NOTHING = new Uint8Array(0);

/** The parts of the session that frames change. */
interface FrameTargets {
  readonly session: Http2Session;
  /** What Node's library and we tell each other by numbers. */
  readonly fields: Uint8Array;
  readonly connection: Http2Connection;
  readonly streams: StreamTable;
  readonly acknowledgements: Acknowledgements;
  readonly call: CallNode;
}

export class Http2Frames {
  readonly #parts: Http2Parts;
  readonly #guest: Guest;
  readonly #targets: FrameTargets;
  readonly #furtherNumbers: ReadonlySet<number>;
  /** Settings of the peer's that nghttp2 does not know and the program has asked for. */
  readonly furtherRemote = new Map<number, number>();
  #rejectedStreams = 0;
  #invalidFrames = 0;

  constructor(parts: Http2Parts, targets: FrameTargets) {
    this.#parts = parts;
    this.#guest = parts.guest;
    this.#targets = targets;
    this.#furtherNumbers = new Set(parts.state.furtherNumbers);
  }

  onHttp2(kind: string, details: readonly unknown[]): unknown {
    const { callbacks, asBuffer } = this.#parts;
    const { streams } = this.#targets;
    const [first, second, third, fourth] = details;
    switch (kind) {
      case "read":
        return streams.find(first)?.provide(Number(second));
      case "chunk":
        return this.#takeChunk(streams.find(first), second as Uint8Array);
      case "beginHeaders":
        return this.#beginHeaders(Number(first), Number(second));
      case "tooManyHeaders":
        return streams.find(first)?.resetWith(code.ENHANCE_YOUR_CALM);
      case "headers":
        return this.#tellHeaders(Number(first), second, third, fourth);
      case "dataEnd":
        return this.#endData(streams.find(first), Number(second), Number(third));
      case "streamClose":
        return this.#closeStream(streams.find(first), Number(second));
      case "settings":
        return this.#takeSettings(details as readonly number[]);
      case "ping":
        return this.#takePing(first === 1, second as Uint8Array);
      case "priority":
        if (this.#byteField("kSessionPriorityListenerCount") === 0) return 0;
        return this.#tell(callbacks.priority, first, second, third, fourth);
      case "goaway": {
        const data = third as Uint8Array;
        const given = data.length > 0 ? asBuffer(data) : undefined;
        return this.#tell(callbacks.goawayData, first, second, given);
      }
      case "altsvc":
        if (!this.#hasFlag("kSessionHasAltsvcListeners")) return 0;
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
    this.#targets.call(handler, ...args);
    return 0;
  }

  #byteField(name: string): number {
    return this.#targets.fields[this.#parts.place(name)] as number;
  }

  #hasFlag(name: string): boolean {
    return (this.#byteField("kBitfield") & (1 << this.#parts.place(name))) !== 0;
  }

  /** A number that the program has set. */
  #numberField(name: string): number {
    const { buffer } = this.#targets.fields;
    return new DataView(buffer).getUint32(this.#parts.place(name), true);
  }

  // Streams.

  #beginHeaders(id: number, category: number): number {
    const { session, streams } = this.#targets;
    const known = streams.get(id);
    if (known) {
      known.category = category;
      return known.headerBytesMax;
    }
    if (streams.hasRoom()) {
      const Stream = this.#parts.streamClass();
      this.#rejectedStreams = 0;
      return new Stream(session, id, category).headerBytesMax;
    }
    if (this.#rejectedStreams++ > this.#numberField("kSessionMaxRejectedStreams")) {
      return code.ERR_CALLBACK_FAILURE;
    }
    streams.refuse(id);
    return code.ERR_TEMPORAL_FAILURE;
  }

  #tellHeaders(id: number, flags: unknown, headers: unknown, sensitive: unknown): number {
    const stream = this.#targets.streams.find(id);
    if (!stream) return 0;
    const { category } = stream;
    return this.#tell(
      this.#parts.callbacks.headers,
      stream,
      id,
      category,
      flags,
      headers,
      sensitive,
    );
  }

  #takeChunk(stream: Http2Stream | undefined, data: Uint8Array): number {
    if (!stream) return 0;
    const { connection } = this.#targets;
    stream.take(data);
    const waiting = Math.max(connection.outgoingBytes, stream.availableBytes);
    if (waiting > SEND_EARLY_BYTES) connection.sendPending();
    if (!connection.isWriting) return 0;
    connection.pauseReceiving();
    return 1;
  }

  #endData(stream: Http2Stream | undefined, flags: number, length: number): number {
    if (stream && flags & code.FLAG_END_STREAM) stream.deliver(UV_EOF, NOTHING);
    else if (length === 0) return this.#countInvalidFrame();
    return 0;
  }

  #closeStream(stream: Http2Stream | undefined, reason: number): number {
    if (!stream) return 0;
    stream.markClosed(reason);
    const { streamClose } = this.#parts.callbacks;
    const answer = this.#guest.callback(stream.asyncResource, streamClose, [reason], stream);
    // The program has never seen it.
    if (answer === false) stream.destroy();
    return 0;
  }

  // Frames that are none, or can't be sent.

  #countInvalidFrame(): number {
    if (this.#invalidFrames++ <= this.#numberField("kSessionMaxInvalidFrames")) return 0;
    this.#targets.connection.receiveFailure = "ERR_HTTP2_TOO_MANY_INVALID_FRAMES";
    return 1;
  }

  #failInvalidFrame(error: number, isFatal: boolean): number {
    if (this.#countInvalidFrame() !== 0) return 1;
    if (isFatal || error === code.ERR_STREAM_CLOSED || error === code.ERR_PROTO) {
      this.#tell(this.#parts.callbacks.error, error);
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
    return this.#tell(this.#parts.callbacks.frameError, id, type, code.codeOfError(error));
  }

  // Settings and pings.

  #takeSettings([isAck, ...entries]: readonly number[]): number {
    const { fields, acknowledgements } = this.#targets;
    const { callbacks, place } = this.#parts;
    if (isAck) {
      return acknowledgements.settle("settings") ? 0 : this.#tell(callbacks.error, code.ERR_PROTO);
    }
    const flags = place("kBitfield");
    const isCurrent = 1 << place("kSessionRemoteSettingsIsUpToDate");
    fields[flags] = (fields[flags] as number) & ~isCurrent;
    for (let at = 0; at + 1 < entries.length; at += 2) {
      const number = entries[at] as number;
      if (!this.#furtherNumbers.has(number) || isKnownSetting(number)) continue;
      this.furtherRemote.set(number, entries[at + 1] as number);
    }
    if (!this.#hasFlag("kSessionHasRemoteSettingsListeners")) return 0;
    return this.#tell(callbacks.settings);
  }

  #takePing(isAck: boolean, payload: Uint8Array): number {
    const { callbacks, asBuffer } = this.#parts;
    if (isAck) {
      const isKnown = this.#targets.acknowledgements.settle("ping", payload);
      return isKnown ? 0 : this.#tell(callbacks.error, code.ERR_PROTO);
    }
    if (!this.#hasFlag("kSessionHasPingListeners")) return 0;
    return this.#tell(callbacks.ping, asBuffer(payload));
  }
}
