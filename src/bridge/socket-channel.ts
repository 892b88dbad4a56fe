/**
 * A channel over a socketpair: its guest is an operating system process. Frames, in both
 * directions, are the header and as much of the payload as is used. Bytes come in as they come;
 * a whole frame is one call. A guest waits for its answer before it sends the next call, except
 * that it may post writes: those are carried out one after the other, and what comes behind one
 * that has to wait stays in the socket.
 *
 * A frame that is too long, or comes out of turn, breaks the channel: it serves nobody after that.
 */
import type { Process } from "../kernel/process.js";
import type { Thread } from "../kernel/thread.js";
import { type Channel, type Reply, writeReply } from "./channel.js";
import { syscalls } from "./syscalls.js";
import {
  ARGUMENT_WORDS,
  HEADER_BYTES,
  HEADER_WORDS,
  PAYLOAD_BYTES,
  READY,
  RESTED,
  state,
  word,
} from "./wire.js";

/** What carries the bytes: the kernel's end of the socketpair. */
export interface ByteTransport {
  /** Sends bytes, which stay as they are until the guest has them. */
  send(bytes: Uint8Array): void;
  /** Stops and restarts what comes in: while stopped, the guest's writes wait. */
  setFlowing(isFlowing: boolean): void;
  /** What has arrived and was not handed in yet, without waiting; null when there is nothing. */
  readNow(): Uint8Array | null;
}

/** What happens on a channel. */
export interface ChannelListener {
  /** A call is there to be taken. */
  onCall(): void;
  /** The guest's process says that it serves nobody. */
  onReady(): void;
  /** It has made what its next guest needs. */
  onRested(): void;
  /** The guest has broken the rules. */
  onViolation(): void;
  /** Everything that had arrived has been carried out. */
  onIdle(): void;
}

/** What of the guest's is being carried out. */
type Serving = "nothing" | "call" | "posted write";

export class SocketChannel implements Channel {
  readonly #transport: ByteTransport;
  readonly #listener: ChannelListener;
  readonly #frame = new Uint8Array(HEADER_BYTES + PAYLOAD_BYTES);
  readonly #header = new Int32Array(this.#frame.buffer, 0, HEADER_WORDS);
  readonly payload = this.#frame.subarray(HEADER_BYTES);
  process: Process | null = null;
  thread: Thread | null = null;
  /** How much of the next frame has come. */
  #filled = 0;
  /** What came behind the frame that is being served. */
  readonly #waiting: Uint8Array[] = [];
  #serving: Serving = "nothing";
  #isAdvancing = false;
  #isBroken = false;
  /** It has said that it is ready, and may say once that it is rested. */
  #mayRest = false;
  #isFlowing = true;

  constructor(transport: ByteTransport, listener: ChannelListener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  get receivedBytes(): number {
    return this.#header[word.payloadLength] ?? 0;
  }

  /** Whether the guest waits for the answer of a call. */
  get isInCall(): boolean {
    return this.#serving === "call";
  }

  /** Whether nothing is left to be carried out. */
  get isIdle(): boolean {
    return this.#serving === "nothing" && this.#waiting.length === 0;
  }

  /** Takes what has arrived. */
  receive(bytes: Uint8Array): void {
    if (this.#isBroken || bytes.length === 0) return;
    this.#waiting.push(bytes);
    this.#advance();
  }

  takeCall(): Int32Array {
    return this.#header.slice(word.number, word.arguments + ARGUMENT_WORDS);
  }

  answer(reply: Reply): void {
    if (this.#serving !== "call") return;
    this.#send(reply, state.answered);
    this.release();
  }

  release(): void {
    this.#serving = "nothing";
    this.#advance();
  }

  /**
   * The process has ended: nothing more is carried out for it. A guest that waits for an answer is
   * told to unwind (true); one that computes hears nothing.
   */
  dismiss(): boolean {
    this.process = null;
    const hasCall = this.#serving === "call" && !this.#isBroken;
    const isExit = this.#header[word.number] === syscalls.exit.number;
    if (hasCall && !isExit) {
      this.#send({ result: 0, resultHigh: 0, errno: 0, payloadLength: 0 }, state.ended);
    }
    if (this.#serving === "call") this.release();
    return hasCall;
  }

  /**
   * Carries out, by `carryOut`, what had arrived when the process ended, while it answers true.
   * @param isHeld - Whether what is being served has not begun: the process was stopped.
   */
  drain(carryOut: () => boolean, isHeld = false): void {
    const isFirstHeld = isHeld && this.#serving === "posted write";
    if (this.#isBroken || (this.#serving !== "nothing" && !isFirstHeld)) return;
    this.#isAdvancing = true;
    if (isFirstHeld && !carryOut()) {
      this.#isAdvancing = false;
      return;
    }
    for (let budget = DRAIN_BYTES; budget > 0; ) {
      if (this.#waiting.length === 0) {
        const bytes = this.#transport.readNow();
        if (!bytes) break;
        budget -= bytes.length;
        this.#waiting.push(bytes);
      }
      if (!this.#assemble()) {
        if (this.#isBroken) break;
        continue;
      }
      this.#serving = "posted write";
      if (!carryOut()) break;
    }
    this.#isAdvancing = false;
  }

  #send(reply: Reply, newState: number): void {
    writeReply(this.#header, reply, this.process);
    this.#header[word.state] = newState;
    this.#transport.send(this.#frame.subarray(0, HEADER_BYTES + reply.payloadLength));
  }

  /** Serves frame after frame until one has to wait or there is none. */
  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#serving === "nothing" && !this.#isBroken && this.#assemble()) this.#begin();
    this.#isAdvancing = false;
    if (this.#isBroken) return;
    if (this.#serving === "call" && this.#waiting.length > 0) {
      this.#break();
      return;
    }
    this.#setFlowing(this.#waiting.length === 0);
    if (this.isIdle) this.#listener.onIdle();
  }

  #begin(): void {
    const number = this.#header[word.number];
    if (number === RESTED && this.#mayRest) {
      this.#mayRest = false;
      this.#listener.onRested();
      return;
    }
    if (number === READY || !this.process) {
      this.#mayRest = number === READY && !this.process;
      if (this.#mayRest) this.#listener.onReady();
      else this.#break();
      return;
    }
    this.#serving = number === syscalls.posted_write.number ? "posted write" : "call";
    this.#listener.onCall();
  }

  /** Moves bytes into the frame; true when it is whole. */
  #assemble(): boolean {
    for (let chunk = this.#waiting[0]; chunk; chunk = this.#waiting[0]) {
      const isHeader = this.#filled < HEADER_BYTES;
      const end = HEADER_BYTES + (isHeader ? 0 : this.receivedBytes);
      const part = chunk.subarray(0, end - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      if (part.length === chunk.length) this.#waiting.shift();
      else this.#waiting[0] = chunk.subarray(part.length);
      if (this.#filled < end) continue;
      if (isHeader && (this.receivedBytes < 0 || this.receivedBytes > PAYLOAD_BYTES)) {
        this.#break();
        return false;
      }
      if (this.#filled < HEADER_BYTES + this.receivedBytes) continue;
      this.#filled = 0;
      return true;
    }
    return false;
  }

  #setFlowing(isFlowing: boolean): void {
    if (this.#isFlowing === isFlowing) return;
    this.#isFlowing = isFlowing;
    this.#transport.setFlowing(isFlowing);
  }

  #break(): void {
    this.#isBroken = true;
    this.#waiting.length = 0;
    this.#listener.onViolation();
  }
}

/** How much is drained of a process that was killed: more than it can have posted with credit. */
const DRAIN_BYTES = 1024 * 1024;
