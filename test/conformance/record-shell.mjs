// Records what the host's bash makes of the scripts in shell/*.sh: shell/*.json, which shell-snippets.test.ts
// checks in the VM. `node test/conformance/record-shell.mjs` needs Linux with bash 5.2 and GNU coreutils;
// `npx biome check --write test/conformance` lays the files out afterwards.
//
// A .sh file is one topic; a line `#### name` starts a script. `sh` in a script is bash, as in the VM.

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

const directory = path.join(import.meta.dirname, "shell");
const work = mkdtempSync(path.join(tmpdir(), "record-shell-"));
const programs = path.join(work, "programs");
mkdirSync(programs);
writeFileSync(path.join(programs, "sh"), '#!/bin/bash\nexec /bin/bash "$@"\n');
chmodSync(path.join(programs, "sh"), 0o755);

for (const file of readdirSync(directory).filter((name) => name.endsWith(".sh"))) {
  const snippets = readFileSync(path.join(directory, file), "utf8")
    .split(/^#### /m)
    .slice(1)
    .map(record);
  writeFileSync(
    path.join(directory, file.replace(/\.sh$/, ".json")),
    `${JSON.stringify(snippets, null, 1)}\n`,
  );
  console.log(`${file}: ${snippets.length}`);
}
rmSync(work, { recursive: true });

/** Runs one script in an empty directory of its own. */
function record(text) {
  const end = text.indexOf("\n");
  const name = text.slice(0, end);
  const script = text.slice(end + 1);
  const cwd = mkdtempSync(path.join(work, "cwd-"));
  const env = { PATH: `${programs}:/usr/bin:/bin`, HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC" };
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
