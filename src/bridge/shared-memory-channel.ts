/** A channel over shared memory: its guest is a thread. */
import type { Process } from "../kernel/process.js";
import { type Channel, type Reply, writeReply } from "./channel.js";
import { ARGUMENT_WORDS, HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, state, word } from "./wire.js";

export class SharedMemoryChannel implements Channel {
  readonly buffer = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  readonly payload = new Uint8Array(this.buffer, HEADER_BYTES);
  readonly #header = new Int32Array(this.buffer, 0, HEADER_WORDS);
  readonly receivedBytes = PAYLOAD_BYTES;
  process: Process | null = null;

  /** Whether a call has been taken and not answered: a guest that rings again meanwhile is not heard. */
  #isServing = false;

  /** Whether the guest has published a call that is not answered. */
  get hasCall(): boolean {
    return Atomics.load(this.#header, word.state) === state.called;
  }

  /** Whether there is a call to take. */
  get hasNewCall(): boolean {
    return this.hasCall && !this.#isServing;
  }

  takeCall(): Int32Array {
    this.#isServing = true;
    return this.#header.slice(word.number, word.arguments + ARGUMENT_WORDS);
  }

  answer(reply: Reply): void {
    writeReply(this.#header, reply, this.process);
    this.release();
  }

  release(): void {
    this.#isServing = false;
    Atomics.store(this.#header, word.state, state.answered);
    Atomics.notify(this.#header, word.state);
  }

  /**
   * The process has ended. A guest that waits in a call is told to unwind, and its thread can serve
   * the next process; one that computes hears nothing (false): its thread has to be ended.
   */
  dismiss(): boolean {
    this.process = null;
    this.#isServing = false;
    if (!this.hasCall) return false;
    Atomics.store(this.#header, word.state, state.ended);
    Atomics.notify(this.#header, word.state);
    return true;
  }
}
