// The rows of the userland: shells and commands over inputs of the size people have, each beside the host's dash or bash
// and its GNU tools on the same files. `npm run bench -- userland`. A row whose command the userland lacks says so.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";
import { startHostShell } from "./host-shell.mjs";

const env = { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: "/tmp" };

/** A small generator with a seed, so that every run has the same inputs. */
function* numbers(seed) {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

/** Lines of an access log, up to `bytes`. */
function accessLog(bytes) {
  const random = numbers(7);
  const next = (limit) => (random.next().value >>> 8) % limit;
  const paths = ["/", "/index.html", "/api/users", "/api/orders/17", "/static/app.js", "/login"];
  const statuses = [200, 200, 200, 200, 301, 304, 404, 500];
  const chunk = [];
  let length = 0;
  while (length < bytes) {
    const time = `${10 + next(14)}:${10 + next(50)}:${10 + next(50)}`;
    const text = `10.${next(4)}.${next(256)}.${next(256)} - - [12/Mar/2024:${time} +0000] "GET ${paths[next(6)]} HTTP/1.1" ${statuses[next(8)]} ${next(90000)}\n`;
    chunk.push(text);
    length += text.length;
  }
  return chunk.join("");
}

function lines(count, of) {
  const random = numbers(11);
  return Array.from({ length: count }, (_, index) => of(random.next().value, index)).join("");
}

/** The inputs: name to content, the folders `many` (10,000 files) and `tree` (2,000) among them. */
function inputs() {
  const log = accessLog(50_000_000);
  const files = {
    small: "small\n",
    log,
    "log-20": log.slice(0, 20_000_000),
    "random-200k": lines(200_000, (value) => `${value.toString(36)} ${value % 1000}\n`),
    "numbers-1m": lines(1_000_000, (value, index) => `${index} ${value % 10_000} x\n`),
  };
  for (let i = 0; i < 10_000; i++) files[`many/d${i % 100}/file-${i}.txt`] = "";
  for (let i = 0; i < 2_000; i++)
    files[`tree/d${i % 40}/file-${i}.txt`] = `file ${i}\n`.repeat(100);
  return files;
}

const twenty = Array.from({ length: 20 }, (_, index) => index).join(" ");
const loop = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo $i";

/** Title, script, pairs, aim, the host's shell (dash when not said). */
const scripts = [
  ["echo hello", "echo hello", 25, 2],
  ["echo hello, bash", "echo hello", 25, 2, "bash"],
  ["echo hello | tr a-z A-Z | wc -c", "echo hello | tr a-z A-Z | wc -c", 25, 3],
  ["20 commands in a loop", `for n in ${twenty}; do cat small; done`, 15, 4],
  ["100,000 rounds of a loop, dash", loop, 5, 2],
  ["100,000 rounds of a loop, bash", loop, 5, 2, "bash"],
  ["100,000 rounds of (( )), bash", "for ((i=0;i<100000;i++)); do :; done; echo $i", 5, 2, "bash"],
  [
    "20,000 calls of a function, bash",
    "f() { local x=$1; n=$((n+x)); }; for ((i=0;i<20000;i++)); do f $i; done; echo $n",
    5,
    2,
    "bash",
  ],
  [
    "while read over 20,000 lines, bash",
    "n=0; head -n 20000 random-200k | { while read -r a b; do n=$((n+b)); done; echo $n; }",
    5,
    2,
    "bash",
  ],
  ["sort, 200,000 lines", "sort random-200k | md5sum", 5, 3],
  ["sort -k2n, 200,000 lines", "sort -k2,2n random-200k | md5sum", 5, 3],
  ["sort -u, 200,000 lines", "sort -u random-200k | wc -l", 5, 3],
  ["grep -c, 50 MB", "grep -c orders log", 5, 3],
  ["grep -E, 50 MB", "grep -E '\" (404|500) [0-9]+$' log | wc -l", 5, 3],
  ["grep -v, 50 MB", "grep -v index log | wc -c", 5, 3],
  ["awk, sum of 1,000,000 lines", "awk '{ s += $2 } END { print s }' numbers-1m", 5, 3],
  [
    "awk, counts by key, 50 MB",
    "awk '{ n[$9]++ } END { for (k in n) print k, n[k] }' log | sort",
    3,
    3,
  ],
  ["sed s///, 200,000 lines", "sed 's/[0-9]/#/g' random-200k | md5sum", 5, 3],
  ["sed -n p, 200,000 lines", "sed -n '/zz/p' random-200k | wc -l", 5, 3],
  ["wc -l, 50 MB", "wc -l log", 7, 3],
  ["wc, 50 MB", "wc log", 5, 3],
  ["cat 50 MB | wc -c", "cat log | wc -c", 7, 3],
  ["cut -d, 50 MB", "cut -d' ' -f1,9 log | wc -c", 5, 3],
  ["tr, 50 MB", "tr a-z A-Z < log | wc -c", 5, 3],
  [
    "uniq -c after sort, 200,000 lines",
    "cut -d' ' -f2 random-200k | sort | uniq -c | sort -rn | head -n 3",
    5,
    3,
  ],
  ["sha256sum, 50 MB", "sha256sum log", 5, 3],
  ["gzip, 20 MB", "gzip -c log-20 > out.gz", 3, 3],
  ["gzip -d, 20 MB", "gzip -dc out.gz | wc -c", 3, 3],
  ["tar of 2,000 files", "tar -cf out.tar tree", 5, 3],
  ["tar -t", "tar -tf out.tar | wc -l", 5, 3],
  ["find over 10,000 files", "find many -name '*7.txt' | wc -l", 5, 3],
  ["find -type f | xargs wc", "find many -type f | xargs cat | wc -c", 3, 3],
  ["ls -lR of 10,000 files", "ls -lR many | wc -l", 3, 3],
  ["cp -r, rm -r of 2,000 files", "cp -r tree copy && rm -r copy", 3, 3],
  ["jq over 20,000 objects", "jq -s 'map(.n) | add' objects.json", 3, 3],
];

/** The first word of each command of a pipeline, as far as the check for commands that are missing needs it. */
function missingCommand(kernel, script) {
  const words = script.replaceAll(/'[^']*'/g, "''").match(/(?:^|[|;&{] *)([a-z0-9]+)(?= )/g) ?? [];
  const names = words.map((word) => word.replace(/[^a-z0-9]/g, ""));
  const known = new Set(["echo", "for", "i", "n", "f", "while", "do", "done", "local"]);
  return names.find((name) => !known.has(name) && !kernel.commands.has(name));
}

/**
 * The rows, and what ends the kernel they share.
 *
 * @param folder - A temporary folder of the host for its side's files.
 */
export async function userlandRows(folder, only) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  const files = inputs();
  files["objects.json"] = lines(
    20_000,
    (value, index) => `${JSON.stringify({ id: index, n: value % 100, tags: ["a", "b"] })}\n`,
  );
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    await kernel.mkdir(dirname(`/tmp/bench/${name}`), { recursive: true });
    await kernel.writeFile(`/tmp/bench/${name}`, content);
  }
  const hostShell = startHostShell();
  const rows = [];
  for (const [title, script, rounds, aim, shell = "sh"] of scripts) {
    if (only && !title.includes(only)) continue;
    const missing = missingCommand(kernel, script);
    if (missing) {
      rows.push({ title, skipped: `no ${missing}` });
      continue;
    }
    let expected;
    const host = async () => {
      const { status, stdout, stderr, ms } = await hostShell.run(shell, script, {
        cwd: folder,
        env,
      });
      if (status !== 0) throw new Error(`${script} on the host: ${status} ${stderr}`);
      expected = stdout;
      return { overriddenDuration: ms };
    };
    const ours = async () => {
      const { exitCode, stdout, stderr } = await kernel.exec(script, { cwd: "/tmp/bench" });
      if (exitCode === 0 && (expected === undefined || stdout === expected)) return;
      throw new Error(`${script}: ${exitCode} ${JSON.stringify({ stdout, stderr, expected })}`);
    };
    await host(); // what the two must agree on: a fast wrong answer is no result
    rows.push({ title, rounds, aim, ours, host });
  }
  const dispose = async () => {
    hostShell.dispose();
    await kernel.dispose();
  };
  return { rows, dispose };
}
