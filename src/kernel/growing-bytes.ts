/** A byte array that grows at its end and can lose bytes at its start, in amortised constant time. */

const SMALLEST = 1024;

export class GrowingBytes {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** Appends a copy of `data`. */
  append(data: Uint8Array): void {
    if (this.#end + data.length > this.#buffer.length) this.#makeRoom(data.length);
    this.#buffer.set(data, this.#end);
    this.#end += data.length;
  }

  /** Drops the first `count` bytes. */
  dropFirst(count: number): void {
    this.#start = Math.min(this.#start + count, this.#end);
  }

  /** The bytes, valid until the next `append`. */
  view(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  clear(): void {
    this.#buffer = new Uint8Array(0);
    this.#start = 0;
    this.#end = 0;
  }

  #makeRoom(count: number): void {
    const needed = this.length + count;
    const capacity = Math.max(SMALLEST, needed * 2);
    const grown = new Uint8Array(capacity);
    grown.set(this.view());
    this.#end = this.length;
    this.#start = 0;
    this.#buffer = grown;
  }
}
