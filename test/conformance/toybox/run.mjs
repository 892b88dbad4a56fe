// toybox's tests (tests/*.test of its Debian source package) of the commands that we have, each with toybox's way of calling
// (cases.sh). The tests are toybox's own idea of a command: what Debian's GNU tools do not pass, run in the same way, is not counted. What we
// fail stands in expectations.json with the reason; that list only shrinks.

import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  createInMemoryFileSystem,
  createKernel,
  createWasmVmRuntime,
} from "../../../dist/index.js";
import { toyboxTests } from "./sources.mjs";

const TIME_LIMIT_MS = 60_000;
/** Commands of other trades (networks, disks, users, other terminals), and interactive ones. */
const LEFT_OUT = new Set(
  `blkid chattr cpio demo_number fstype getfattr groupadd groupdel httpd iconv ifconfig killall losetup lsattr man modinfo
  more mount netcat pidof readelf renice setfattr skeleton top unicode useradd userdel uudecode uuencode uuidgen vi sh
  hostname ps pgrep pkill uptime`.split(/\s+/),
);
const ENV = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", TZ: "UTC", USER: "root", HOME: "/root" };

/** @param {string | undefined} filter - A command's name; with it, failing cases are shown. */
export async function run(filter) {
  const tests = await toyboxTests();
  const library = await readFile(new URL("cases.sh", import.meta.url), "utf8");
  const expectations = JSON.parse(
    await readFile(new URL("expectations.json", import.meta.url), "utf8"),
  );
  const commands = (await readdir(tests))
    .filter((name) => name.endsWith(".test"))
    .map((name) => name.slice(0, -".test".length))
    .filter((name) => !LEFT_OUT.has(name) && (filter === undefined || filter === name));
  const total = { cases: 0, host: 0, guest: 0 };
  const problems = [];
  for (const command of commands) {
    const text = await readFile(path.join(tests, `${command}.test`), "utf8");
    const script = scriptOf(command, library, text, filter !== undefined);
    const host = outcomes(await runOnHost(tests, script));
    const answer = await runInGuest(tests, script);
    const guest = outcomes(answer);
    const counts = { cases: host.size, host: 0, guest: 0 };
    for (const [name, outcome] of host) {
      if (outcome !== "PASS") continue;
      counts.host++;
      const passed = guest.get(name) === "PASS";
      if (passed) counts.guest++;
      const isExpected = Object.hasOwn(expectations, name);
      if (!passed && !isExpected) problems.push(`fails: ${name} (${guest.get(name) ?? "not run"})`);
      if (passed && isExpected) problems.push(`passes now, remove it from the list: ${name}`);
    }
    console.log(`${command.padEnd(12)} ${counts.guest}/${counts.host}`);
    if (filter !== undefined) console.log(answer.shown);
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
  for (const problem of problems) console.log(problem);
  const share = ((100 * total.guest) / Math.max(1, total.host)).toFixed(1);
  console.log(
    `total ${total.guest} of ${total.host} that GNU passes (${total.cases} cases): ${share} %`,
  );
  if (problems.length > 0) process.exitCode = 1;
}

function scriptOf(command, library, text, isShown) {
  return [
    isShown ? "SHOW=1" : "SHOW=",
    `CMDNAME=${command}`,
    `C=$(command -v env > /dev/null; which ${command})`,
    "export C",
    library,
    "{",
    text,
    "} < /dev/null",
  ].join("\n");
}

/** Each case's outcome, by command and name; names that are used again are numbered. */
function outcomes({ told }) {
  const found = new Map();
  for (const line of told.split("\n").filter(Boolean)) {
    const [outcome, name] = line.split("\t");
    let key = name;
    for (let count = 2; found.has(key); count++) key = `${name} (${count})`;
    found.set(key, outcome);
  }
  return found;
}

async function runOnHost(tests, script) {
  const cwd = await mkdtemp(path.join(tmpdir(), "toybox-"));
  const child = spawn("bash", ["-c", `exec 9> told\nmkdir work; cd work\n${script}`], {
    cwd,
    env: { ...ENV, PATH: "/usr/bin:/bin", FILES: path.join(tests, "files") },
    stdio: "ignore",
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  await new Promise((resolve) => child.on("close", resolve));
  const told = await readFile(path.join(cwd, "told"), "utf8");
  await rm(cwd, { recursive: true, force: true });
  return { told };
}

async function runInGuest(tests, script) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await copyTree(kernel, path.join(tests, "files"), "/files");
    await kernel.mkdir("/tmp/work", { recursive: true });
    const told = () =>
      kernel.readFile("/tmp/told").then((data) => Buffer.from(data).toString("utf8"));
    const options = { cwd: "/tmp/work", env: { ...ENV, FILES: "/files" }, timeout: TIME_LIMIT_MS };
    const result = await kernel
      .exec(`exec 9> /tmp/told\n${script}`, options)
      .catch((error) => ({ stdout: String(error), stderr: "" }));
    return { told: await told(), shown: result.stdout + result.stderr };
  } finally {
    await kernel.dispose();
  }
}

async function copyTree(kernel, from, to) {
  await kernel.mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) await copyTree(kernel, source, target);
    if (entry.isFile()) await kernel.writeFile(target, await readFile(source));
  }
}
