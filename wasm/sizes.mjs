// What wasm/dist/ weighs, artifact by artifact: `node sizes.mjs`. The package ships at most 15 MB, 6 MB compressed;
// test/wasm-sizes.test.ts holds it to that, docs/commands.md lists the sizes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { distFiles, readManifest, wasmDirectory } from './manifest.mjs';

/** Each artifact with its size, raw and compressed, and its commands. */
export function measure() {
  return distFiles('.json').map((name) => {
    const { file, commands } = readManifest(name);
    const bytes = readFileSync(join(wasmDirectory, 'dist', file));
    return { file, commands, rawBytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.table(measure().map(({ commands, ...sizes }) => ({ ...sizes, commands: commands.length })));
}
