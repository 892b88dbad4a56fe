// What the package ships in WASM keeps to its budget; `node wasm/sizes.mjs` shows what weighs how much.

import { expect, test } from "vitest";
import { measure } from "../wasm/sizes.mjs";

const MB = 1e6;

test("at most 15 MB, 6 MB compressed", () => {
  const artifacts = measure();
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  expect(sum(artifacts.map(({ rawBytes }) => rawBytes))).toBeLessThanOrEqual(15 * MB);
  expect(sum(artifacts.map(({ gzipBytes }) => gzipBytes))).toBeLessThanOrEqual(6 * MB);
});

test("no command is in two artifacts", () => {
  const commands = measure().flatMap(({ commands }) => commands);
  const twice = commands.filter((name, index) => commands.indexOf(name) !== index);
  expect(twice).toEqual([]);
});
