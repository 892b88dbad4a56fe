// worker_threads: the same program here and on the host's Node; then what only a sandbox has.

import { describe, expect, test } from "vitest";
import { until } from "../../host/probe-kernel.js";
import { bootNode, nodeInGuest } from "../node-kernel.js";
import { expectAsHost } from "./beside-host.js";

const PRELUDE = `const { Worker, isMainThread, parentPort, workerData, threadId, SHARE_ENV } = require('worker_threads');
const evaluated = (source, options) => new Worker("const { parentPort, workerData, threadId } = require('worker_threads');" + source, { eval: true, ...options });
`;

const programs: Record<string, string> = {
  "a file runs again as a worker, with its data": `
    if (isMainThread) {
      const worker = new Worker(__filename, { workerData: { list: [1, new Date(5)] }, argv: ['a', 1] });
      // Its first message and 'online' come by two channels, in no order.
      let isOnline = false; worker.on('online', () => { isOnline = true; }); worker.on('message', (message) => console.log('said', message));
      worker.on('exit', (code) => console.log('exit', code, isOnline));
    } else { parentPort.postMessage([workerData, threadId, process.argv.slice(2)]); }`,
  "messages both ways, and a port that is given": `
    const { MessageChannel } = require('worker_threads'); const { port1, port2 } = new MessageChannel();
    const worker = evaluated("parentPort.once('message', ({ port, n }) => { port.postMessage(n + 1); parentPort.postMessage('done'); });");
    // They come by two channels, in no order.
    const came = []; port1.on('message', (message) => { came.push(message); port1.close(); }); worker.on('message', (message) => came.push(message));
    worker.postMessage({ port: port2, n: 41 }, [port2]); worker.on('exit', (code) => came.push(code)); process.on('exit', () => console.log(came.map(String).sort()));`,
  "an error is the parent's event": `
    const worker = evaluated("throw Object.assign(new RangeError('mine'), { code: 'E_MINE' })");
    worker.on('error', (error) => console.log(error instanceof RangeError, error.message, error.code)); worker.on('exit', (code) => console.log(code));`,
  "process.exit ends the worker only, at once": `
    const seen = new Int32Array(new SharedArrayBuffer(4));
    evaluated("process.exit(3); workerData[0] = 1;", { workerData: seen }).on('exit', (code) => console.log(code, seen[0]));`,
  "terminate ends a loop without end": `
    const worker = evaluated("parentPort.postMessage('go'); for (;;);");
    worker.on('message', async () => { console.log(await worker.terminate()); }); worker.on('error', () => console.log('never'));`,
  "terminate ends a wait without end": `
    const worker = evaluated("parentPort.postMessage('go'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
    worker.on('message', async () => { console.log(await worker.terminate()); });`,
  "shared memory and Atomics": `
    const shared = new Int32Array(new SharedArrayBuffer(8));
    evaluated("workerData[1] = 5; Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);", { workerData: shared });
    console.log(Atomics.wait(shared, 0, 0, 20000) !== 'timed-out', shared[1]);`,
  "standard streams": `
    const worker = evaluated("process.stdin.on('data', (data) => process.stdout.write('got ' + data)); process.stderr.write('low\\\\n');", { stdin: true, stdout: true });
    worker.stdout.on('data', (data) => console.log(String(data))); worker.stdin.end('text');`,
  "the environment is a copy, or given": `
    process.env.MINE = '1';
    evaluated("process.env.MINE = '2'; console.log(process.env.MINE)").on('exit', () => { console.log(process.env.MINE);
      evaluated("console.log(process.env)", { env: { ONLY: 5 } }); });`,
  "an environment that is shared": `
    process.env.MINE = '1'; process.env.GOES = 'x';
    const nested = "process.env.LAST = process.env.MINE + process.env.HERS; process.env.N = 1n";
    evaluated("const { Worker, SHARE_ENV } = require('worker_threads'); console.log(process.env.MINE, 'MINE' in process.env, Object.keys(process.env).includes('GOES'), JSON.stringify(process.env) === JSON.stringify({ ...process.env }));" +
      "process.env.MINE = 2; process.env.HERS = 'h'; delete process.env.GOES; try { process.env.x = Symbol('s'); } catch (error) { console.log(error.message); } new Worker(workerData, { eval: true, env: SHARE_ENV });", { env: SHARE_ENV, workerData: nested }).on('exit', () => {
        const { MINE, GOES, HERS, LAST, N } = process.env; console.log(MINE, GOES, HERS, LAST, N, process.env.toString === Object.prototype.toString, delete process.env.no);
        console.log(require('child_process').execFileSync(process.execPath, ['-p', 'process.env.LAST'], { encoding: 'utf8' }));
        evaluated("process.env.MINE = 3").on('exit', () => console.log(process.env.MINE, Object.getOwnPropertyDescriptor(process.env, 'MINE'))); });`,
  "how busy a loop is": `
    const { performance } = require('perf_hooks');
    const worker = evaluated("parentPort.on('message', (ms) => { const until = Date.now() + ms; while (Date.now() < until); parentPort.postMessage(0); })");
    console.log(worker.performance.eventLoopUtilization(), performance.eventLoopUtilization());
    worker.once('online', () => { const before = worker.performance.eventLoopUtilization(); worker.postMessage(50);
      worker.once('message', () => { const { idle, active, utilization } = worker.performance.eventLoopUtilization(worker.performance.eventLoopUtilization(), before);
        const own = performance.eventLoopUtilization(); console.log(active >= 45, idle >= 0, utilization > 0, own.idle > 0, own.utilization < 1, performance.nodeTiming.loopStart > 0); worker.terminate(); }); });`,
  "what a worker may not": `
    evaluated("for (const name of ['chdir', 'setuid', 'abort']) try { process[name]('/'); } catch (error) { console.log(name, error.code); } process.title = 'x'; console.log(process.title === 'x', process.pid === workerData);",
      { workerData: process.pid });`,
  "arguments that are wrong": `
    for (const args of [[5], ['relative'], [new URL('http://x/')], ['', { eval: true, execArgv: ['--no-such'] }], ['', { eval: true, env: 5 }]])
      try { new Worker(...args); } catch (error) { console.log(error.name, error.code, error.message); }
    new Worker('/no/such/file.js').on('error', (error) => console.log(error.code));`,
  "a worker in a worker": `
    evaluated("const { Worker } = require('worker_threads'); new Worker(\\"require('worker_threads').parentPort.postMessage(7)\\", { eval: true }).on('message', (n) => parentPort.postMessage(n + 1));")
      .on('message', (message) => console.log(message));`,
  "files, timers and promises in a worker": `
    const file = require('path').join(__dirname, 'written-by-worker');
    evaluated("const fs = require('fs'); fs.writeFileSync(workerData, 'x'); fs.promises.readFile(workerData, 'utf8').then((text) => setTimeout(() => { fs.unlinkSync(workerData); parentPort.postMessage(text); }, 1));", { workerData: file })
      .on('message', (message) => console.log(message, require('fs').existsSync(file)));`,
  "a module from a data: URL": `
    new Worker(new URL('data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.postMessage(await 5);')).on('message', (message) => console.log(message));`,
  "environment data": `
    const { setEnvironmentData } = require('worker_threads'); setEnvironmentData('k', { v: 1 });
    evaluated("console.log(require('worker_threads').getEnvironmentData('k'))");`,
  "many at once": `
    let sum = 0; let left = 8;
    for (let n = 0; n < 8; n++) evaluated("parentPort.postMessage(workerData * 2)", { workerData: n })
      .on('message', (message) => { sum += message; }).on('exit', () => { if (--left === 0) console.log(sum); });`,
};

