// Real programs: shell scripts of the size and kind that people have, run in the VM and by the host's bash and GNU tools.
// What they print, their exit code and the files they leave must be the same. programs/NAME.drive.sh uses programs/NAME.sh;
// programs/recorded.json has what the host's made of it, for hosts without bash and GNU tools (RECORD=1 records).

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kernel } from "secure-exec/kernel";
import { expect, onTestFinished, test } from "vitest";
import { bootKernel } from "./boot.js";
import { Random } from "./random.js";

const programs = fileURLToPath(new URL("programs/", import.meta.url));
const recordedFile = join(programs, "recorded.json");

/** What a program did: its output, then a line for each file it left. */
interface Outcome {
  readonly output: string[];
  readonly exitCode: number;
  readonly files: string[];
}

const recorded: Record<string, Outcome> = JSON.parse(readFileSync(recordedFile, "utf8"));

/** What the programs use of the userland beyond the shell's own program. */
const needed = ["awk", "cksum", "cmp", "expr", "find", "mkfifo", "sed", "tar", "which", "xargs"];

/** Whether the host has bash 5, GNU tools and gawk. */
function hasHostTools(): boolean {
  if (process.platform !== "linux") return false;
  const script =
    "(( BASH_VERSINFO[0] >= 5 )) && sort --version | grep -q GNU && awk --version | grep -q GNU";
  return spawnSync("bash", ["-c", script], { input: "" }).status === 0;
}

/** The end of a script, in both worlds: the files it left, with what identifies them. */
const listing = `cd "$START" && find . -mindepth 1 -printf '%P %y %m %l\\n' | sort
find . -type f -print0 | sort -z | xargs -0 -r cksum`;

const driver = (name: string) => `bash "$PROGRAMS/${name}.drive.sh" 2>&1`;

/** The file a program reads, which is too large to be kept. */
type Input = Readonly<Record<string, string>>;

async function inVm(kernel: Kernel, name: string, input: Input): Promise<Outcome> {
  await kernel.mkdir("/opt/programs", { recursive: true });
  await kernel.mkdir("/tmp/start");
  for (const file of readdirSync(programs).filter((file) => file.endsWith(".sh"))) {
    await kernel.writeFile(`/opt/programs/${file}`, readFileSync(join(programs, file)));
  }
  for (const [file, content] of Object.entries(input)) {
    await kernel.writeFile(`/tmp/start/${file}`, content);
  }
  const env = { PROGRAMS: "/opt/programs", START: "/tmp/start", LC_ALL: "C.UTF-8", TZ: "UTC" };
  const options = { cwd: "/tmp/start", env, timeout: 240_000 };
  const { stdout, exitCode } = await kernel.exec(driver(name), options);
  const files = await kernel.exec(listing, options);
  return outcome(stdout, exitCode, files.stdout);
}

function onHost(name: string, input: Input): Outcome {
  const start = mkdtempSync(join(tmpdir(), "real-program-"));
  onTestFinished(() => rmSync(start, { recursive: true }));
  for (const [file, content] of Object.entries(input)) writeFileSync(join(start, file), content);
  // `sh` is bash in POSIX mode, as in the VM.
  const shells = mkdtempSync(join(tmpdir(), "real-program-sh-"));
  onTestFinished(() => rmSync(shells, { recursive: true }));
  writeFileSync(join(shells, "sh"), '#!/bin/bash\nexec /bin/bash --posix "$@"\n', { mode: 0o755 });
  const env = {
    PATH: `${shells}:/usr/bin:/bin`,
    PROGRAMS: programs.replace(/\/$/, ""),
    START: start,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    HOME: "/root",
  };
  const run = (script: string) =>
    spawnSync("bash", ["-c", script], { cwd: start, env, encoding: "utf8", input: "" });
  const { stdout, status } = run(driver(name));
  return outcome(stdout, status ?? -1, run(listing).stdout);
}

function outcome(output: string, exitCode: number, files: string): Outcome {
  return { output: output.split("\n"), exitCode, files: files.split("\n") };
}

/** Fails with the first lines that differ, not with two long lists. */
async function check(
  name: string,
  skip: (note: string) => never,
  input: Input = {},
): Promise<void> {
  const kernel = await bootKernel();
  const missing = needed.filter((command) => !kernel.commands.has(command));
  if (missing.length > 0) skip(`this build has no ${missing.join(", ")}`);
  const actual = await inVm(kernel, name, input);
  let expected = recorded[name];
  if (hasHostTools()) {
    expected = onHost(name, input);
    if (process.env.RECORD === "1") record(name, expected);
  }
  expect(actual).toEqual(expected);
}

function record(name: string, result: Outcome): void {
  const all = JSON.parse(readFileSync(recordedFile, "utf8"));
  writeFileSync(recordedFile, `${JSON.stringify({ ...all, [name]: result }, null, 1)}\n`);
}

/** An access log of 50 MB, the same each time. */
function accessLog(): string {
  const random = new Random(2024);
  const paths = ["/", "/index.html", "/api/users", "/api/orders/17", "/app.js", "/login"] as const;
  const methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"] as const;
  const statuses = [200, 200, 200, 200, 301, 304, 404, 500, 503] as const;
  const two = (value: number) => String(value).padStart(2, "0");
  const chunks: string[] = [];
  for (let length = 0; length < 50_000_000; ) {
    const address = `10.${random.below(2)}.${random.below(20)}.${random.below(250)}`;
    const time = `${12 + random.below(2)}/Mar/2024:${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`;
    const request = `${random.pick(methods)} ${random.pick(paths)} HTTP/1.1`;
    const line = `${address} - - [${time} +0000] "${request}" ${random.pick(statuses)} ${random.below(90_000)} "-" "Mozilla/5.0"\n`;
    chunks.push(line);
    length += line.length;
  }
  return chunks.join("");
}

test.for([
  ["deploy", "a deployment: releases, rollback, checks, locks"],
  ["configure", "a configure script: feature tests, cache, config.status"],
  ["versions", "functions that choose versions by PATH"],
  ["build", "a small make: times, graph, parallel jobs"],
])("%s.sh, %s", { timeout: 120_000 }, ([name = ""], { skip }) => check(name, skip));

test("log-analysis.sh: reports over a log of 50 MB", { timeout: 300_000 }, ({ skip }) =>
  check("log-analysis", skip, { "access.log": accessLog() }),
);
