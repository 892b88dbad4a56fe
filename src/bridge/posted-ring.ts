/**
 * Where a guest thread posts writes: a ring behind the payload in its channel's memory. The guest
 * puts frames in and moves `head`; the kernel takes them out in their order and moves `tail`. Both count
 * bytes and never wrap below 2^32; a position is the count modulo RING_BYTES.
 *
 * A frame is two words, descriptor and length, and the bytes, padded to a multiple of 8. It never wraps
 * round: where the rest of the ring is too short for it, a length of SKIP leads to the ring's beginning.
 * A frame's bytes stay where they are until the write is done: they are copied once, to whoever takes them.
 *
 * The kernel believes nothing: it keeps its own `tail`, reads a frame's words once, and an impossible
 * one breaks the ring, which ends that guest's process and nobody else's.
 */
import type { Process } from "../kernel/process.js";
import type { Channel } from "./channel.js";
import { syscalls } from "./syscalls.js";

/** More than the credit of one descriptor with its frames' words. A power of two. */
export const RING_BYTES = 128 * 1024;
const HEAD = 0;
const TAIL = 1;
const INDEX_BYTES = 16;
const FRAME_BYTES = 8;
const SKIP = -1;

/** What the ring takes of a channel's memory. */
export const POSTED_BYTES = INDEX_BYTES + RING_BYTES;

const paddedTo8 = (length: number): number => (length + 7) & ~7;

/** The ring's memory, as both ends see it. */
class RingMemory {
  readonly indexes: Int32Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer, offset: number) {
    this.indexes = new Int32Array(memory, offset, INDEX_BYTES / 4);
    this.words = new Int32Array(memory, offset + INDEX_BYTES, RING_BYTES / 4);
    this.bytes = new Uint8Array(memory, offset + INDEX_BYTES, RING_BYTES);
  }
}

/** The guest's end. */
export class PostedWriter {
  readonly #ring: RingMemory;

  /** @param offset - Where in `memory` the ring begins. */
  constructor(memory: SharedArrayBuffer, offset: number) {
    this.#ring = new RingMemory(memory, offset);
  }

  /** Puts a write in; false when there is no room. The kernel hears of it when it is told. */
  tryPost(fd: number, data: Uint8Array): boolean {
    const { indexes, words, bytes } = this.#ring;
    const size = FRAME_BYTES + paddedTo8(data.length);
    const head = indexes[HEAD] ?? 0;
    let at = head & (RING_BYTES - 1);
    const skipped = RING_BYTES - at < size ? RING_BYTES - at : 0;
    const used = (head - Atomics.load(indexes, TAIL)) >>> 0;
    if (used + skipped + size > RING_BYTES) return false;
    if (skipped > 0) {
      words[at / 4 + 1] = SKIP;
      at = 0;
    }
    words[at / 4] = fd;
    words[at / 4 + 1] = data.length;
    bytes.set(data, at + FRAME_BYTES);
    Atomics.store(indexes, HEAD, (head + skipped + size) | 0);
    return true;
  }
}

/** The kernel's end: a channel whose every call is a `posted_write`, and is not answered. */
export class PostedReader implements Channel {
  readonly #ring: RingMemory;
  readonly #onReleased: () => void;
  process: Process | null = null;
  payload: Uint8Array = new Uint8Array(0);
  #tail = 0;
  /** Where the frame that is being carried out ends. */
  #frameEnd = 0;
  readonly #call = new Int32Array([syscalls.posted_write.number, 0, 0, 0, 0, 0, 0]);

  /** @param onReleased - Told when a write is done. */
  constructor(memory: SharedArrayBuffer, offset: number, onReleased: () => void) {
    this.#ring = new RingMemory(memory, offset);
    this.#onReleased = onReleased;
  }

  get receivedBytes(): number {
    return this.payload.length;
  }

  /** How far the guest has come: where a run of `takeFrame` ends, so that the guest can't make it endless. */
  get head(): number {
    return Atomics.load(this.#ring.indexes, HEAD);
  }

  /** Puts the next frame before `head` on the channel. */
  takeFrame(head: number): "taken" | "empty" | "broken" {
    for (;;) {
      const available = (head - this.#tail) >>> 0;
      if (available === 0) return "empty";
      if (available > RING_BYTES || available < FRAME_BYTES || available % 8 !== 0) return "broken";
      const at = this.#tail & (RING_BYTES - 1);
      const fd = this.#ring.words[at / 4] ?? 0;
      const length = this.#ring.words[at / 4 + 1] ?? 0;
      if (length === SKIP) {
        if (at === 0 || RING_BYTES - at > available) return "broken";
        this.#frameEnd = this.#tail + RING_BYTES - at;
        this.#moveTail();
        continue;
      }
      const start = at + FRAME_BYTES;
      if (length < 0 || length > RING_BYTES - start) return "broken";
      if (FRAME_BYTES + paddedTo8(length) > available) return "broken";
      this.#call[1] = fd;
      this.#call[2] = length;
      this.payload = this.#ring.bytes.subarray(start, start + length);
      this.#frameEnd = this.#tail + FRAME_BYTES + paddedTo8(length);
      return "taken";
    }
  }

  takeCall(): Int32Array {
    return this.#call;
  }

  /** Nobody waits for an answer. */
  answer(): void {
    this.release();
  }

  release(): void {
    this.#moveTail();
    this.#onReleased();
  }

  /** Drops what has been posted: nobody is left to carry it out for. */
  discard(): void {
    this.#frameEnd = this.head;
    this.#moveTail();
  }

  #moveTail(): void {
    this.#tail = this.#frameEnd | 0;
    Atomics.store(this.#ring.indexes, TAIL, this.#tail);
  }
}
