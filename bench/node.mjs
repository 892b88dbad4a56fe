// The rows of Node programs, each beside the host's own Node, the one that runs the bench.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";
import { createNodeRuntime } from "secure-exec/node";

const bigBytes = 50_000_000;
const path = `${dirname(process.execPath)}:${process.env.PATH}`;

async function bootKernel() {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  await kernel.mount(createNodeRuntime());
  return kernel;
}

/** Fails the bench if a run did not do its work: a fast wrong answer is no result. */
function check(script, exitCode, stdout, expected) {
  if (exitCode === 0 && expected.test(stdout)) return;
  throw new Error(`${script}: exit code ${exitCode}, output ${JSON.stringify(stdout)}`);
}

async function runInKernel(kernel, script, expected) {
  const { exitCode, stdout } = await kernel.exec(script, { cwd: "/tmp" });
  check(script, exitCode, stdout, expected);
  return stdout;
}

function runOnHost(folder, script, expected) {
  const { error, status, stdout } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  if (error) throw error;
  check(script, status, stdout, expected);
  return stdout;
}

/** Prints how long one of several calls took, in milliseconds; the first does not count. */
const timedExecSync = `node -e '
  const { execSync } = require("child_process");
  const run = () => execSync("echo hello | tr a-z A-Z");
  run();
  const began = performance.now();
  for (let count = 0; count < 5; count++) run();
  console.log((performance.now() - began) / 5);
'`;

/** Prints how long a line takes to a `cat` and back, in milliseconds: one turn of the event loop each way. */
const timedEcho = `node -e '
  const cat = require("child_process").spawn("cat");
  const turns = 500;
  let turn = 0;
  let began;
  cat.stdout.on("data", () => {
    if (turn === 0) began = performance.now();
    if (turn === turns) {
      console.log((performance.now() - began) / turns);
      cat.stdin.end();
    } else {
      turn++;
      cat.stdin.write("a line\\n");
    }
  });
  cat.stdin.write("the first\\n");
'`;

/** Prints how long a request to a server in another node takes, in milliseconds: eight at a time, connections kept. */
const timedRequests = `node -e '
  const http = require("http");
  const serve = \`const server = require("http").createServer((request, response) => response.end("hello"));
    server.listen(0, "127.0.0.1", () => console.log(server.address().port))\`;
  const server = require("child_process").spawn(process.execPath, ["-e", serve], { stdio: ["ignore", "pipe", "inherit"] });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  server.stdout.once("data", async (data) => {
    const get = () => new Promise((resolve, reject) => {
      http.get({ port: Number(data), host: "127.0.0.1", agent }, (response) => response.resume().on("end", resolve)).on("error", reject);
    });
    const run = async (count) => {
      let left = count;
      await Promise.all(Array.from({ length: 8 }, async () => { while (left-- > 0) await get(); }));
    };
    await run(200);
    const began = performance.now();
    await run(1000);
    console.log((performance.now() - began) / 1000);
    agent.destroy();
    server.kill();
  });
'`;

/**
 * The rows, and what ends the kernel they share.
 *
 * @param folder - A temporary folder of the host for its side's files.
 */
export async function nodeRows(folder) {
  const kernel = await bootKernel();
  const big = Buffer.alloc(bigBytes, "0123456789abcdef\n");
  writeFileSync(join(folder, "big-for-node"), big);
  await kernel.writeFile("/tmp/big-for-node", big);

  const row = (title, script, expected, rounds) => ({
    title,
    rounds,
    ours: () => runInKernel(kernel, script, expected),
    host: async () => runOnHost(folder, script, expected),
  });

  const hello = [`node -e 'console.log(1)'`, /^1\n$/];
  let fresh;
  const cold = {
    ...row(`${hello[0]}, new kernel`, ...hello, 9),
    async ours() {
      fresh = await bootKernel();
      await runInKernel(fresh, ...hello);
    },
    after: () => fresh.dispose(),
  };
  /** A row of what a script measures itself. */
  const measured = (title, script) => {
    const expected = /^[\d.]+\n$/;
    return {
      title,
      rounds: 9,
      ours: async () => ({
        overriddenDuration: Number(await runInKernel(kernel, script, expected)),
      }),
      host: async () => ({ overriddenDuration: Number(runOnHost(folder, script, expected)) }),
    };
  };
  const stream = `node -e 'require("fs").createReadStream("big-for-node").pipe(process.stdout)' | wc -c`;

  return {
    rows: [
      cold,
      row(hello[0], ...hello, 15),
      measured("execSync from node, a pipeline", timedExecSync),
      measured("a line to cat and back, by events", timedEcho),
      measured("an HTTP request between two nodes", timedRequests),
      row("node 50MB | wc -c", stream, new RegExp(`^${bigBytes}\n$`), 7),
    ],
    dispose: () => kernel.dispose(),
  };
}
