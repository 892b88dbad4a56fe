/**
 * Carries the calls of a guest's threads, each in memory it shares with its isolate, over one connection to the kernel
 * (`bridge/thread-connection.ts`), and the answers back. Runs in the keeper, whose thread no guest can block.
 */
import { Doorbell, SLOTS } from "../../bridge/doorbell.js";
import { POSTED_BYTES } from "../../bridge/posted-ring.js";
import { syscalls } from "../../bridge/syscalls.js";
import {
  HEADER_BYTES,
  HEADER_WORDS,
  PAYLOAD_BYTES,
  POSTED_OFFSET,
  state,
  word,
} from "../../bridge/wire.js";

/** What one thread's isolate makes its calls by. */
export interface ThreadMemory {
  readonly channel: SharedArrayBuffer;
  readonly doorbell: { readonly words: SharedArrayBuffer; readonly slot: number };
}

interface Place {
  readonly number: number;
  readonly header: Int32Array;
  readonly payload: Uint8Array;
  /** Its thread is being ended: it is not to be heard any more. */
  isSilent: boolean;
}

export class ThreadRelay {
  readonly #send: (frame: Uint8Array) => void;
  readonly #bySlot = new Map<number, Place>();
  readonly #byNumber = new Map<number, Place>();
  readonly #doorbell = new Doorbell((slot) => this.#onCall(slot));
  /** The frame that is coming. */
  readonly #frame = new Uint8Array(HEADER_BYTES + PAYLOAD_BYTES);
  readonly #frameHeader = new Int32Array(this.#frame.buffer, 0, HEADER_WORDS);
  #filled = 0;

  constructor(send: (frame: Uint8Array) => void) {
    this.#send = send;
  }

  /** Makes a place for a thread; null when there is none left. */
  open(number: number): ThreadMemory | null {
    let slot = 0;
    while (this.#bySlot.has(slot)) slot++;
    if (slot >= SLOTS) return null;
    const channel = new SharedArrayBuffer(POSTED_OFFSET + POSTED_BYTES);
    const place: Place = {
      number,
      isSilent: false,
      header: new Int32Array(channel, 0, HEADER_WORDS),
      payload: new Uint8Array(channel, HEADER_BYTES, PAYLOAD_BYTES),
    };
    this.#bySlot.set(slot, place);
    this.#byNumber.set(number, place);
    this.#doorbell.open();
    return { channel, doorbell: { words: this.#doorbell.buffer, slot } };
  }

  /** Carries no more calls of a thread: it waits in its next one until it is gone. */
  silence(number: number): void {
    const place = this.#byNumber.get(number);
    if (place) place.isSilent = true;
  }

  /** The thread has ended; the kernel wakes another one, which looks after it. */
  close(number: number, wakes: number): void {
    const place = this.#byNumber.get(number);
    if (!place) return;
    this.#byNumber.delete(number);
    for (const [slot, other] of this.#bySlot) if (other === place) this.#bySlot.delete(slot);
    if (this.#bySlot.size === 0) this.#doorbell.close();
    const frame = new Uint8Array(HEADER_BYTES);
    const header = new Int32Array(frame.buffer);
    header[word.number] = syscalls.exit_thread.number;
    header[word.arguments] = wakes;
    header[word.thread] = number;
    this.#send(frame);
  }

  #onCall(slot: number): void {
    const place = this.#bySlot.get(slot);
    if (!place || place.isSilent || Atomics.load(place.header, word.state) !== state.called) return;
    const given = place.header[word.payloadLength] ?? 0;
    const length = Math.min(Math.max(0, given), PAYLOAD_BYTES);
    const frame = new Uint8Array(HEADER_BYTES + length);
    const header = new Int32Array(frame.buffer, 0, HEADER_WORDS);
    header.set(place.header);
    header[word.payloadLength] = length;
    header[word.thread] = place.number;
    frame.set(place.payload.subarray(0, length), HEADER_BYTES);
    this.#send(frame);
  }

  /** Takes bytes that have come from the kernel. */
  receive(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const isHeader = this.#filled < HEADER_BYTES;
      const end = isHeader ? HEADER_BYTES : this.#frameEnd;
      const part = bytes.subarray(at, at + end - this.#filled);
      this.#frame.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < HEADER_BYTES || this.#filled < this.#frameEnd) continue;
      this.#filled = 0;
      this.#answer();
    }
  }

  get #frameEnd(): number {
    return HEADER_BYTES + (this.#frameHeader[word.payloadLength] ?? 0);
  }

  #answer(): void {
    const place = this.#byNumber.get(this.#frameHeader[word.thread] ?? 0);
    if (!place) return;
    const { header, payload } = place;
    payload.set(this.#frame.subarray(HEADER_BYTES, this.#frameEnd));
    header.set(this.#frameHeader.subarray(word.result), word.result);
    Atomics.store(header, word.state, this.#frameHeader[word.state] ?? state.ended);
    Atomics.notify(header, word.state);
  }
}
