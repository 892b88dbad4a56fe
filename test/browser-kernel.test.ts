// The kernel's file for browsers: it needs nothing of a host and nothing of a bundler.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("imports nothing", () => {
  const file = new URL("../dist/kernel.browser.js", import.meta.url);
  const source = readFileSync(file, "utf8");
  const imports = source.match(/^\s*(import\s.*from\s+["'].*["']|import\s*["'].*["']);?$/gm) ?? [];
  expect(imports).toEqual([]);
  expect(source).not.toMatch(/\b(require|import)\(["']/);
});
