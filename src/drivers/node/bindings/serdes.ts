/** `serdes`: V8's wire format. Values are written and read by V8; what is around them, here. */
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";

/** The two bytes in front: the tag of the version, and the version. */
const HEADER_LENGTH = 2;
const HEADER = new Uint8Array([0xff, 0x0f]);
const VERSION_MAX = 0x0f;

/** What a subclass says about values that V8 can't write or read. */
interface Overrides {
  _getDataCloneError(message: string): unknown;
  _writeHostObject?: unknown;
  _readHostObject?: unknown;
  _getSharedArrayBufferId?: unknown;
}

function invalidType(message: string): Error {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_ARG_TYPE" });
}

/** A class whose call without `new` fails as Node's native ones do. */
function constructible<Class extends new (...args: never[]) => object>(made: Class): Class {
  return new Proxy(made, {
    apply() {
      const message = `Class constructor ${made.name} cannot be invoked without \`new\``;
      throw Object.assign(new TypeError(message), { code: "ERR_CONSTRUCT_CALL_REQUIRED" });
    },
  });
}

export function serdesBinding(guest: Guest): Binding {
  return { Serializer: serializerClass(guest), Deserializer: deserializerClass(guest) };
}

function serializerClass(guest: Guest) {
  class Serializer {
    #bytes = new Uint8Array(64);
    #length = 0;
    #areViewsHostObjects = false;
    /** Ids and buffers by turns. */
    readonly #transferred: unknown[] = [];

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
      const written = guest.native.serialize(
        value,
        this.#length,
        this.#transferred,
        {
          writeHostObject: (object) => this.#hostObject(object),
          dataCloneError: (message) => this.#overrides._getDataCloneError(message),
          sharedArrayBufferId: (buffer) => this.#sharedArrayBufferId(buffer),
        },
        this.#areViewsHostObjects,
      );
      this.#append(written);
      return true;
    }

    get #overrides(): Overrides {
      return this as unknown as Overrides;
    }

    /** What the subclass writes for an object: it writes to this one, in the midst of `writeValue`. */
    #hostObject(object: object): Uint8Array {
      const write = this.#overrides._writeHostObject;
      if (typeof write !== "function") {
        throw this.#overrides._getDataCloneError("#<Object> could not be cloned.");
      }
      const [bytes, length] = [this.#bytes, this.#length];
      this.#bytes = new Uint8Array(64);
      this.#length = 0;
      try {
        Reflect.apply(write, this, [object]);
        return this.#bytes.slice(0, this.#length);
      } finally {
        this.#bytes = bytes;
        this.#length = length;
      }
    }

    #sharedArrayBufferId(buffer: unknown): number {
      const identify = this.#overrides._getSharedArrayBufferId;
      if (typeof identify !== "function") {
        throw this.#overrides._getDataCloneError("#<SharedArrayBuffer> could not be cloned.");
      }
      return Number(Reflect.apply(identify, this, [buffer]));
    }

    releaseBuffer(): unknown {
      const bytes = this.#bytes.slice(0, this.#length);
      this.#bytes = new Uint8Array(64);
      this.#length = 0;
      return Object.setPrototypeOf(bytes, guest.bufferPrototype);
    }

    transferArrayBuffer(id: number, buffer: unknown): void {
      this.#transferred.push(id >>> 0, buffer);
    }

    writeUint32(value: number): void {
      this.#varint(BigInt(value >>> 0));
    }

    writeUint64(high: number, low: number): void {
      this.#varint((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
    }

    #varint(value: bigint): void {
      const bytes: number[] = [];
      let rest = value;
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
      if (!ArrayBuffer.isView(data)) {
        throw invalidType("source must be a TypedArray or a DataView");
      }
      this.#append(bytesOf(data));
    }

    _setTreatArrayBufferViewsAsHostObjects(areHostObjects: boolean): void {
      this.#areViewsHostObjects = areHostObjects;
    }
  }
  return constructible(Serializer);
}

function deserializerClass(guest: Guest) {
  class Deserializer {
    readonly buffer: ArrayBufferView;
    readonly #bytes: Uint8Array;
    /** Ids and buffers by turns. */
    readonly #transferred: unknown[] = [];
    #at = 0;
    #version = 0;

    constructor(buffer: ArrayBufferView) {
      if (!ArrayBuffer.isView(buffer)) {
        throw invalidType("buffer must be a TypedArray or a DataView");
      }
      this.buffer = buffer;
      // A Buffer's own slice would not copy.
      this.#bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }

    readHeader(): boolean {
      const [tag, version = VERSION_MAX + 1] = this.#bytes.subarray(this.#at);
      if (tag !== HEADER[0] || version > VERSION_MAX) {
        throw new Error("Unable to deserialize cloned data due to invalid or unsupported version.");
      }
      this.#version = version;
      this.#at += HEADER_LENGTH;
      return true;
    }

    readValue(): unknown {
      // A value before any header is read as if there were one.
      const shift = this.#version === 0 ? HEADER_LENGTH : 0;
      let bytes = this.#bytes;
      if (shift > 0) {
        bytes = new Uint8Array(shift + this.#bytes.length);
        bytes.set(HEADER);
        bytes.set(this.#bytes, shift);
      }
      const hooks = {
        readHostObject: (position: number) => this.#hostObject(position, shift),
        sharedArrayBuffer: (id: number) => this.#sharedArrayBuffer(id),
      };
      const position = this.#at + shift;
      const [value, end] = guest.native.deserialize(bytes, position, this.#transferred, hooks);
      this.#at = end - shift;
      return value;
    }

    /** The subclass reads from this one, in the midst of `readValue`. */
    #hostObject(position: number, shift: number): readonly [unknown, number] {
      const { _readHostObject: read } = this as unknown as Overrides;
      if (typeof read !== "function") throw new Error("Unable to deserialize cloned data.");
      this.#at = position - shift;
      const value: unknown = Reflect.apply(read, this, []);
      return [value, this.#at + shift];
    }

    #sharedArrayBuffer(id: number): unknown {
      const at = this.#transferred.indexOf(id);
      if (at < 0) throw new Error("Unable to deserialize cloned data.");
      return this.#transferred[at + 1];
    }

    getWireFormatVersion(): number {
      return this.#version;
    }

    transferArrayBuffer(id: number, buffer: unknown): void {
      if (!(buffer instanceof ArrayBuffer) && !(buffer instanceof SharedArrayBuffer)) {
        throw invalidType("arrayBuffer must be an ArrayBuffer or SharedArrayBuffer");
      }
      this.#transferred.push(id >>> 0, buffer);
    }

    readUint32(): number {
      return Number(this.#varint("ReadUint32() failed") & 0xffffffffn);
    }

    readUint64(): [number, number] {
      const value = this.#varint("ReadUint64() failed");
      return [Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn)];
    }

    #varint(failure: string): bigint {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = this.#bytes[this.#at];
        if (byte === undefined) throw new Error(failure);
        this.#at++;
        if (shift < 64n) value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
    }

    readDouble(): number {
      const end = this.#at + Float64Array.BYTES_PER_ELEMENT;
      if (end > this.#bytes.length) throw new Error("ReadDouble() failed");
      const bytes = this.#bytes.slice(this.#at, end);
      this.#at = end;
      return new Float64Array(bytes.buffer)[0] ?? Number.NaN;
    }

    _readRawBytes(length: number): number {
      const at = this.#at;
      if (at + length > this.#bytes.length) throw new Error("ReadRawBytes() failed");
      this.#at += length;
      return at;
    }
  }
  return constructible(Deserializer);
}
