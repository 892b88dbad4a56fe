// What wasm/dist/PROGRAM.json says of the artifact beside it: its hash, size and commands, the crates in it, and
// the hash of every source file it was made from. build.sh writes it; check.mjs and the driver read it.
//
// Usage: manifest.mjs --write METADATA.json RELEASE|DEV RUSTC WASM_OPT, with the output of
// `cargo metadata --filter-platform` for one program.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkedCrates } from './licences.mjs';

export const wasmDirectory = dirname(fileURLToPath(import.meta.url));
const distDirectory = join(wasmDirectory, 'dist');

const NOT_SOURCES = new Set(['target', 'README.md']);
const SHARED_SOURCES = ['.cargo/config.toml', 'build.sh', 'toolchain.sh'];

/** Lists the files under a directory or the one file, relative to wasm/. */
function filesUnder(path) {
  const entries = readdirSync(join(wasmDirectory, path), { withFileTypes: true });
  return entries
    .filter((entry) => !NOT_SOURCES.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(`${path}/${entry.name}`) : [`${path}/${entry.name}`]));
}

/** Hashes bytes to hexadecimal SHA-256. */
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hashes each file in the given directories and what all programs share, by path, in byte order. */
export function hashSources(directories) {
  const files = [...SHARED_SOURCES, ...directories.flatMap(filesUnder)];
  files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Object.fromEntries(files.map((path) => [path, sha256(readFileSync(join(wasmDirectory, path)))]));
}

/** Describes one artifact in dist/ as it is now. */
export function describeArtifact(file) {
  const bytes = readFileSync(join(distDirectory, file));
  return { file, sha256: sha256(bytes), sizeBytes: bytes.length, commands: commandsOf(bytes) };
}

/** Reads the command list from a module's custom section. */
function commandsOf(bytes) {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), 'secure-exec.commands');
  return section === undefined ? [] : Buffer.from(section).toString('utf8').split('\n').filter((name) => name !== '');
}

/** Lists the names in dist/ with this ending. */
export function distFiles(ending) {
  return readdirSync(distDirectory).filter((file) => file.endsWith(ending)).sort();
}

export function readManifest(file) {
  return JSON.parse(readFileSync(join(distDirectory, file), 'utf8'));
}

/** Names the program of a manifest: the folder in programs/ that builds it. */
export function programOf(manifest) {
  return manifest.directories.find((path) => path.startsWith('programs/')).slice('programs/'.length);
}

function write(metadataFile, profile, rustc, wasmOpt) {
  const metadata = JSON.parse(readFileSync(metadataFile, 'utf8'));
  const root = metadata.packages.find(({ id }) => id === metadata.resolve.root);
  const { name } = root.targets.find(({ kind }) => kind.includes('bin'));
  // In the chroot wasm/ is /build.
  const directories = metadata.packages
    .filter(({ source }) => source === null)
    .map(({ manifest_path }) => relative('/build', dirname(manifest_path)))
    .sort();
  const manifest = {
    generator: 'wasm/build.sh',
    ...describeArtifact(`${name}.wasm`),
    profile,
    rustc,
    wasmOpt,
    crates: linkedCrates(metadata),
    directories,
    sources: hashSources(directories),
  };
  writeFileSync(join(distDirectory, `${name}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${manifest.file}: ${manifest.sizeBytes} bytes, ${manifest.commands.length} commands`);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === '--write') {
  write(...process.argv.slice(3));
}
