/** A channel over shared memory: its guest is a thread. */
import type { Process } from "../kernel/process.js";
import type { Channel, Reply } from "./channel.js";
import { ARGUMENT_WORDS, HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, state, word } from "./wire.js";

export class SharedMemoryChannel implements Channel {
  readonly buffer = new SharedArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  readonly payload = new Uint8Array(this.buffer, HEADER_BYTES);
  readonly #header = new Int32Array(this.buffer, 0, HEADER_WORDS);
  process: Process | null = null;

  /** Whether the guest has published a call that is not answered. */
  get hasCall(): boolean {
    return Atomics.load(this.#header, word.state) === state.called;
  }

  takeCall(): Int32Array {
    return this.#header.slice(word.number, word.arguments + ARGUMENT_WORDS);
  }

  answer(reply: Reply): void {
    const header = this.#header;
    header[word.result] = reply.result;
    header[word.resultHigh] = reply.resultHigh;
    header[word.errno] = reply.errno;
    header[word.payloadLength] = reply.payloadLength;
    Atomics.store(header, word.state, state.answered);
    Atomics.notify(header, word.state);
  }

  /**
   * The process has ended. A guest that waits in a call is told to unwind, and its thread can serve
   * the next process; one that computes hears nothing (false): its thread has to be ended.
   */
  dismiss(): boolean {
    this.process = null;
    if (!this.hasCall) return false;
    Atomics.store(this.#header, word.state, state.ended);
    Atomics.notify(this.#header, word.state);
    return true;
  }
}
