// Text of guests in pieces: what a line is, and that small pieces cost what large ones do.

import { expect, test } from "vitest";
import { LineReader } from "../../src/runtime/received-text.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a line comes whole, whatever its pieces are; what follows it in the piece is dropped", () => {
  const reader = new LineReader(10);
  const pieces = [...bytes("é€")].map((byte) => Uint8Array.of(byte));
  for (const piece of pieces) expect(reader.push(piece)).toBeUndefined();
  expect(reader.push(bytes("x\nrest"))).toEqual({ text: "é€x" });
  expect(reader.push(bytes("1234567890\n"))).toEqual({ text: "1234567890" });
});

test("a line that is too long is told once, and its rest is no line", () => {
  const reader = new LineReader(4);
  expect(reader.push(bytes("12345"))).toBe("too long");
  expect(reader.push(bytes("67890"))).toBeUndefined();
  expect(reader.push(bytes("end\n"))).toBeUndefined();
  expect(reader.push(bytes("next\n"))).toEqual({ text: "next" });
  expect(reader.push(bytes("12345\n"))).toBe("too long");
  expect(reader.push(bytes("1\n"))).toEqual({ text: "1" });
});

test("a megabyte byte by byte copies each byte a few times", () => {
  const reader = new LineReader(2 ** 20);
  const byte = bytes("x");
  // Looking at all that is held for each piece would be 10^12 steps.
  for (let count = 0; count < 2 ** 20; count++) reader.push(byte);
  const line = reader.push(bytes("\n"));
  expect(line === undefined || line === "too long" ? 0 : line.text.length).toBe(2 ** 20);
});
