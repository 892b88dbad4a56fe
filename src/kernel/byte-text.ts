/**
 * Strings of bytes that need not be UTF-8, as names, arguments and variables are on Linux: a byte that is no part of a character
 * is a lone surrogate, 0xDC00 + byte (as Python's surrogateescape has it). UTF-8 has no such characters, so that every
 * run of bytes has one text and comes back as it was.
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ESCAPE = 0xdc00;
/** With `u` a pair of surrogates is one character, which this is not. */
const ESCAPED = /([\udc80-\udcff]+)/u;

/** The text that stands for the bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return escapedText(bytes);
  }
}

/** The bytes that the text stands for. */
export function bytesOfText(text: string): Uint8Array {
  const encoder = new TextEncoder();
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const parts = text.split(ESCAPED).map((part, index) => {
    if (index % 2 === 0) return encoder.encode(part);
    return Uint8Array.from(part, (unit) => unit.charCodeAt(0) - ESCAPE);
  });
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Whether the text is one of characters only, which every store of names can keep. */
export function isCharacters(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** The text as a program has it that knows only characters: U+FFFD for each byte that is none. */
export function textWithoutBytes(text: string): string {
  return text.replace(/[\udc80-\udcff]/gu, "\ufffd");
}

function escapedText(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < bytes.length; ) {
    const length = characterLength(bytes, index);
    if (length > 0) {
      index += length;
      continue;
    }
    parts.push(
      utf8.decode(bytes.subarray(start, index)),
      String.fromCharCode(ESCAPE + (bytes[index] ?? 0)),
    );
    index++;
    start = index;
  }
  parts.push(utf8.decode(bytes.subarray(start)));
  return parts.join("");
}

/** Bytes of the character that begins here; 0 where none does (Unicode, table 3-7). */
function characterLength(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0) return 0;
  const second = bytes[index + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = 2; next < length; next++) {
    if (((bytes[index + next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
