/**
 * UTF-8, for a realm that has neither TextEncoder nor TextDecoder. Short strings only: what is long
 * goes through the container's codecs (`codec.ts`). Errors are replaced by U+FFFD, as the WHATWG
 * Encoding standard says.
 */

const REPLACEMENT = 0xfffd;
/** How many code units one String.fromCharCode call takes. */
const CHUNK = 4096;

const { fromCharCode } = String;
const { apply } = Reflect;

/** The length of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isLead(unit) && isTrail(text.charCodeAt(index + 1))) {
      length += 2;
      index++;
    } else length += 2;
  }
  return length;
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/**
 * Writes `text` into `target` from `offset`, whole characters only.
 * @returns how many code units were read and bytes written.
 */
export function utf8Write(
  text: string,
  target: Uint8Array,
  offset: number,
  end: number,
): { read: number; written: number } {
  let at = offset;
  let index = 0;
  for (; index < text.length; index++) {
    let point = text.charCodeAt(index);
    if (point < 0x80) {
      if (at >= end) break;
      target[at++] = point;
      continue;
    }
    let units = 1;
    if (isLead(point) && isTrail(text.charCodeAt(index + 1))) {
      point = 0x10000 + ((point - 0xd800) << 10) + (text.charCodeAt(index + 1) - 0xdc00);
      units = 2;
    } else if (point >= 0xd800 && point < 0xe000) point = REPLACEMENT;
    const size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (at + size > end) break;
    if (size === 2) target[at] = 0xc0 | (point >> 6);
    else if (size === 3) {
      target[at] = 0xe0 | (point >> 12);
      target[at + 1] = 0x80 | ((point >> 6) & 0x3f);
    } else {
      target[at] = 0xf0 | (point >> 18);
      target[at + 1] = 0x80 | ((point >> 12) & 0x3f);
      target[at + 2] = 0x80 | ((point >> 6) & 0x3f);
    }
    target[at + size - 1] = 0x80 | (point & 0x3f);
    at += size;
    index += units - 1;
  }
  return { read: index, written: at - offset };
}

export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  utf8Write(text, bytes, 0, bytes.length);
  return bytes;
}

/** Text from units that fit 16 bits each. */
export function fromUnits(units: ArrayLike<number>, count: number): string {
  if (count <= CHUNK && units.length === count) return apply(fromCharCode, undefined, units);
  let text = "";
  for (let start = 0; start < count; start += CHUNK) {
    const part = Array.prototype.slice.call(units, start, Math.min(count, start + CHUNK));
    text += apply(fromCharCode, undefined, part);
  }
  return text;
}

/** How many bytes a lead byte asks for, and the bounds of the byte after it; 0: no lead byte. */
function sequenceOf(lead: number): readonly [needed: number, low: number, high: number] {
  if (lead >= 0xc2 && lead <= 0xdf) return [1, 0x80, 0xbf];
  if (lead === 0xe0) return [2, 0xa0, 0xbf];
  if (lead === 0xed) return [2, 0x80, 0x9f];
  if (lead >= 0xe1 && lead <= 0xef) return [2, 0x80, 0xbf];
  if (lead === 0xf0) return [3, 0x90, 0xbf];
  if (lead === 0xf4) return [3, 0x80, 0x8f];
  if (lead >= 0xf1 && lead <= 0xf3) return [3, 0x80, 0xbf];
  return [0, 0, 0];
}

export function utf8Decode(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const units = new Uint16Array(end - start);
  let count = 0;
  let at = start;
  while (at < end) {
    const lead = bytes[at++] as number;
    if (lead < 0x80) {
      units[count++] = lead;
      continue;
    }
    let [needed, low, high] = sequenceOf(lead);
    if (needed === 0) {
      units[count++] = REPLACEMENT;
      continue;
    }
    let point = lead & (needed === 1 ? 0x1f : needed === 2 ? 0x0f : 0x07);
    let isBroken = false;
    for (; needed > 0; needed--) {
      const next = at < end ? (bytes[at] as number) : -1;
      if (next < low || next > high) {
        isBroken = true;
        break;
      }
      point = (point << 6) | (next & 0x3f);
      at++;
      low = 0x80;
      high = 0xbf;
    }
    if (isBroken) units[count++] = REPLACEMENT;
    else if (point >= 0x10000) {
      units[count++] = 0xd800 + ((point - 0x10000) >> 10);
      units[count++] = 0xdc00 + ((point - 0x10000) & 0x3ff);
    } else units[count++] = point;
  }
  return fromUnits(units.subarray(0, count), count);
}
