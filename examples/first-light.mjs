// `npm start`: boots a kernel, runs real shell scripts over real input in it, and compares every result to the
// byte with the host's own shell and tools, run on the same files in a temporary folder. Exits 1 on a difference.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";
import { createNodeRuntime } from "secure-exec/node";

/** What is run. `files` are those that the script makes, to be compared too. */
const demos = [
  {
    title: "Top ten addresses of a 200,000-line access log",
    script: `cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head`,
  },
  {
    title: "A here-document with expansions",
    script: `name='access.log'
cat <<END | tr a-z A-Z
$name has $(wc -l < $name) lines,
of which $(grep -c ' 404 ' $name) say "not found".
END`,
  },
  {
    title: "A function with a loop",
    script: `count() {
  total=0
  for status in "$@"; do
    lines=$(grep -c " $status " access.log)
    total=$((total + lines))
    printf '%s: %6d\\n' "$status" "$lines"
  done
  echo "total: $total"
}
count 200 301 404 500`,
  },
  {
    title: "A while loop that reads lines and decides by pattern",
    script: `head -n 500 access.log | while read -r address rest; do
  case $rest in
    *'"POST '*) echo "write from $address" ;;
    *' 500 '*) echo "trouble at $address" ;;
  esac
done | sort | uniq -c | sort -k1,1nr -k2 | head -n 5`,
  },
  {
    title: "50 MB through cat, tee and wc",
    script: `cat big | tee copy | wc -c`,
    files: ["copy"],
  },
  {
    title: "Exit codes",
    script: `true; echo "true $?"
false; echo "false $?"
(exit 42); echo "subshell $?"
false | true; echo "last of a pipeline $?"
cat no-such-file 2> errors; echo "missing file $?"
no-such-command 2>> errors; echo "unknown command $?"
sh -c 'if then' 2>> errors; echo "syntax error $?"
sh -c 'kill -TERM $$'; echo "killed by SIGTERM $?"
exit 7`,
  },
];

/** The same with Node programs; the host's side runs the Node that runs this file. */
const nodeDemos = [
  {
    title: "A command into Node",
    script: `echo '{"name":"world"}' | node -e '
  let text = "";
  process.stdin.on("data", (chunk) => { text += chunk; });
  process.stdin.on("end", () => console.log("Hello, " + JSON.parse(text).name + "!"));
'`,
  },
  {
    title: "Node into commands",
    script: `node -e '
  for (const fruit of ["banana", "apple", "avocado", "apple"]) console.log(fruit);
' | grep ^a | sort | uniq -c`,
  },
  {
    title: "Node calls the shell",
    script: `node -e '
  const { execSync } = require("node:child_process");
  process.stdout.write(execSync("echo hello | tr a-z A-Z"));
'`,
  },
  {
    title: "A file that Node writes and cat reads",
    script: `node -e 'require("node:fs").writeFileSync("made", "written by Node\\n")'
cat made`,
    files: ["made"],
  },
  {
    title: "An exit code through two shells",
    script: `sh -c 'node -e "process.exit(42)"'`,
  },
  {
    title: "50 MB through cat, Node, tee and wc",
    script: `cat big | node -e '
  let bytes = 0;
  process.stdin.on("data", (chunk) => { bytes += chunk.length; });
  process.stdin.on("end", () => console.error(bytes));
  process.stdin.pipe(process.stdout);
' 2> count | tee copy | wc -c`,
    files: ["copy", "count"],
  },
];

const tools = ["cat", "cut", "grep", "head", "sort", "tee", "tr", "uniq", "wc"];

/** The same numbers on every run and every machine (xorshift32). */
function* randomNumbers() {
  let state = 0x2545f491;
  while (true) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

function makeAccessLog(lines) {
  const random = randomNumbers();
  const next = (below) => random.next().value % below;
  const statuses = ["200", "200", "200", "200", "200", "301", "404", "404", "500"];
  const paths = ["/", "/index.html", "/news", "/login", "/images/logo.png", "/api/items?page=2"];
  let log = "";
  for (let line = 0; line < lines; line++) {
    // The product of two makes some addresses much busier than others.
    const address = `10.0.${Math.trunc((next(16) * next(16)) / 15)}.${next(20)}`;
    const time = new Date(Date.UTC(2026, 0, 1) + line * 250).toISOString();
    const request = `${next(10) === 0 ? "POST" : "GET"} ${paths[next(paths.length)]} HTTP/1.1`;
    log += `${address} - - [${time}] "${request}" ${statuses[next(statuses.length)]} ${next(50_000)}\n`;
  }
  return Buffer.from(log);
}

function makeBytes(count) {
  const random = randomNumbers();
  return Buffer.from(Uint32Array.from({ length: count / 4 }, () => random.next().value).buffer);
}

/** The host's side: its `sh`, in a temporary folder. */
class Host {
  folder = mkdtempSync(join(tmpdir(), "secure-exec-first-light-"));

  writeFile(name, content) {
    writeFileSync(join(this.folder, name), content);
  }

  readFile(name) {
    return readFileSync(join(this.folder, name));
  }

  run(script, ...args) {
    const began = performance.now();
    const { error, status, stdout } = spawnSync("sh", ["-c", script, "sh", ...args], {
      cwd: this.folder,
      // `node` is the one that runs this file.
      env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, LC_ALL: "C" },
    });
    if (error) throw error;
    return { exitCode: status, stdout, elapsedMs: performance.now() - began };
  }

  /** Which of the tools are not there; the first word is `sh` if not even that is. */
  missingTools() {
    try {
      const { stdout } = this.run('for t; do command -v "$t" >&2 || echo "$t"; done', ...tools);
      return stdout.toString().split("\n").filter(Boolean);
    } catch {
      return ["sh", ...tools];
    }
  }

  dispose() {
    rmSync(this.folder, { recursive: true });
  }
}

