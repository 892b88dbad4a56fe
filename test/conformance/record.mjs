// Records what the host's bash and tools make of the scripts in snippets/: a .json beside each .sh, which
// snippets.test.ts checks in the VM. `node test/conformance/record.mjs [FILE.sh...]` (all without a file) needs Linux
// with bash 5.2 and GNU tools; `npx biome check --write test/conformance` lays the files out afterwards.
//
// RECORD_PATH names directories to look in first, for a tool whose version the host's is not.
//
// A .sh file is one topic of the shell or one command; a line `#### name` starts a script. `sh` in a script is bash, as
// in the VM; a script that needs a tool the recording host lacks fails there, not here.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const directory = path.join(import.meta.dirname, "snippets");
const work = mkdtempSync(path.join(tmpdir(), "record-shell-"));
const programs = path.join(work, "programs");
mkdirSync(programs);
writeFileSync(path.join(programs, "sh"), '#!/bin/bash\nexec /bin/bash "$@"\n');
chmodSync(path.join(programs, "sh"), 0o755);

const given = process.argv.slice(2).map((file) => path.resolve(file));
const all = readdirSync(directory, { recursive: true }).map((file) => path.join(directory, file));
for (const file of (given.length > 0 ? given : all).filter((name) => name.endsWith(".sh"))) {
  const snippets = readFileSync(file, "utf8")
    .split(/^#### /m)
    .slice(1)
    .map(record);
  writeFileSync(file.replace(/\.sh$/, ".json"), `${JSON.stringify(snippets, null, 1)}\n`);
  console.log(`${path.relative(directory, file)}: ${snippets.length}`);
}
rmSync(work, { recursive: true });

/** Runs one script in an empty directory of its own. */
function record(text) {
  const end = text.indexOf("\n");
  const name = text.slice(0, end);
  const script = text.slice(end + 1);
  const cwd = mkdtempSync(path.join(work, "cwd-"));
  const first =
    process.env.RECORD_PATH === undefined ? programs : `${programs}:${process.env.RECORD_PATH}`;
  const env = { PATH: `${first}:/usr/bin:/bin`, HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC" };
  const { stdout, stderr, status, error } = spawnSync("bash", ["-c", script], {
    cwd,
    env,
    input: "",
    encoding: "utf8",
    timeout: 20_000,
  });
  if (error || status === null) throw new Error(`${name}: ${error ?? "ended by a signal"}`);
  return { name, script, stdout, exitCode: status, isSilent: stderr === "" };
}