describe("as on the host", () => {
  test.for(Object.entries(programs))("%s", async ([, program]) => {
    await expectAsHost(PRELUDE + program);
  });
});

describe("in a sandbox", () => {
  const spinner =
    "const { Worker } = require('worker_threads'); new Worker(\"require('fs').writeSync(1, 'spins'); for (;;);\", { eval: true });";

  test("a worker goes with its process, also one that spins", async () => {
    const kernel = await bootNode();
    let output = "";
    const child = kernel.spawn("node", ["-e", spinner], {
      onStdout: (data) => {
        output += Buffer.from(data).toString("latin1");
      },
    });
    await until(() => output === "spins");
    child.kill(9);
    expect(await child.wait()).toBe(137);
    const { exitCode, stdout } = await kernel.exec("node -p 6*7");
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "42\n" });
  });

  test("process.exit of the main thread ends the others, and nothing of them is left for the next guest", async () => {
    const kernel = await bootNode();
    const program = `${spinner} setTimeout(() => process.exit(5), 50);`;
    const { exitCode } = await nodeInGuest(kernel, ["-e", program]);
    expect(exitCode).toBe(5);
    const next = await nodeInGuest(kernel, [
      "-p",
      "require('worker_threads').threadId + ' ' + process.pid",
    ]);
    expect(next.stdout).toMatch(/^0 \d+\n$/);
  });

  test("threads count: one too many is an error event, with Node's code", async () => {
    const kernel = await bootNode();
    const program = `const { Worker } = require('worker_threads'); const failed = new Set(); let left = 66;
      for (let n = 0; n < 66; n++) { const worker = new Worker('setTimeout(() => {}, 1e6)', { eval: true });
        worker.on('error', (error) => { failed.add(error.code); if (failed.size === 1) process.nextTick(() => { console.log([...failed].join()); process.exit(0); }); }); }`;
    const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", program]);
    expect({ stdout, exitCode }).toEqual({ stdout: "ERR_WORKER_INIT_FAILED\n", exitCode: 0 });
  });

  test("a worker without memory ends alone", async () => {
    const kernel = await bootNode();
    const program = `const { Worker } = require('worker_threads');
      const worker = new Worker('const all = []; for (;;) all.push(new Array(1000).fill(1))', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });
      worker.on('error', (error) => console.log(error.code)); worker.on('exit', (code) => console.log(code));`;
    const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", program]);
    expect({ stdout, exitCode }).toEqual({ stdout: "ERR_WORKER_OUT_OF_MEMORY\n1\n", exitCode: 0 });
  });
});

