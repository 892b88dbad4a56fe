// What wasm/dist/ holds and weighs: prints the table, `--write` puts it into docs/wasm-artifacts.md. The package ships at most
// 15 MB, 6 MB compressed; test/wasm-sizes.test.ts holds it to that.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { distFiles, readManifest, wasmDirectory } from './manifest.mjs';

const PAGE = join(wasmDirectory, '../docs/wasm-artifacts.md');

/** Each artifact with its size, raw and compressed, and its commands. */
export function measure() {
  return distFiles('.json').map((name) => {
    const { file, commands } = readManifest(name);
    const bytes = readFileSync(join(wasmDirectory, 'dist', file));
    return { file, commands, rawBytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
  });
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

/** The page in Markdown. */
export function page(artifacts) {
  const sum = (key) => artifacts.reduce((total, artifact) => total + artifact[key], 0);
  const rows = artifacts.map(({ file, commands, rawBytes, gzipBytes }) => {
    const named = [...commands].sort().map((name) => `\`${name}\``).join(' ');
    return `| \`${file}\` | ${megabytes(rawBytes)} | ${megabytes(gzipBytes)} | ${named} |\n`;
  });
  const count = artifacts.flatMap(({ commands }) => commands).length;
  return `<!-- Made by wasm/sizes.mjs --write: do not edit. -->

# The WASM files of this package

They lie in \`wasm/dist/\`, one WASM module for many commands. Only the shell's is compiled when it is mounted; another is
when one of its commands is first run. ${count} commands, ${megabytes(sum('rawBytes'))}, ${megabytes(sum('gzipBytes'))} with gzip.

| file | size | gzip | commands |
|---|---|---|---|
${rows.join('')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = page(measure());
  if (process.argv[2] === '--write') writeFileSync(PAGE, made);
  else console.log(made);
}
