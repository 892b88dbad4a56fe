// Checks that wasm/dist/ was built from the sources beside it. Needs Node only, no Rust.
// Exits with 1 and names each file that disagrees with its manifest. `--stale` prints just the programs to build.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeArtifact, distFiles, hashSources, programOf, readManifest, wasmDirectory } from './manifest.mjs';
import { notice } from './notice.mjs';

const manifests = distFiles('.json').map(readManifest);
const problems = new Map(readdirSync(join(wasmDirectory, 'programs')).map((program) => [program, []]));
for (const manifest of manifests) {
  const program = programOf(manifest);
  if (!problems.has(program)) problems.set(program, [`programs/${program} is gone, dist/${manifest.file} is not`]);
  else problems.get(program).push(...compareSources(manifest), ...compareArtifact(manifest));
}
const built = new Set(manifests.map(programOf));
for (const [program, found] of problems) {
  if (!built.has(program)) found.push('was never built');
}

if (process.argv[2] === '--stale') {
  for (const [program, found] of problems) if (found.length > 0) console.log(program);
} else {
  report();
}

function report() {
  const lines = [...problems].flatMap(([program, found]) => found.map((problem) => `${program}: ${problem}`));
  const known = new Set(manifests.map(({ file }) => file));
  for (const file of distFiles('.wasm')) if (!known.has(file)) lines.push(`dist/${file} has no manifest`);
  if (readFileSync(join(wasmDirectory, 'NOTICE'), 'utf8') !== notice(manifests.map(({ crates }) => crates))) {
    lines.push('NOTICE does not list the crates of the manifests');
  }
  if (lines.length === 0) {
    console.log('wasm: artifacts match their sources');
    return;
  }
  for (const line of lines) console.error(`wasm: ${line}`);
  console.error('wasm: sources and artifacts disagree; run wasm/build.sh and commit wasm/dist');
  process.exit(1);
}

function compareSources(manifest) {
  const present = manifest.directories.filter((path) => existsSync(join(wasmDirectory, path)));
  const actual = hashSources(present);
  const found = [];
  for (const [path, hash] of Object.entries(manifest.sources)) {
    if (actual[path] === undefined) found.push(`${path} was there at the build and is gone`);
    else if (actual[path] !== hash) found.push(`${path} changed since the build`);
  }
  for (const path of Object.keys(actual)) {
    if (manifest.sources[path] === undefined) found.push(`${path} is new since the build`);
  }
  return found;
}

function compareArtifact(manifest) {
  if (!existsSync(join(wasmDirectory, 'dist', manifest.file))) return [`dist/${manifest.file} is missing`];
  const actual = describeArtifact(manifest.file);
  const found = ['sha256', 'sizeBytes', 'commands']
    .filter((field) => String(actual[field]) !== String(manifest[field]))
    .map((field) => `dist/${manifest.file}: ${field} is ${actual[field]}, the manifest says ${manifest[field]}`);
  if (manifest.profile !== 'release') found.push(`dist/${manifest.file} was built with --dev`);
  return found;
}
