// What is looked at before a module is compiled: size, structure, memory.

import { expect, test } from "vitest";
import {
  BadModule,
  checkModule,
  wasmMemoryBytes,
  wasmModuleBytes,
} from "../../../src/drivers/wasmvm/wasm-module.js";
import { forSeeds } from "../../random.js";
import { growModule, header, helloModule, section, wasmModule } from "./tiny-wasm.js";

const limitPages = wasmMemoryBytes / 65536;

function checked(bytes: Uint8Array): Uint8Array {
  const result = checkModule(bytes);
  if (result instanceof BadModule) throw new Error(result.reason);
  return result.bytes;
}

function reasonOf(...bytes: number[]): string {
  const result = checkModule(Uint8Array.from(bytes));
  return result instanceof BadModule ? result.reason : "accepted";
}

test("a module stays valid, and its memory gets a maximum", () => {
  const bytes = helloModule("hi");
  expect(WebAssembly.validate(checked(bytes))).toBe(true);
  expect(checked(bytes).length).toBeGreaterThan(bytes.length);
});

test.each([
  ["no maximum", [0, 1], limitPages],
  ["a maximum above the limit", [1, 1, 0x80, 0x80, 0x04], limitPages],
  ["a maximum below the limit", [1, 1, 2], 2],
])("a memory with %s", (_, memory, expected) => {
  const instance = new WebAssembly.Instance(
    new WebAssembly.Module(checked(wasmModule({ code: [], memory }))),
    { wasi_snapshot_preview1: { proc_exit() {}, fd_write: () => 0 } },
  );
  const exported = instance.exports.memory;
  if (!(exported instanceof WebAssembly.Memory)) throw new Error("no memory");
  expect(() => exported.grow(expected)).toThrow(RangeError);
  expect(exported.grow(Math.min(expected, 2) - 1)).toBe(1);
});

test.each([
  ["nothing", [], /not a WASM module/],
  ["another magic", [...header.slice(0, 3), 0, 1, 0, 0, 0], /not a WASM module/],
  ["another version", [...header.slice(0, 4), 2, 0, 0, 0], /not a WASM module/],
  ["a section that is cut off", [...header, 1, 10, 0], /cut off/],
  ["a section of endless length", [...header, 1, 255, 255, 255, 255, 255, 255], /32 bits/],
  ["an unknown section", [...header, ...section(14)], /unknown section 14/],
  ["sections out of order", [...header, ...section(3, 0), ...section(1, 0)], /out of order/],
  ["a section twice", [...header, ...section(1, 0), ...section(1, 0)], /out of order/],
  ["two memories", [...header, ...section(5, 2, 0, 1, 0, 1)], /more than one memory/],
  ["a shared memory", [...header, ...section(5, 1, 3, 1, 2)], /shared/],
  ["a 64 bit memory", [...header, ...section(5, 1, 4, 1)], /64 bit/],
  ["too much memory at once", [...header, ...section(5, 1, 0, 0x81, 0x40)], /8193 pages/],
  ["a memory section with a rest", [...header, ...section(5, 1, 0, 1, 0)], /bytes behind/],
  ["a custom section without its name", [...header, ...section(0, 9, 97)], /cut off/],
])("%s is refused", (_, bytes, reason) => {
  expect(reasonOf(...bytes)).toMatch(reason);
});

test("a module above the size limit is refused", () => {
  const result = checkModule(new Uint8Array(wasmModuleBytes + 1));
  expect(result).toBeInstanceOf(BadModule);
});

test("random bytes behind a header never throw", () => {
  forSeeds(200, (random) => {
    const bytes = Uint8Array.from({ length: random.below(64) }, () => random.below(256));
    checkModule(Uint8Array.from([...header, ...bytes]));
    const damaged = growModule(1);
    damaged[8 + random.below(damaged.length - 8)] = random.below(256);
    checkModule(damaged);
  });
});
