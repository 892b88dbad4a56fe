/**
 * The rights in a stream of bytes. Each goes with the bytes that it was sent with: who reads the first of these gets
 * it, and a read ends with the last of them, so that it brings the rights of one message at most (unix_stream_read).
 */
import type { Rights } from "./rights.js";

interface Mark {
  readonly rights: Rights;
  /** Positions in the stream: the first byte, and the one behind the last. */
  readonly start: number;
  readonly end: number;
}

export class StreamRights {
  readonly #marks: Mark[] = [];
  /** How many bytes have been read since this was made. */
  #position = 0;

  /** @param ahead - Bytes that wait before those. */
  add(rights: Rights, ahead: number, length: number): void {
    const start = this.#position + ahead;
    this.#marks.push({ rights, start, end: start + length });
  }

  /** How many bytes a read of `count` may take. */
  limit(count: number): number {
    const [mark] = this.#marks;
    if (!mark || mark.start >= this.#position + count) return count;
    return Math.min(count, mark.end - this.#position);
  }

  /** The rights that the next `count` bytes bring. */
  within(count: number): Rights | undefined {
    const [mark] = this.#marks;
    return mark && mark.start < this.#position + count ? mark.rights : undefined;
  }

  /** `count` bytes have been read: their rights are the reader's. */
  take(count: number): Rights | undefined {
    const rights = this.within(count);
    if (rights) this.#marks.shift();
    this.#position += count;
    return rights;
  }

  *all(): Iterable<Rights> {
    for (const { rights } of this.#marks) yield rights;
  }

  clear(): void {
    for (const { rights } of this.#marks.splice(0)) rights.land();
  }
}
