/**
 * Text encodings of Node's Buffer. Short texts are done here; long ones by the container's Buffer,
 * on copied bytes.
 */
import type { Compute } from "./host-hooks.js";
import { fromUnits, utf8Decode, utf8Write } from "./utf8.js";

export type Encoding =
  | "ascii"
  | "utf8"
  | "base64"
  | "utf16le"
  | "latin1"
  | "hex"
  | "buffer"
  | "base64url";

/** From this many bytes on the container is faster, its call included. */
const LONG = 1024;

const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Value of a base64 character code, in either alphabet; 255: none. */
const base64Values = (() => {
  const values = new Uint8Array(128).fill(255);
  for (let index = 0; index < 64; index++) {
    values[BASE64.charCodeAt(index)] = index;
    values[BASE64URL.charCodeAt(index)] = index;
  }
  return values;
})();

export class Codec {
  readonly #compute: Compute;

  constructor(compute: Compute) {
    this.#compute = compute;
  }

  decode(encoding: Encoding, bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return "";
    if (length >= LONG) {
      const copy = Uint8Array.prototype.slice.call(bytes, start, end);
      const name = encoding === "buffer" ? "utf8" : encoding;
      return this.#compute("decode", name, copy) as string;
    }
    switch (encoding) {
      case "utf8":
      case "buffer":
        return utf8Decode(bytes, start, end);
      case "latin1":
        return fromUnits(new Uint8Array(bytes.buffer, bytes.byteOffset + start, length), length);
      case "ascii": {
        const units = new Uint8Array(length);
        for (let index = 0; index < length; index++) {
          units[index] = (bytes[start + index] as number) & 0x7f;
        }
        return fromUnits(units, length);
      }
      case "utf16le": {
        const count = length >> 1;
        const units = new Uint16Array(count);
        for (let index = 0; index < count; index++) {
          const at = start + index * 2;
          units[index] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
        }
        return fromUnits(units, count);
      }
      case "hex": {
        let text = "";
        for (let at = start; at < end; at++) {
          const byte = bytes[at] as number;
          text += (HEX[byte >> 4] as string) + (HEX[byte & 15] as string);
        }
        return text;
      }
      case "base64":
        return base64Text(bytes, start, end, BASE64, true);
      case "base64url":
        return base64Text(bytes, start, end, BASE64URL, false);
    }
  }

  /** Writes as much of `text` as fits from `offset` to `end`; answers how many bytes. */
  write(encoding: Encoding, text: string, target: Uint8Array, offset: number, end: number): number {
    if (text.length >= LONG && encoding !== "buffer") {
      const room = end - offset;
      const encoded = this.#compute("encode", encoding, text, room) as Uint8Array;
      target.set(encoded, offset);
      return encoded.length;
    }
    switch (encoding) {
      case "utf8":
      case "buffer":
        return utf8Write(text, target, offset, end).written;
      case "ascii":
      case "latin1": {
        const count = Math.min(text.length, end - offset);
        for (let index = 0; index < count; index++) target[offset + index] = text.charCodeAt(index);
        return count;
      }
      case "utf16le": {
        const count = Math.min(text.length, (end - offset) >> 1);
        for (let index = 0; index < count; index++) {
          const unit = text.charCodeAt(index);
          target[offset + index * 2] = unit & 0xff;
          target[offset + index * 2 + 1] = unit >> 8;
        }
        return count * 2;
      }
      case "hex": {
        const count = Math.min(text.length >> 1, end - offset);
        for (let index = 0; index < count; index++) {
          const high = hexValue(text.charCodeAt(index * 2));
          const low = hexValue(text.charCodeAt(index * 2 + 1));
          if (high < 0 || low < 0) return index;
          target[offset + index] = (high << 4) | low;
        }
        return count;
      }
      case "base64":
      case "base64url":
        return base64Write(text, target, offset, end);
    }
  }

  encode(encoding: Encoding, text: string): Uint8Array {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.subarray(0, this.write(encoding, text, bytes, 0, bytes.length));
  }
}

function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function base64Text(
  bytes: Uint8Array,
  start: number,
  end: number,
  alphabet: string,
  isPadded: boolean,
): string {
  let text = "";
  for (let at = start; at < end; at += 3) {
    const left = end - at;
    const first = bytes[at] as number;
    const second = left > 1 ? (bytes[at + 1] as number) : 0;
    const third = left > 2 ? (bytes[at + 2] as number) : 0;
    text += alphabet[first >> 2] as string;
    text += alphabet[((first & 3) << 4) | (second >> 4)] as string;
    if (left > 1) text += alphabet[((second & 15) << 2) | (third >> 6)] as string;
    else if (isPadded) text += "=";
    if (left > 2) text += alphabet[third & 63] as string;
    else if (isPadded) text += "=";
  }
  return text;
}

/** Skips what is no base64, ends at padding: as Node does. */
function base64Write(text: string, target: Uint8Array, offset: number, end: number): number {
  let at = offset;
  let bits = 0;
  let collected = 0;
  for (let index = 0; index < text.length && at < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 61) break;
    const value = code < 128 ? (base64Values[code] as number) : 255;
    if (value === 255) continue;
    collected = ((collected << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    target[at++] = (collected >> bits) & 0xff;
  }
  return at - offset;
}
