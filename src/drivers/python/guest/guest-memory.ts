/**
 * The linear memory of CPython's module. Pointers and lengths are the guest's: a typed array or a
 * DataView throws on what lies beyond the end, which ends the guest as a wild pointer does.
 */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** All of it, as it is now: growth detaches what was handed out before. */
  get all(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#view = new DataView(this.#memory.buffer);
    }
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#view.buffer !== this.#memory.buffer) void this.all;
    return this.#view;
  }

  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Grows to at least `bytes`; false when there is not so much. */
  grow(bytes: number): boolean {
    const missing = bytes - this.byteLength;
    if (missing <= 0) return true;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
      return true;
    } catch {
      return false;
    }
  }

  /** The bytes at a pointer, as a part of the memory. */
  bytes(pointer: number, length: number): Uint8Array {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    if (end > this.byteLength) throw new RangeError("memory access out of bounds");
    return this.all.subarray(start, end);
  }

  /** A C string's bytes, without its NUL. */
  string(pointer: number): Uint8Array {
    const start = pointer >>> 0;
    const all = this.all;
    const end = all.indexOf(0, start);
    if (end === -1) throw new RangeError("memory access out of bounds");
    return all.subarray(start, end);
  }

  /** A C string of ASCII. */
  text(pointer: number): string {
    return String.fromCharCode(...this.string(pointer).subarray(0, TEXT_MAX));
  }

  u16(pointer: number): number {
    return this.view.getUint16(pointer >>> 0, true);
  }
  u32(pointer: number): number {
    return this.view.getUint32(pointer >>> 0, true);
  }
  i32(pointer: number): number {
    return this.view.getInt32(pointer >>> 0, true);
  }
  i64(pointer: number): bigint {
    return this.view.getBigInt64(pointer >>> 0, true);
  }
  /** An i64 that fits a number; what does not becomes the nearest that does. */
  long(pointer: number): number {
    return Number(this.i64(pointer));
  }
  setU8(pointer: number, value: number): void {
    this.view.setUint8(pointer >>> 0, value);
  }
  setU16(pointer: number, value: number): void {
    this.view.setUint16(pointer >>> 0, value, true);
  }
  setU32(pointer: number, value: number): void {
    this.view.setUint32(pointer >>> 0, value, true);
  }
  setI64(pointer: number, value: bigint): void {
    this.view.setBigInt64(pointer >>> 0, value, true);
  }

  /** Writes a C string into `capacity` bytes; false when it does not fit and was cut off. */
  setString(pointer: number, text: Uint8Array, capacity: number): boolean {
    const room = Math.max(0, (capacity >>> 0) - 1);
    const target = this.bytes(pointer, capacity);
    target.set(text.subarray(0, room));
    target[Math.min(text.length, room)] = 0;
    return text.length <= room;
  }
}

const PAGE_BYTES = 64 * 1024;
/** Longer than any name of a host or a service. */
const TEXT_MAX = 1024;
