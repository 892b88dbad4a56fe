/** `buffer`: bytes to text and back, searching, comparing. */
import { Codec, type Encoding } from "../guest/codec.js";
import type { Binding, Callable, Guest } from "../guest/guest.js";
import { utf8Length } from "../guest/utf8.js";

export const encodings: readonly Encoding[] = [
  "ascii",
  "utf8",
  "base64",
  "utf16le",
  "latin1",
  "hex",
  "buffer",
  "base64url",
];

type View = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

/** The bytes of any view or buffer. */
export function bytesOf(view: View): Uint8Array {
  if (view instanceof Uint8Array) return view;
  if (ArrayBuffer.isView(view)) {
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }
  // One that is detached has no bytes.
  return view.byteLength === 0 ? new Uint8Array(0) : new Uint8Array(view);
}

export function encodingOf(name: unknown): Encoding {
  const lower = String(name ?? "utf8").toLowerCase();
  switch (lower) {
    case "utf-8":
      return "utf8";
    case "ucs2":
    case "ucs-2":
    case "utf-16le":
      return "utf16le";
    case "binary":
      return "latin1";
    default:
      return (encodings as readonly string[]).includes(lower) ? (lower as Encoding) : "utf8";
  }
}

export function bufferBinding(guest: Guest): Binding {
  const codec = new Codec(guest.hooks.compute);

  const rangeError = (name: string): Error => {
    const error = new RangeError(name) as Error & { code: string };
    error.code = "ERR_OUT_OF_RANGE";
    return error;
  };

  /** The bounds of a slice, checked as the C++ does. */
  const bounds = (length: number, start: unknown, end: unknown): [number, number] => {
    const from = start === undefined ? 0 : Math.trunc(Number(start)) || 0;
    const to = end === undefined ? length : Math.trunc(Number(end)) || 0;
    if (from < 0 || to < 0) throw rangeError("Index out of range");
    const last = Math.min(to, length);
    return [from, Math.max(from, last)];
  };

  const stringTooLong = (): Error => {
    const error = new Error("Cannot create a string longer than 0x1fffffe8 characters") as Error & {
      code: string;
    };
    error.code = "ERR_STRING_TOO_LONG";
    return error;
  };

  const slicer = (encoding: Encoding) =>
    function slice(this: Uint8Array, start?: unknown, end?: unknown): string {
      const bytes = requireBytes(this);
      const [from, to] = bounds(bytes.length, start, end);
      if (from >= to) return "";
      const perByte = encoding === "hex" ? 2 : 1;
      if ((to - from) * perByte > 0x1fffffe8) throw stringTooLong();
      return codec.decode(encoding, bytes, from, Math.min(to, bytes.length));
    };

  const writer = (encoding: Encoding) =>
    function write(this: Uint8Array, text: unknown, offset?: unknown, length?: unknown): number {
      const bytes = requireBytes(this);
      if (typeof text !== "string") throw invalidArgument("argument must be a string");
      const from = offset === undefined ? 0 : Math.trunc(Number(offset)) || 0;
      if (from > bytes.length || from < 0) {
        const error = new RangeError('"offset" is outside of buffer bounds') as Error & {
          code: string;
        };
        error.code = "ERR_BUFFER_OUT_OF_BOUNDS";
        throw error;
      }
      const wanted = length === undefined ? bytes.length - from : Math.trunc(Number(length)) || 0;
      if (wanted < 0) throw rangeError("Index out of range");
      const end = Math.min(bytes.length, from + wanted);
      if (end <= from) return 0;
      return codec.write(encoding, text, bytes, from, end);
    };

  const binding: Binding = {
    setBufferPrototype(prototype: object) {
      guest.bufferPrototype = prototype;
    },
    byteLengthUtf8: (text: string) => utf8Length(text),
    copy(
      source: Uint8Array,
      target: Uint8Array,
      targetStart: number,
      sourceStart: number,
      count: number,
    ) {
      const to = bytesOf(target);
      const room = Math.min(count, to.length - targetStart);
      to.set(bytesOf(source).subarray(sourceStart, sourceStart + room), targetStart);
      return room;
    },
    copyArrayBuffer(
      target: ArrayBuffer,
      targetOffset: number,
      source: ArrayBuffer,
      sourceOffset: number,
      count: number,
    ) {
      new Uint8Array(target, targetOffset, count).set(new Uint8Array(source, sourceOffset, count));
    },
    compare: (a: View, b: View) => compareBytes(bytesOf(a), bytesOf(b)),
    compareOffset(
      source: View,
      target: View,
      targetStart: number,
      sourceStart: number,
      targetLength: number,
      sourceLength: number,
    ) {
      const from = bytesOf(source);
      const to = bytesOf(target);
      if (sourceStart > from.length)
        throw rangeError('The value of "sourceStart" is out of range.');
      if (targetStart > to.length) throw rangeError('The value of "targetStart" is out of range.');
      return compareBytes(
        from.subarray(sourceStart, sourceStart + Math.max(0, sourceLength - sourceStart)),
        to.subarray(targetStart, targetStart + Math.max(0, targetLength - targetStart)),
      );
    },
    fill(target: View, value: unknown, offset: number, end: number, encoding?: unknown) {
      const bytes = bytesOf(target);
      if (offset < 0 || end < 0) throw rangeError("Index out of range");
      if (offset > end || end > bytes.length) return -2;
      if (offset >= end) return undefined;
      if (typeof value === "string" || ArrayBuffer.isView(value)) {
        const pattern =
          typeof value === "string" ? codec.encode(encodingOf(encoding), value) : bytesOf(value);
        if (pattern.length === 0) return -1;
        fillPattern(bytes, pattern, offset, end);
        return undefined;
      }
      bytes.fill(Number(value) & 255, offset, end);
      return undefined;
    },
    indexOfNumber(buffer: View, value: number, offset: number, isForward: boolean) {
      const bytes = bytesOf(buffer);
      const start = startOf(offset, bytes.length, 1, isForward);
      if (start < 0) return -1;
      return isForward
        ? Uint8Array.prototype.indexOf.call(bytes, value & 255, start)
        : Uint8Array.prototype.lastIndexOf.call(bytes, value & 255, start);
    },
    indexOfBuffer(buffer: View, value: View, offset: number, encoding: number, isForward: boolean) {
      return search(
        bytesOf(buffer),
        bytesOf(value),
        offset,
        encodings[encoding] ?? "utf8",
        isForward,
      );
    },
    indexOfString(
      buffer: View,
      value: string,
      offset: number,
      encoding: number,
      isForward: boolean,
    ) {
      const name = encodings[encoding] ?? "utf8";
      return search(bytesOf(buffer), codec.encode(name, value), offset, name, isForward);
    },
    swap16: (buffer: View) => swap(bytesOf(buffer), 2, buffer),
    swap32: (buffer: View) => swap(bytesOf(buffer), 4, buffer),
    swap64: (buffer: View) => swap(bytesOf(buffer), 8, buffer),
    isUtf8: (view: View) => guest.hooks.compute("isUtf8", attached(view).slice()),
    isAscii: (view: View) => attached(view).every((byte) => byte < 128),
    atob: (text: string) => guest.hooks.compute("atob", text),
    btoa: (text: string) => guest.hooks.compute("btoa", text),
    createUnsafeArrayBuffer: (size: number) => new ArrayBuffer(size),
    setDetachKey: (buffer: ArrayBuffer, key: symbol) => guest.native.setDetachKey(buffer, key),
    detachArrayBuffer: (buffer: ArrayBuffer) => guest.native.detach(buffer),
    getZeroFillToggle: () => undefined,
    // A guest does not see addresses: any place is as good.
    arrayBufferAlignedOffset: () => 0,
  };
  for (const encoding of encodings) {
    if (encoding === "buffer") continue;
    const name = encoding === "utf16le" ? "ucs2" : encoding;
    binding[`${name}Slice`] = ofThisOrFirst(slicer(encoding));
    const write = writer(encoding);
    binding[`${name}Write`] = ofThisOrFirst(write);
    // From Node 22 on: the buffer is an argument.
    binding[`${name}WriteStatic`] = (
      buffer: Uint8Array,
      text: unknown,
      offset?: unknown,
      length?: unknown,
    ) => Reflect.apply(write, buffer, [text, offset, length]);
  }
  return binding;
}

