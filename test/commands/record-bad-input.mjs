// Records what the host's tools make of the bad input of bad-input.json, in bad-input-oracle.json: for each command line its exit
// code, whether it wrote to stdout, and its first line on stderr. `node test/commands/record-bad-input.mjs` needs Linux, root (the
// lines run in namespaces of their own), bash and the tools; a command that the host lacks is not recorded.
// `npx biome check --write test/commands` lays the file out afterwards.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { badInputLines } from "./bad-input-lines.mjs";

const page = readFileSync(new URL("../../docs/commands.md", import.meta.url), "utf8");
const commands = [...page.matchAll(/^\| `(.+)` \| secure-exec/gm)].map(([, command]) => command);
const table = JSON.parse(readFileSync(new URL("bad-input.json", import.meta.url), "utf8"));
const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/root", LC_ALL: "C.UTF-8", TZ: "UTC" };

const base = mkdtempSync(path.join(tmpdir(), "record-bad-input-"));
const made = spawnSync("bash", ["-c", table.setup], { cwd: base, env });
if (made.status !== 0) throw new Error(`the files: ${made.stderr}`);

/** Runs each line in a directory of its own, which has the files, all in namespaces of their own. */
const DRIVER = `
mount -t proc proc /proc && mount -t tmpfs tmpfs /mnt && mkdir /mnt/results || exit 1
base=$1; shift
for line; do
  ((++n)); cp -a "$base" "/mnt/w$n" && cd "/mnt/w$n" || exit 1
  timeout -s KILL 10 bash -c "$line" < /dev/null > /mnt/results/out 2> /mnt/results/err
  printf '%s\\0' "$?" "$(head -c 1 /mnt/results/out | wc -c)" "$(head -n 1 /mnt/results/err)"
done`;

/** The outcomes of the lines: exit code, whether something came on stdout, the first line on stderr. */
function run(lines) {
  const isolated = ["--mount", "--uts", "--net", "--pid", "--fork", "--kill-child"];
  const args = [...isolated, "bash", "-c", DRIVER, "driver", base, ...lines];
  const { status, stdout, stderr } = spawnSync("unshare", args, { env, encoding: "utf8" });
  const words = stdout.split("\0");
  if (status !== 0 || words.length !== 3 * lines.length + 1) throw new Error(stderr);
  return lines.map((_, index) => {
    const [exitCode, bytes, message] = words.slice(3 * index);
    return { exitCode: Number(exitCode), hasOutput: bytes !== "0", message };
  });
}

const oracle = {};
for (const command of commands) {
  if (spawnSync("which", [command], { env }).status !== 0) continue;
  const lines = badInputLines(table, command);
  if (lines.length === 0) continue;
  const outcomes = run(lines.map(([, line]) => line));
  oracle[command] = Object.fromEntries(lines.map(([name], index) => [name, outcomes[index]]));
}
rmSync(base, { recursive: true });
writeFileSync(new URL("bad-input-oracle.json", import.meta.url), `${JSON.stringify(oracle)}\n`);