describe("in a thread of the host application", () => {
  test("workers run, are ended, and go with their process", async () => {
    const kernel = await bootNode({ isolation: "thread" });
    const node = (source: string) => nodeInGuest(kernel, ["-e", PRELUDE + source]);
    const nested = `evaluated("const { Worker } = require('worker_threads'); new Worker(\\"require('worker_threads').parentPort.postMessage(7)\\", { eval: true }).on('message', (n) => parentPort.postMessage(n + 1));")
      .on('message', (message) => console.log(message)).on('exit', async () => {
        console.log(await evaluated("for (;;);").terminate());
        evaluated("const all = []; for (;;) all.push(new Array(1000).fill(1))", { resourceLimits: { maxOldGenerationSizeMb: 16 } }).on('error', ({ code }) => console.log(code));
      });`;
    expect(await node(nested)).toEqual({
      exitCode: 0,
      stdout: "8\n1\nERR_WORKER_OUT_OF_MEMORY\n",
      stderr: "",
    });
    const spins = `evaluated("parentPort.postMessage(0); for (;;);").on('message', () => process.exit(5));`;
    expect(await node(spins)).toEqual({ exitCode: 5, stdout: "", stderr: "" });
    const { stdout } = await node("console.log(threadId, isMainThread);");
    expect(stdout).toBe("0 true\n");
  });

  test("what a worker computes counts for its process", async () => {
    const kernel = await bootNode({ isolation: "thread" });
    const source = `${PRELUDE}evaluated("for (;;);"); evaluated("for (;;);");`;
    await expect(
      kernel.execFile("node", ["-e", source], { limits: { cpuMs: 500 } }),
    ).resolves.toMatchObject({ exitCode: 152 });
  });
});