/** A method whose buffer is `this`; from Node 24 on, its first argument. */
function ofThisOrFirst(method: (this: never, ...args: never[]) => unknown): Callable {
  return function (this: unknown, ...args: unknown[]) {
    const [buffer, rest] = ArrayBuffer.isView(this) ? [this, args] : [args[0], args.slice(1)];
    return Reflect.apply(method, buffer, rest);
  };
}

/** The bytes of a view whose buffer was not given away. */
function attached(view: View): Uint8Array {
  try {
    const buffer = ArrayBuffer.isView(view) ? view.buffer : view;
    new Uint8Array(buffer);
    return bytesOf(view);
  } catch {
    const error = new Error("Invalid state: Cannot validate on a detached buffer");
    throw Object.assign(error, { code: "ERR_INVALID_STATE" });
  }
}

function requireBytes(value: unknown): Uint8Array {
  if (!ArrayBuffer.isView(value)) throw invalidArgument("argument must be a buffer");
  return bytesOf(value);
}

function invalidArgument(message: string): Error {
  const error = new TypeError(message) as Error & { code: string };
  error.code = "ERR_INVALID_ARG_TYPE";
  return error;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

function fillPattern(bytes: Uint8Array, pattern: Uint8Array, offset: number, end: number): void {
  const first = Math.min(pattern.length, end - offset);
  bytes.set(pattern.subarray(0, first), offset);
  // What is filled doubles.
  for (let filled = first; offset + filled < end; filled *= 2) {
    const count = Math.min(filled, end - offset - filled);
    bytes.copyWithin(offset + filled, offset, offset + count);
  }
}

/** Where a search begins; -1: it finds nothing. As the C++'s IndexOfOffset. */
function startOf(offset: number, length: number, needle: number, isForward: boolean): number {
  let at = offset;
  if (at < 0) {
    if (at + length >= 0) at += length;
    else if (isForward || needle === 0) at = 0;
    else return -1;
  } else if (at + needle > length) {
    if (needle === 0) at = length;
    else if (isForward) return at < length && needle === 1 ? at : at + needle <= length ? at : -1;
    else at = length - 1;
  }
  return at;
}

function search(
  bytes: Uint8Array,
  needle: Uint8Array,
  offset: number,
  encoding: Encoding,
  isForward: boolean,
): number {
  const start = startOf(offset, bytes.length, needle.length, isForward);
  if (start < 0) return -1;
  if (needle.length === 0) return start;
  if (bytes.length < needle.length) return -1;
  const last = bytes.length - needle.length;
  if (isForward && start > last) return -1;
  const step = encoding === "utf16le" ? 2 : 1;
  if (step === 2 && (needle.length < 2 || bytes.length < 2)) return -1;
  const matches = (at: number): boolean => {
    for (let index = 0; index < needle.length; index++) {
      if (bytes[at + index] !== needle[index]) return false;
    }
    return true;
  };
  if (isForward) {
    const first = needle[0] as number;
    for (let at = start; at <= last; at += step) {
      if (step === 1) {
        at = Uint8Array.prototype.indexOf.call(bytes, first, at);
        if (at < 0 || at > last) return -1;
      }
      if (matches(at)) return at;
    }
    return -1;
  }
  for (let at = Math.min(start, last); at >= 0; at -= step) if (matches(at)) return at;
  return -1;
}

function swap(bytes: Uint8Array, size: number, buffer: View): View {
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return buffer;
}
