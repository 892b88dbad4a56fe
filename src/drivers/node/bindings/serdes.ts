/**
 * `serdes`: V8's wire format. Values are written and read by the container's own `v8` module, on
 * structured clones.
 */
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";

/** The two bytes in front: the tag of the version, and the version. */
const HEADER_LENGTH = 2;
const HEADER = new Uint8Array([0xff, 0x0f]);

export function serdesBinding(guest: Guest): Binding {
  const { compute } = guest.hooks;

  class Serializer {
    #bytes = new Uint8Array(64);
    #length = 0;

    #append(bytes: Uint8Array): void {
      const needed = this.#length + bytes.length;
      if (needed > this.#bytes.length) {
        const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
        grown.set(this.#bytes);
        this.#bytes = grown;
      }
      this.#bytes.set(bytes, this.#length);
      this.#length = needed;
    }

    writeHeader(): void {
      this.#append(HEADER);
    }

    writeValue(value: unknown): boolean {
      let bytes: unknown = null;
      try {
        bytes = compute("serialize", value);
      } catch {
        // It can't be cloned: said below.
      }
      if (!(bytes instanceof Uint8Array)) {
        const { _getDataCloneError: CloneError } = this as unknown as {
          _getDataCloneError: new (message: string) => Error;
        };
        throw new CloneError(`${String(value)} could not be cloned.`);
      }
      this.#append(bytes.subarray(HEADER_LENGTH));
      return true;
    }

    releaseBuffer(): unknown {
      const bytes = this.#bytes.slice(0, this.#length);
      this.#bytes = new Uint8Array(64);
      this.#length = 0;
      return Object.setPrototypeOf(bytes, guest.bufferPrototype);
    }

    transferArrayBuffer(): void {}

    writeUint32(value: number): void {
      let rest = value >>> 0;
      const bytes: number[] = [];
      do {
        bytes[bytes.length] = (rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
        rest >>>= 7;
      } while (rest > 0);
      this.#append(new Uint8Array(bytes));
    }

    writeUint64(high: number, low: number): void {
      let rest = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
      const bytes: number[] = [];
      do {
        bytes[bytes.length] = Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0);
        rest >>= 7n;
      } while (rest > 0n);
      this.#append(new Uint8Array(bytes));
    }

    writeDouble(value: number): void {
      this.#append(new Uint8Array(new Float64Array([value]).buffer));
    }

    writeRawBytes(data: ArrayBufferView): void {
      this.#append(bytesOf(data));
    }

    _setTreatArrayBufferViewsAsHostObjects(): void {}
  }

  class Deserializer {
    readonly buffer: ArrayBufferView;
    readonly #bytes: Uint8Array;
    #at = 0;

    constructor(buffer: ArrayBufferView) {
      this.buffer = buffer;
      this.#bytes = bytesOf(buffer);
    }

    readHeader(): boolean {
      if (this.#bytes[0] !== HEADER[0]) {
        throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
      }
      this.#at = HEADER_LENGTH;
      return true;
    }

    /** Reads one value, which takes all that is left: where it ends only V8 knows. */
    readValue(): unknown {
      const rest = this.#bytes.subarray(this.#at);
      const bytes = new Uint8Array(HEADER_LENGTH + rest.length);
      bytes.set(HEADER);
      bytes.set(rest, HEADER_LENGTH);
      this.#at = this.#bytes.length;
      const box = compute("deserialize", bytes) as { value: unknown } | null;
      if (!box) throw new Error("Unable to deserialize cloned data.");
      return box.value;
    }

    getWireFormatVersion(): number {
      return this.#bytes[1] ?? 0;
    }

    transferArrayBuffer(): void {}

    readUint32(): number {
      return Number(this.#varint() & 0xffffffffn);
    }

    readUint64(): [number, number] {
      const value = this.#varint();
      return [Number(value >> 32n), Number(value & 0xffffffffn)];
    }

    #varint(): bigint {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = this.#bytes[this.#at++] ?? 0;
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    }

    readDouble(): number {
      const bytes = this.#bytes.slice(this.#at, this.#at + 8);
      this.#at += 8;
      return new Float64Array(bytes.buffer)[0] ?? Number.NaN;
    }

    _readRawBytes(length: number): number {
      const at = this.#at;
      this.#at += length;
      return at;
    }
  }

  return { Serializer, Deserializer };
}
