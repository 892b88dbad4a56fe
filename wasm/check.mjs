// Checks that wasm/dist/ was built from the sources beside it. Needs Node only, no Rust.
// Exits with 1 and names each file that disagrees with dist/manifest.json.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactFiles, describeArtifact, hashOfHashes, hashSources, manifestPath, wasmDirectory } from './manifest.mjs';

const problems = [];

if (!existsSync(manifestPath)) {
  problems.push('dist/manifest.json is missing');
} else {
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  compareSources(manifest);
  compareArtifacts(manifest);
}

if (problems.length > 0) {
  for (const problem of problems) console.error(`wasm: ${problem}`);
  console.error('wasm: sources and artifacts disagree; run wasm/build.sh and commit wasm/dist');
  process.exit(1);
}
console.log('wasm: artifacts match their sources');

function compareSources(manifest) {
  const actual = hashSources();
  for (const [path, hash] of Object.entries(manifest.sources)) {
    if (actual[path] === undefined) problems.push(`${path} was there at the build and is gone`);
    else if (actual[path] !== hash) problems.push(`${path} changed since the build`);
  }
  for (const path of Object.keys(actual)) {
    if (manifest.sources[path] === undefined) problems.push(`${path} is new since the build`);
  }
  if (hashOfHashes(manifest.sources) !== manifest.sourcesSha256) {
    problems.push('dist/manifest.json: sourcesSha256 is not the hash of its own list');
  }
}

function compareArtifacts(manifest) {
  const recorded = new Map(manifest.artifacts.map((artifact) => [artifact.file, artifact]));
  for (const file of artifactFiles()) {
    if (!recorded.has(file)) problems.push(`dist/${file} is not in the manifest`);
  }
  for (const [file, expected] of recorded) {
    if (!existsSync(join(wasmDirectory, 'dist', file))) {
      problems.push(`dist/${file} is missing`);
      continue;
    }
    const actual = describeArtifact(file);
    for (const field of ['sha256', 'sizeBytes', 'commands']) {
      if (String(actual[field]) !== String(expected[field])) {
        problems.push(`dist/${file}: ${field} is ${actual[field]}, the manifest says ${expected[field]}`);
      }
    }
  }
}
