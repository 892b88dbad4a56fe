/** `encoding_binding`: TextEncoder and the fast paths of TextDecoder. */
import { Codec } from "../guest/codec.js";
import type { Binding, Guest } from "../guest/guest.js";
import { utf8Write } from "../guest/utf8.js";
import { bytesOf } from "./buffer.js";

export function encodingBinding(guest: Guest): Binding {
  const codec = new Codec(guest.hooks.compute);
  const encodeIntoResults = new Uint32Array(2);

  const invalidData = (encoding: string): Error => {
    const error = new TypeError(`The encoded data was not valid for encoding ${encoding}`);
    return Object.assign(error, { code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
  };

  const decodeWindows1252 = (
    input: ArrayBufferView,
    _ignoreBom: boolean,
    isFatal: boolean,
  ): unknown => guest.hooks.compute("decodeText", "windows-1252", bytesOf(input).slice(), isFatal);

  return {
    encodeIntoResults,
    encodeInto(text: string, target: Uint8Array) {
      const { read, written } = utf8Write(text, target, 0, target.length);
      encodeIntoResults[0] = read;
      encodeIntoResults[1] = written;
    },
    encodeUtf8String: (text: string) => codec.encode("utf8", text).slice(),
    decodeUTF8(input: ArrayBufferView, ignoreBom: boolean, isFatal: boolean) {
      let bytes = bytesOf(input);
      if (!ignoreBom && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
        bytes = bytes.subarray(3);
      }
      if (isFatal && !guest.hooks.compute("isUtf8", bytes.slice())) throw invalidData("utf-8");
      return codec.decode("utf8", bytes, 0, bytes.length);
    },
    // The name of one and the same by the library's version.
    decodeLatin1: decodeWindows1252,
    decodeWindows1252,
    toASCII: (domain: string) =>
      guest.hooks.compute("domainToASCII", domain) || plainDomain(String(domain)),
    toUnicode: (domain: string) => guest.hooks.compute("domainToUnicode", domain),
  };
}

/** No host of a URL, such as a broken IPv4 address, but a domain to IDNA: there is nothing in it to convert. */
function plainDomain(domain: string): string {
  const lower = domain.toLowerCase();
  return /^[\x20-\x7e]*$/.test(lower) && !lower.includes("xn--") ? lower : "";
}
