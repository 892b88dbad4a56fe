// Arguments and variables are bytes: what is no UTF-8 reaches another program as it was. What commands make of
// them: the snippets shell/bytes.sh.

import { describe, expect, test } from "vitest";
import { bytesOfText, textOfBytes } from "../../src/kernel/byte-text.js";

describe("bytes as text", () => {
  test.each([
    ["nothing", []],
    ["ASCII", [0x61, 0x62]],
    [
      "characters of two, three and four bytes",
      [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80],
    ],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x61]],
    ["single bytes", [0xff, 0x61, 0x80, 0xfe]],
    ["a character cut short", [0x61, 0xe2, 0x82]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an encoded surrogate", [0xed, 0xb2, 0x80]],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["two halves that look like a pair", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ])("%s comes back", (_, list) => {
    const bytes = Uint8Array.from(list);
    expect([...bytesOfText(textOfBytes(bytes))]).toEqual(list);
  });

  test("every pair of bytes comes back, and UTF-8 is its own text", () => {
    for (let first = 0; first < 256; first++) {
      const all = Uint8Array.from({ length: 512 }, (_, index) =>
        index % 2 === 0 ? first : index >> 1,
      );
      expect(bytesOfText(textOfBytes(all)).join()).toBe(all.join());
    }
    expect(textOfBytes(new TextEncoder().encode("é😀"))).toBe("é😀");
  });
});
