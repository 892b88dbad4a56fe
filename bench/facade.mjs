// The facade beside what else runs code apart: a process of the host's own (child_process.fork), isolated-vm alone, and
// just-bash. Only the first keeps a program from the machine as a sandbox does in nothing, the second knows no Node, the
// third no programs but its own: the columns are prices of different things.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ivm from "isolated-vm";
import { Bash } from "just-bash";
import { NodeRuntime } from "secure-exec";
import { median } from "./pairs.mjs";
import { guestHosts, memoryOf } from "./process-memory.mjs";

const hello = "console.log('hello')";
const root = fileURLToPath(new URL("..", import.meta.url));

async function timed(run) {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

async function medianOf(rounds, run) {
  const times = [];
  for (let round = 0; round <= rounds; round++) times.push(await run());
  // The first one loads code.
  return median(times.slice(1));
}

function check(stdout) {
  if (stdout !== "hello\n") throw new Error(`a program printed ${JSON.stringify(stdout)}`);
}

async function firstOutput() {
  const rt = await NodeRuntime.create();
  check((await rt.exec(hello)).stdout);
  return rt;
}

/** In a process that has had no runtime yet. */
function coldFirstOutput() {
  const program = `
    import { NodeRuntime } from "secure-exec";
    const began = performance.now();
    const rt = await NodeRuntime.create();
    await rt.exec(${JSON.stringify(hello)});
    console.log(performance.now() - began);
    await rt.dispose();`;
  const words = ["--input-type=module", "--eval", program];
  return Number(execFileSync(process.execPath, words, { cwd: root, encoding: "utf8" }));
}

async function forkFirstOutput(file) {
  const child = fork(file, { silent: true });
  await once(child.stdout, "data");
  await once(child, "exit");
}

async function isolateFirstOutput() {
  const isolate = new ivm.Isolate();
  const context = await isolate.createContext();
  await context.eval("1 + 1");
  isolate.dispose();
}

/** Yields rows: a title, what ours takes, its aim, and what the others take. All in ms but for what has another unit. */
export async function* measureFacade(folder) {
  const file = join(folder, "hello.cjs");
  writeFileSync(file, hello);
  const others = {
    fork: await medianOf(9, () => timed(() => forkFirstOutput(file))),
    isolate: await medianOf(9, () => timed(isolateFirstOutput)),
    bash: await medianOf(9, () => timed(() => new Bash().exec("echo hello"))),
  };
  const cold = await medianOf(5, async () => coldFirstOutput());
  yield { title: "create() to first output, cold", ms: cold, aim: 150, others };

  const warm = await NodeRuntime.warmUp();
  const created = await medianOf(9, async () => {
    // A process for the next one is made when nothing else has been started for a while.
    await new Promise((resolve) => setTimeout(resolve, 400));
    let rt;
    const ms = await timed(async () => {
      rt = await firstOutput();
    });
    await rt.dispose();
    return ms;
  });
  yield { title: "create() to first output, warm", ms: created, aim: 30, others };

  const rt = await firstOutput();
  const again = await medianOf(15, () => timed(() => rt.exec(hello)));
  yield { title: "exec, the second and on", ms: again, aim: 12, others };
  const bash = new Bash();
  const inBash = await medianOf(15, () => timed(() => bash.exec("echo hello")));
  const script = await medianOf(15, () => timed(() => rt.shell("echo hello")));
  yield { title: "shell, the second and on", ms: script, others: { bash: inBash } };

  const runner = await rt.createResidentRunner();
  const calls = 500;
  const call = await medianOf(5, async () => {
    const ms = await timed(async () => {
      for (let count = 0; count < calls; count++)
        await runner.run("return input", { input: count });
    });
    return ms / calls;
  });
  yield { title: "a call of a resident runner", ms: call, aim: 1 };
  await runner.dispose();

  const server = await rt.spawn(
    'import http from "node:http"; http.createServer((_, res) => res.end("ok")).listen(3000);',
  );
  await rt.waitForListener({ port: 3000 });
  const requests = 2000;
  const served = await medianOf(3, () =>
    timed(async () => {
      let next = 0;
      const worker = async () => {
        while (next++ < requests) await rt.fetch(3000, { path: "/" });
      };
      await Promise.all(Array.from({ length: 16 }, worker));
    }),
  );
  yield { title: "rt.fetch to a guest's server", perSecond: requests / (served / 1000), aim: 3000 };
  server.kill();
  await rt.dispose();

  const files = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [`/data/${i % 100}/${i}`, `file ${i}`]),
  );
  const large = await NodeRuntime.create({ files });
  const forked = await medianOf(9, async () => {
    let copy;
    const ms = await timed(async () => {
      copy = await large.fork();
    });
    await copy.dispose();
    return ms;
  });
  yield { title: "fork of 10,000 files", ms: forked, aim: 50 };
  await large.dispose();

  global.gc?.();
  const before = process.memoryUsage.rss();
  const idle = await Promise.all(Array.from({ length: 20 }, () => NodeRuntime.create()));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  global.gc?.();
  const bytes = (process.memoryUsage.rss() - before) / idle.length;
  yield { title: "memory of an idle runtime", bytes, aim: 10e6 };
  if (process.platform === "linux") yield await memoryWithGuests(idle);
  await Promise.all(idle.map((one) => one.dispose()));
  await warm.dispose();
  rmSync(file);
}

/** PSS of a runtime with one Node guest that waits: its guest's process, and what the application holds more for it. */
async function memoryWithGuests(runtimes) {
  const few = runtimes.slice(0, 4);
  const before = memoryOf(process.pid).pss;
  for (const rt of few) {
    const guest = await rt.spawn("console.log('on'); setInterval(() => {}, 60_000);");
    for await (const _ of guest.stdout) break;
  }
  // Processes that are kept warm have no isolate yet: the smaller ones.
  const guests = guestHosts()
    .map((pid) => memoryOf(pid).pss)
    .sort((one, other) => other - one)
    .slice(0, few.length);
  const ofGuests = guests.reduce((sum, pss) => sum + pss, 0);
  const bytes = (memoryOf(process.pid).pss - before + ofGuests) / few.length;
  return { title: "a runtime with one Node guest, PSS", bytes, aim: 35e6 };
}
