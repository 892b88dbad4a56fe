/**
 * The linear memory of a WASM program, as the import functions see it. Growing detaches the old
 * buffer, so views are made anew when it has changed. Bad pointers throw RangeError, which ends
 * the program as a trap.
 */

/** A piece of memory: `iovec` of WASI. */
export interface Slice {
  readonly pointer: number;
  readonly length: number;
}

const SLICE_BYTES = 8;
/** Linux's UIO_MAXIOV. What is beyond is left for the next call, as the rest of any long read or write. */
const SLICES_MAX = 1024;

export class GuestMemory {
  #memory: WebAssembly.Memory | null = null;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  /** The bytes at `pointer`. Pointers arrive as signed numbers. */
  slice(pointer: number, length: number): Uint8Array {
    const start = pointer >>> 0;
    const end = start + (length >>> 0);
    if (end > this.bytes.length) throw new RangeError("out of bounds memory access");
    return this.bytes.subarray(start, end);
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

  setU64(pointer: number, value: bigint): void {
    this.view.setBigUint64(pointer >>> 0, value, true);
  }

  getU8(pointer: number): number {
    return this.view.getUint8(pointer >>> 0);
  }

  getU16(pointer: number): number {
    return this.view.getUint16(pointer >>> 0, true);
  }

  getU32(pointer: number): number {
    return this.view.getUint32(pointer >>> 0, true);
  }

  getU64(pointer: number): bigint {
    return this.view.getBigUint64(pointer >>> 0, true);
  }

  /** Reads an array of `count` iovecs, or its beginning. */
  slices(pointer: number, count: number): Slice[] {
    const slices: Slice[] = [];
    for (let index = 0; index < Math.min(count >>> 0, SLICES_MAX); index++) {
      const at = (pointer >>> 0) + index * SLICE_BYTES;
      slices.push({ pointer: this.getU32(at), length: this.getU32(at + 4) });
    }
    return slices;
  }

  #refresh(): void {
    const buffer = this.#memory?.buffer;
    if (!buffer || this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }
}