/** Our side: the same as `Host`, in the kernel. */
class Guest {
  kernel = createKernel({ filesystem: createInMemoryFileSystem(), env: { LC_ALL: "C" } });

  /** @returns why there is no Node in the kernel; null when there is. */
  async boot() {
    await this.kernel.mount(createWasmVmRuntime());
    await this.kernel.mkdir("/work");
    try {
      await this.kernel.mount(createNodeRuntime());
      return null;
    } catch (error) {
      const reason = error.cause ?? error;
      if (reason.code !== "ERR_ISOLATED_VM_MISSING") throw error;
      return reason.message;
    }
  }

  writeFile(name, content) {
    return this.kernel.writeFile(`/work/${name}`, content);
  }

  readFile(name) {
    return this.kernel.readFile(`/work/${name}`);
  }

  async run(script) {
    const began = performance.now();
    const result = await this.kernel.exec(script, { cwd: "/work", timeout: 120_000 });
    return { ...result, elapsedMs: performance.now() - began };
  }

  dispose() {
    return this.kernel.dispose();
  }
}

/** What differs between the two runs of one demo, in words; nothing if they are equal. */
async function differences(demo, guest, ours, host, theirs) {
  const found = [];
  if (ours.exitCode !== theirs.exitCode) {
    found.push(`exit code ${ours.exitCode}, the host's is ${theirs.exitCode}`);
  }
  if (!theirs.stdout.equals(ours.stdoutBytes))
    found.push(`output; the host's is\n${theirs.stdout}`);
  for (const name of demo.files ?? []) {
    if (!host.readFile(name).equals(await guest.readFile(name))) found.push(`the file ${name}`);
  }
  return found;
}

const indent = (text) => text.trimEnd().replace(/^/gm, "    ");
const milliseconds = (value) => `${value.toFixed(0)} ms`;

const host = new Host();
const guest = new Guest();
try {
  const bootBegan = performance.now();
  const whyNoNode = await guest.boot();
  console.log(`Booted a kernel in ${milliseconds(performance.now() - bootBegan)}.`);
  const inputs = { "access.log": makeAccessLog(200_000), big: makeBytes(50_000_000) };
  for (const [name, content] of Object.entries(inputs)) {
    host.writeFile(name, content);
    await guest.writeFile(name, content);
  }
  const missing = host.missingTools();

  for (const demo of whyNoNode ? demos : [...demos, ...nodeDemos]) {
    const ours = await guest.run(demo.script);
    const lacking = missing.find((tool) => tool === "sh" || demo.script.includes(tool));
    const theirs = lacking ? null : host.run(demo.script);
    const wrong = theirs ? await differences(demo, guest, ours, host, theirs) : [];
    if (wrong.length > 0) process.exitCode = 1;

    const mark = theirs ? (wrong.length > 0 ? "✗" : "✓") : "–";
    const beside = theirs
      ? `host ${milliseconds(theirs.elapsedMs)}`
      : `not compared: the host has no ${lacking}`;
    console.log(`\n${mark} ${demo.title} (${milliseconds(ours.elapsedMs)}, ${beside})`);
    console.log(indent(demo.script.replace(/^/gm, "$ ")));
    console.log(indent(`${ours.stdout}${ours.stderr}`));
    if (ours.exitCode !== 0) console.log(`    exit code ${ours.exitCode}`);
    for (const difference of wrong) console.log(`  ✗ different: ${difference}`);
  }
  if (whyNoNode) console.log(`\n– No Node programs: ${whyNoNode}`);
  console.log(
    process.exitCode === 1
      ? "\n✗ Not all results are the host's."
      : `\n✓ ${missing.length === 0 ? "All results" : "The compared results"} are the host's, to the byte.`,
  );
} finally {
  await guest.dispose();
  host.dispose();
}
