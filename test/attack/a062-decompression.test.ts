// A062: decompression bombs. The kernel and the bridge decompress nothing, which is the answer at this
// level; who adds a decompressor has to bring its limits and probes.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const decompressor = /DecompressionStream|inflate|gunzip|unzip|brotli|zstd|fflate|pako|zlib/i;

test.each(["kernel", "bridge", "bridge/guest"])("src/%s decompresses nothing", (room) => {
  const folder = fileURLToPath(new URL(`../../src/${room}/`, import.meta.url));
  const sources = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  expect(sources.length).toBeGreaterThan(0);
  const found = sources.filter((name) => decompressor.test(readFileSync(folder + name, "utf8")));
  expect(found).toEqual([]);
});
