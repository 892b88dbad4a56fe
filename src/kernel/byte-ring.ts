/** A bounded queue of bytes: what is put in comes out in order. It grows up to its capacity when needed. */

const INITIAL_BYTES = 1024;

export class ByteRing {
  readonly #capacity: number;
  /** `#length` bytes from `#head` on, wrapping round. */
  #buffer = new Uint8Array(0);
  #head = 0;
  #length = 0;

  /** @param capacity - The most bytes it holds. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return this.#capacity - this.#length;
  }

  /** Puts in as much of `data` as there is room for, and answers how much. */
  put(data: Uint8Array): number {
    const count = Math.min(data.length, this.room);
    if (count === 0) return 0;
    this.#reserve(this.#length + count);
    const buffer = this.#buffer;
    const tail = (this.#head + this.#length) % buffer.length;
    const first = Math.min(count, buffer.length - tail);
    buffer.set(data.subarray(0, first), tail);
    if (first < count) buffer.set(data.subarray(first, count), 0);
    this.#length += count;
    return count;
  }

  /** The bytes at the front that lie together, at most `count`; valid until the next change. */
  front(count: number): Uint8Array {
    const end = Math.min(this.#head + Math.min(count, this.#length), this.#buffer.length);
    return this.#buffer.subarray(this.#head, end);
  }

  /** Drops `count` bytes, at most all, at the front. */
  drop(count: number): void {
    const dropped = Math.min(count, this.#length);
    this.#length -= dropped;
    this.#head = this.#length === 0 ? 0 : (this.#head + dropped) % this.#buffer.length;
  }

  /** Moves up to `target.length` bytes out. */
  take(target: Uint8Array): number {
    let taken = 0;
    while (taken < target.length && this.#length > 0) {
      const part = this.front(target.length - taken);
      target.set(part, taken);
      taken += part.length;
      this.drop(part.length);
    }
    return taken;
  }

  /** Keeps the first `count` bytes and drops the rest. */
  truncate(count: number): void {
    this.#length = Math.min(this.#length, count);
    if (this.#length === 0) this.#head = 0;
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    let capacity = Math.max(INITIAL_BYTES, this.#buffer.length);
    while (capacity < size) capacity *= 2;
    const grown = new Uint8Array(Math.min(capacity, this.#capacity));
    const length = this.take(grown);
    this.#buffer = grown;
    this.#head = 0;
    this.#length = length;
  }
}
