// What wasm/dist/manifest.json says: one hash over all sources, and each artifact's hash, size
// and commands. `--write RUSTC WASM_OPT` writes it (build.sh does); check.mjs compares.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const wasmDirectory = dirname(fileURLToPath(import.meta.url));
export const manifestPath = join(wasmDirectory, 'dist', 'manifest.json');

const SOURCE_FILE = /(\.rs|(^|\/)Cargo\.(toml|lock)|(^|\/)[a-z]+\.(sh|mjs))$/;
const NOT_SOURCES = new Set(['.toolchain', 'target', 'dist', 'node_modules']);
// check.mjs compares sources and artifacts; a change to it changes neither.
const NOT_INPUTS = new Set(['check.mjs']);

/** Lists the files that make the artifacts, relative to wasm/, in byte order. */
export function sourceFiles(directory = wasmDirectory, prefix = '') {
  const files = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (entry.isDirectory()) {
      if (!NOT_SOURCES.has(entry.name)) files.push(...sourceFiles(join(directory, entry.name), `${path}/`));
      continue;
    }
    if (SOURCE_FILE.test(path) && !NOT_INPUTS.has(path)) files.push(path);
  }
  return prefix === '' ? files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) : files;
}

/** Hashes bytes to hexadecimal SHA-256. */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hashes each source file, by path. */
export function hashSources() {
  return Object.fromEntries(sourceFiles().map((path) => [path, sha256(readFileSync(join(wasmDirectory, path)))]));
}

/** Hashes a list of hashed files: one "hash  path" line each, as sha256sum prints it. */
export function hashOfHashes(hashes) {
  return sha256(Object.entries(hashes).map(([path, hash]) => `${hash}  ${path}\n`).join(''));
}

/** Reads the command list from a module's custom section. */
export function commandsOf(bytes) {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), 'secure-exec.commands');
  return section === undefined ? [] : Buffer.from(section).toString('utf8').split('\n').filter((name) => name !== '');
}

/** Describes one artifact in dist/. */
export function describeArtifact(file) {
  const bytes = readFileSync(join(wasmDirectory, 'dist', file));
  return { file, sha256: sha256(bytes), sizeBytes: bytes.length, commands: commandsOf(bytes) };
}

/** Lists the artifacts in dist/. */
export function artifactFiles() {
  return readdirSync(join(wasmDirectory, 'dist')).filter((file) => file.endsWith('.wasm')).sort();
}

const [mode, rustc, wasmOpt] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && mode === '--write') {
  const sources = hashSources();
  const manifest = {
    generator: 'wasm/build.sh',
    sourcesSha256: hashOfHashes(sources),
    rustc,
    wasmOpt,
    artifacts: artifactFiles().map(describeArtifact),
    sources,
  };
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const artifact of manifest.artifacts) {
    console.log(`${artifact.file}: ${artifact.sizeBytes} bytes, ${artifact.commands.length} commands`);
  }
}
