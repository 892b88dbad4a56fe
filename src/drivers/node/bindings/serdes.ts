/**
 * `serdes`: V8's wire format. Our addon writes and reads a value at a time; what is written between values, and
 * the library's hooks for host objects, are here.
 */
import type { Binding, Guest } from "../guest/guest.js";
import { nativeKind, type SerializationHooks } from "../guest/native.js";
import { bytesOf } from "./buffer.js";

/** The tag of the version, and the version. */
const VERSION_TAG = 0xff;
const LATEST_VERSION = 15;
const OLDEST_VERSION = 13;

interface SerializerMethods {
  readonly _getDataCloneError: new (message: string) => Error;
  readonly _writeHostObject?: (object: object) => unknown;
  readonly _getSharedArrayBufferId?: (buffer: SharedArrayBuffer) => unknown;
}

interface DeserializerMethods {
  readonly _readHostObject?: () => unknown;
}

export function serdesBinding(guest: Guest): Binding {
  const { native } = guest;

  class Serializer {
    #bytes = new Uint8Array(64);
    #length = 0;
    #viewsAreHostObjects = false;
    readonly #transfers: unknown[] = [];
    /** How many values are being written, one inside the other: what hooks write goes into the innermost. */
    #depth = 0;

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
      if (this.#depth > 0) native.write(nativeKind.header);
      else this.#append(new Uint8Array([VERSION_TAG, LATEST_VERSION]));
    }

    writeValue(value: unknown): boolean {
      if (this.#depth > 0) return native.write(nativeKind.value, value);
      this.#depth++;
      try {
        const hooks = this.#hooks();
        this.#append(native.serialize(value, hooks, this.#viewsAreHostObjects, this.#transfers));
      } finally {
        this.#depth--;
      }
      return true;
    }

    #hooks(): SerializationHooks {
      const methods = this as unknown as SerializerMethods;
      return {
        error: (message) => new methods._getDataCloneError(message),
        writeHost: (object) => {
          if (typeof methods._writeHostObject !== "function") {
            throw new methods._getDataCloneError("_writeHostObject is not a function");
          }
          Reflect.apply(methods._writeHostObject, this, [object]);
        },
        sharedId: (buffer) => {
          if (typeof methods._getSharedArrayBufferId !== "function") {
            throw new methods._getDataCloneError("#<SharedArrayBuffer> could not be cloned.");
          }
          return Reflect.apply(methods._getSharedArrayBufferId, this, [buffer]);
        },
      };
    }

    releaseBuffer(): unknown {
      const bytes = this.#bytes.slice(0, this.#length);
      this.#bytes = new Uint8Array(64);
      this.#length = 0;
      return Object.setPrototypeOf(bytes, guest.bufferPrototype);
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer): void {
      this.#transfers.push(id >>> 0, buffer);
    }

    writeUint32(value: number): void {
      if (this.#depth > 0) native.write(nativeKind.uint32, value >>> 0);
      else this.#append(varint(BigInt(value >>> 0)));
    }

    writeUint64(high: number, low: number): void {
      if (this.#depth > 0) native.write(nativeKind.uint64, high >>> 0, low >>> 0);
      else this.#append(varint((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)));
    }

    writeDouble(value: number): void {
      if (this.#depth > 0) native.write(nativeKind.double, value);
      else this.#append(new Uint8Array(new Float64Array([value]).buffer));
    }

    writeRawBytes(data: ArrayBufferView | ArrayBuffer): void {
      if (!ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)) {
        throw Object.assign(new TypeError("source must be a TypedArray or a DataView"), {
          code: "ERR_INVALID_ARG_TYPE",
        });
      }
      const bytes = ArrayBuffer.isView(data) ? bytesOf(data) : new Uint8Array(data);
      if (this.#depth > 0) native.write(nativeKind.raw, bytes);
      else this.#append(bytes);
    }

    _setTreatArrayBufferViewsAsHostObjects(areHostObjects: unknown): void {
      this.#viewsAreHostObjects = Boolean(areHostObjects);
    }
  }

  class Deserializer {
    readonly buffer: ArrayBufferView;
    readonly #bytes: Uint8Array;
    readonly #transfers: unknown[] = [];
    #at = 0;
    #version = 0;
    #depth = 0;

    constructor(buffer: ArrayBufferView) {
      if (!ArrayBuffer.isView(buffer)) {
        throw Object.assign(new TypeError("buffer must be a TypedArray or a DataView"), {
          code: "ERR_INVALID_ARG_TYPE",
        });
      }
      this.buffer = buffer;
      this.#bytes = bytesOf(buffer);
    }

    readHeader(): boolean {
      const version = this.#bytes[this.#at + 1] ?? 0;
      const isKnown = version >= OLDEST_VERSION && version <= LATEST_VERSION;
      if (this.#bytes[this.#at] !== VERSION_TAG || !isKnown) {
        throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
      }
      this.#version = version;
      this.#at += 2;
      return true;
    }

    readValue(): unknown {
      if (this.#depth > 0) return native.read(nativeKind.value)?.[0];
      this.#depth++;
      try {
        const version = this.#version || LATEST_VERSION;
        const hooks = { error: (message: string) => new Error(message), ...this.#hooks() };
        const [value, end] = native.deserialize(
          this.#bytes,
          this.#at,
          hooks,
          this.#transfers,
          version,
        );
        this.#at = end;
        return value;
      } finally {
        this.#depth--;
      }
    }

    #hooks() {
      const methods = this as unknown as DeserializerMethods;
      return {
        readHost: () => {
          if (typeof methods._readHostObject !== "function") {
            throw new TypeError("_readHostObject is not a function");
          }
          return Reflect.apply(methods._readHostObject, this, []) as object;
        },
      };
    }

    getWireFormatVersion(): number {
      return this.#version;
    }

    transferArrayBuffer(id: number, buffer: ArrayBuffer | SharedArrayBuffer): void {
      this.#transfers.push(id >>> 0, buffer);
    }

    readUint32(): number {
      if (this.#depth === 0) return Number(this.#varint() & 0xffffffffn);
      return native.read(nativeKind.uint32) ?? fail("ReadUint32() failed");
    }

    readUint64(): [number, number] {
      if (this.#depth > 0) return native.read(nativeKind.uint64) ?? fail("ReadUint64() failed");
      const value = this.#varint();
      return [Number(value >> 32n), Number(value & 0xffffffffn)];
    }

    #varint(): bigint {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = this.#bytes[this.#at++];
        if (byte === undefined) return fail("ReadUint32() failed");
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    }

    readDouble(): number {
      if (this.#depth > 0) return native.read(nativeKind.double) ?? fail("ReadDouble() failed");
      const at = this.#at;
      if (at + 8 > this.#bytes.length) return fail("ReadDouble() failed");
      this.#at += 8;
      return new Float64Array(this.#bytes.slice(at, at + 8).buffer)[0] as number;
    }

    /** Where the bytes are in `buffer`. */
    _readRawBytes(length: number): number {
      if (this.#depth > 0) {
        const start = native.read(nativeKind.raw, length);
        return start === undefined ? fail("ReadRawBytes() failed") : start + this.#at;
      }
      const at = this.#at;
      if (!(length >= 0 && at + length <= this.#bytes.length)) return fail("ReadRawBytes() failed");
      this.#at += length;
      return at;
    }
  }

  return { Serializer, Deserializer };
}

function fail(message: string): never {
  throw new Error(message);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes[bytes.length] = Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0);
    rest >>= 7n;
  } while (rest > 0n);
  return new Uint8Array(bytes);
}
