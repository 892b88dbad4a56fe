/**
 * A bounded queue of bytes: a ring that grows from 4 KiB to its capacity when it is needed. Pipes,
 * terminals and stream sockets keep their bytes in one. It copies in and out and keeps nobody's buffer.
 */

/** A new ring's buffer in bytes; it doubles up to what is needed. */
const INITIAL_BUFFER = 4096;

export class ByteRing {
  /** `#length` bytes from `#head` on, wrapping round. */
  #buffer = new Uint8Array(0);
  #head = 0;
  #length = 0;
  /** How many bytes there may be. Who lowers it below `length` only stops further ones. */
  capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get room(): number {
    return Math.max(0, this.capacity - this.#length);
  }

  /** Copies up to `target.length` bytes out and leaves them here. */
  peek(target: Uint8Array): number {
    const count = Math.min(target.length, this.#length);
    if (count === 0) return 0;
    const buffer = this.#buffer;
    const first = Math.min(count, buffer.length - this.#head);
    target.set(buffer.subarray(this.#head, this.#head + first));
    if (first < count) target.set(buffer.subarray(0, count - first), first);
    return count;
  }

  /** Moves up to `target.length` bytes out. Does not block: 0 means there are none. */
  take(target: Uint8Array): number {
    const count = this.peek(target);
    this.drop(count);
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

  /** Keeps the first `count` bytes and drops the rest. */
  truncate(count: number): void {
    this.#length = Math.min(this.#length, count);
    if (this.#length === 0) this.#head = 0;
  }

  /** How many bytes there are up to and with the first `delimiter`, or all of them without one. */
  lengthThrough(delimiter: number): number {
    const buffer = this.#buffer;
    const first = Math.min(this.#length, buffer.length - this.#head);
    const found = buffer.subarray(this.#head, this.#head + first).indexOf(delimiter);
    if (found !== -1) return found + 1;
    const wrapped = buffer.subarray(0, this.#length - first).indexOf(delimiter);
    return wrapped === -1 ? this.#length : first + wrapped + 1;
  }

  /** Moves as much of `data` in as there is room for. Does not block. */
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

  /** Gives the memory back, and the bytes with it. */
  clear(): void {
    this.#buffer = new Uint8Array(0);
    this.#head = 0;
    this.#length = 0;
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    let capacity = Math.max(INITIAL_BUFFER, this.#buffer.length);
    while (capacity < size) capacity *= 2;
    const grown = new Uint8Array(Math.min(capacity, Math.max(this.capacity, size)));
    this.peek(grown);
    this.#buffer = grown;
    this.#head = 0;
  }
}
