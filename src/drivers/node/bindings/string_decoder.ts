/** `string_decoder`: text from bytes that come in pieces; the state is in the decoder's own buffer. */
import { Codec } from "../guest/codec.js";
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf, encodings } from "./buffer.js";

const MISSING = 4;
const BUFFERED = 5;
const ENCODING = 6;

export function stringDecoderBinding(guest: Guest): Binding {
  const codec = new Codec(guest.hooks.compute);

  /** How many bytes at the end of `bytes` begin a character that is not complete, and what it lacks. */
  function incompleteTail(
    encoding: string,
    bytes: Uint8Array,
    kept: number,
  ): { buffered: number; missing: number } {
    const { length } = bytes;
    switch (encoding) {
      case "utf8":
        return utf8Tail(bytes);
      case "utf16le": {
        // A lead surrogate that was waiting goes on waiting for all of its trail.
        if (kept >= 2 && length < 4) return { buffered: length, missing: 4 - length };
        if (length % 2 === 1) return { buffered: 1, missing: 1 };
        const isLead = length >= 2 && ((bytes[length - 1] as number) & 0xfc) === 0xd8;
        return isLead ? { buffered: 2, missing: 2 } : { buffered: 0, missing: 0 };
      }
      case "base64":
      case "base64url":
        return length % 3 === 0
          ? { buffered: 0, missing: 0 }
          : { buffered: length % 3, missing: 3 - (length % 3) };
      default:
        return { buffered: 0, missing: 0 };
    }
  }

  return {
    encodings: [...encodings],
    decode(state: Uint8Array, input: ArrayBufferView): string {
      const encoding = encodings[state[ENCODING] as number] ?? "utf8";
      const chunk = bytesOf(input);
      const kept = state[BUFFERED] as number;
      let bytes = chunk;
      if (kept > 0) {
        bytes = new Uint8Array(kept + chunk.length);
        bytes.set(state.subarray(0, kept));
        bytes.set(chunk, kept);
      }
      const { buffered, missing } = incompleteTail(encoding, bytes, kept);
      const end = bytes.length - buffered;
      state.set(bytes.subarray(end), 0);
      state[BUFFERED] = buffered;
      state[MISSING] = missing;
      return codec.decode(encoding, bytes, 0, end);
    },
    flush(state: Uint8Array): string {
      const encoding = encodings[state[ENCODING] as number] ?? "utf8";
      let kept = state[BUFFERED] as number;
      if (encoding === "utf16le" && kept % 2 === 1) kept--;
      const text = codec.decode(encoding, state, 0, kept);
      state[BUFFERED] = 0;
      state[MISSING] = 0;
      return text;
    },
  };
}

/** By the bits of the lead byte alone, as Node's decoder does: what follows may turn out wrong. */
function utf8Tail(bytes: Uint8Array): { buffered: number; missing: number } {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const size =
      (byte & 0xf8) === 0xf0 ? 4 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xe0) === 0xc0 ? 2 : 1;
    if (size > back) return { buffered: back, missing: size - back };
    break;
  }
  return { buffered: 0, missing: 0 };
}
