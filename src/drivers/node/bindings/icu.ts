/** `icu`: character sets and the width of text on a terminal. */
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf } from "./buffer.js";

const FLUSH = 1;

class Converter {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

/** ICU's own number for it. */
const ILLEGAL_ARGUMENT = 1;
const ERROR_NAMES = new Map([[ILLEGAL_ARGUMENT, "U_ILLEGAL_ARGUMENT_ERROR"]]);

export function icuBinding(guest: Guest): Binding {
  const { compute } = guest.hooks;
  return {
    hasConverter: (name: string) => compute("hasConverter", name),
    icuErrName: (status: number) => ERROR_NAMES.get(status),
    getConverter(name: string, flags: number) {
      const id = compute("openConverter", name, flags) as number;
      return id === 0 ? undefined : new Converter(id);
    },
    decode(converter: Converter, input: ArrayBufferView, flags: number, encoding: string) {
      const text = compute("convert", converter.id, bytesOf(input).slice(), (flags & FLUSH) !== 0);
      if (text === null) {
        const error = new TypeError(`The encoded data was not valid for encoding ${encoding}`);
        throw Object.assign(error, { code: "ERR_ENCODING_INVALID_ENCODED_DATA" });
      }
      return text;
    },
    transcode(source: ArrayBufferView, from: string, to: string) {
      const bytes = compute("transcode", bytesOf(source).slice(), from, to) as Uint8Array | null;
      if (bytes === null) return ILLEGAL_ARGUMENT;
      Object.setPrototypeOf(bytes, guest.bufferPrototype);
      return bytes;
    },
    getStringWidth: (text: string) => stringWidth(text),
  };
}

/** Terminal columns: 2 for wide East Asian characters and emoji, 0 for marks and controls. */
function stringWidth(text: string): number {
  let width = 0;
  for (const character of text.normalize("NFC")) {
    const point = character.codePointAt(0) as number;
    if (isWide(point) || /^\p{Emoji_Presentation}$/u.test(character)) width += 2;
    else if (!isZeroWidth(character, point)) width++;
  }
  return width;
}

function isWide(point: number): boolean {
  return (
    point >= 0x1100 &&
    (point <= 0x115f ||
      point === 0x2329 ||
      point === 0x232a ||
      (point >= 0x2e80 && point <= 0x3247 && point !== 0x303f) ||
      (point >= 0x3250 && point <= 0x4dbf) ||
      (point >= 0x4e00 && point <= 0xa4c6) ||
      (point >= 0xa960 && point <= 0xa97c) ||
      (point >= 0xac00 && point <= 0xd7a3) ||
      (point >= 0xf900 && point <= 0xfaff) ||
      (point >= 0xfe10 && point <= 0xfe19) ||
      (point >= 0xfe30 && point <= 0xfe6b) ||
      (point >= 0xff01 && point <= 0xff60) ||
      (point >= 0xffe0 && point <= 0xffe6) ||
      (point >= 0x1f200 && point <= 0x1f265) ||
      (point >= 0x1f300 && point <= 0x1f64f) ||
      (point >= 0x1f900 && point <= 0x1f9ff) ||
      (point >= 0x20000 && point <= 0x3fffd))
  );
}

const SOFT_HYPHEN = 0xad;

function isZeroWidth(character: string, point: number): boolean {
  if (point === SOFT_HYPHEN) return false;
  return (
    point <= 0x1f ||
    (point >= 0x7f && point <= 0x9f) ||
    (point >= 0x200b && point <= 0x200f) ||
    /^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)
  );
}
