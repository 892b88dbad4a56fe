/**
 * A channel over shared memory: its guest is a thread. The memory is header, payload, and the ring of
 * posted writes. What was posted before a call is carried out before it; a write that has to wait
 * holds up what comes behind it.
 */
import type { Process } from "../kernel/process.js";
import { type Channel, type Reply, writeReply } from "./channel.js";
import { POSTED_BYTES, PostedReader } from "./posted-ring.js";
import {
  ABANDONED,
  ARGUMENT_WORDS,
  HEADER_BYTES,
  HEADER_WORDS,
  PAYLOAD_BYTES,
  POSTED_OFFSET,
  state,
  word,
} from "./wire.js";

/** What happens on a channel. */
export interface SharedMemoryListener {
  /** A call is there to be taken. */
  onCall(): void;
  /** A posted write is there to be taken, from `posted`. */
  onPosted(): void;
  /** More has been posted than is carried out at once: `advance` is to be called again. */
  onMore(): void;
  /** The guest has broken the rules. */
  onViolation(): void;
}

/** How many posted writes are carried out before other guests have their turn. */
const TURN = 128;

export class SharedMemoryChannel implements Channel {
  readonly buffer = new SharedArrayBuffer(POSTED_OFFSET + POSTED_BYTES);
  readonly payload = new Uint8Array(this.buffer, HEADER_BYTES, PAYLOAD_BYTES);
  readonly posted = new PostedReader(this.buffer, POSTED_OFFSET, () => {
    this.#serving = "nothing";
    this.advance();
  });
  readonly #header = new Int32Array(this.buffer, 0, HEADER_WORDS);
  readonly #listener: SharedMemoryListener;
  readonly receivedBytes = PAYLOAD_BYTES;
  /** What of the guest's is being carried out: a guest that rings again meanwhile is not heard. */
  #serving: "nothing" | "call" | "posted write" = "nothing";
  #isAdvancing = false;

  constructor(listener: SharedMemoryListener) {
    this.#listener = listener;
  }

  get process(): Process | null {
    return this.posted.process;
  }

  /** Serves `process` from now on; what another one has posted is not its. */
  serve(process: Process): void {
    this.posted.discard();
    this.posted.process = process;
  }

  /** Carries out what the guest has posted, and then its call. */
  advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    // Looked at before the ring: what was posted before a call is then seen with it.
    const hasCall = this.#hasCall;
    const isDrained = this.#carryOutPosted();
    this.#isAdvancing = false;
    if (!isDrained || !hasCall || this.#serving !== "nothing" || !this.process) return;
    this.#serving = "call";
    this.#listener.onCall();
  }

  takeCall(): Int32Array {
    return this.#header.slice(word.number, word.arguments + ARGUMENT_WORDS);
  }

  answer(reply: Reply): void {
    writeReply(this.#header, reply, this.process);
    this.release();
  }

  release(): void {
    this.#serving = "nothing";
    Atomics.store(this.#header, word.state, state.answered);
    Atomics.notify(this.#header, word.state);
  }

  /**
   * The process has ended. A guest that waits in a call is told to unwind, and its thread can serve
   * the next process; one that computes (false) hears of it with its next call: its thread has to be ended.
   */
  dismiss(): boolean {
    this.posted.process = null;
    this.#serving = "nothing";
    if (!this.#hasCall) {
      Atomics.store(this.#header, word.thread, ABANDONED);
      return false;
    }
    Atomics.store(this.#header, word.state, state.ended);
    Atomics.notify(this.#header, word.state);
    return true;
  }

  /**
   * Carries out, by `carryOut`, what had been posted when the process ended, while it answers true.
   * @param isHeld - Whether what is being served has not begun: the process was stopped.
   */
  drain(carryOut: () => boolean, isHeld = false): void {
    if (this.#serving === "posted write" && !isHeld) return;
    this.#isAdvancing = true;
    // One that was taken and has not begun is still the ring's first.
    const { head } = this.posted;
    while (this.posted.takeFrame(head) === "taken" && carryOut());
    this.#isAdvancing = false;
  }

  get #hasCall(): boolean {
    return Atomics.load(this.#header, word.state) === state.called;
  }

  /** Whether nothing that was posted before is left. */
  #carryOutPosted(): boolean {
    const { head } = this.posted;
    for (let count = 0; this.#serving === "nothing" && this.process; count++) {
      const next = this.posted.takeFrame(head);
      if (next === "empty") return true;
      if (next === "broken") {
        this.#listener.onViolation();
        return false;
      }
      if (count === TURN) {
        this.#listener.onMore();
        return false;
      }
      this.#serving = "posted write";
      this.#listener.onPosted();
    }
    return false;
  }
}
