// The rows of Node programs, each beside the host's own Node, the one that runs the bench.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
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

/** Prints how long a program's own work took, in milliseconds: `work` is one round, of which `rounds` count and the first does not. */
const timed = (work, rounds = 1, setUp = "") => `node -e '
  const fs = require("fs");
  ${setUp}
  const run = () => { ${work} };
  if (${rounds} > 1) run();
  const began = performance.now();
  for (let count = 0; count < ${rounds}; count++) run();
  console.log((performance.now() - began) / ${rounds});
'`;

const execSync = 'const { execSync } = require("child_process");';
const fib = "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));";
const sum =
  "let sum = 0; for (let i = 0; i < 1e8; i++) sum = (sum + i * i) | 0; if (sum === 1) throw sum;";
const smallFiles = `fs.mkdirSync("small");
  for (let n = 0; n < 1000; n++) fs.writeFileSync("small/" + n, "x".repeat(100));
  for (const name of fs.readdirSync("small")) if (fs.readFileSync("small/" + name, "utf8").length !== 100) throw name;
  fs.rmSync("small", { recursive: true });`;
const readBig = `if (fs.readFileSync("big-for-node").length !== ${bigBytes}) throw 1;`;
const codecs = `for (const encoding of ["base64", "hex", "utf8"]) Buffer.from(megabyte.toString(encoding), encoding);`;

/** 500 modules, each of which loads the next two of a tree. */
const graphFiles = Array.from({ length: 500 }, (_, index) => {
  const children = [2 * index + 1, 2 * index + 2].filter((child) => child < 500);
  const loads = children.map((child) => `require("./m${child}.js").sum`);
  return [`m${index}.js`, `exports.sum = ${[1, ...loads].join(" + ")};\n`];
});
const packageFile = JSON.stringify({
  name: "greeter",
  version: "1.0.0",
  scripts: { greet: "echo hello" },
});

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

  const row = (title, aim, rounds, script, expected) => ({
    title,
    aim,
    rounds,
    ours: () => runInKernel(kernel, script, expected),
    host: async () => runOnHost(folder, script, expected),
  });

  for (const folderName of ["graph", "greeter"]) {
    mkdirSync(join(folder, folderName));
    await kernel.mkdir(`/tmp/${folderName}`);
  }
  const both = async (name, content) => {
    writeFileSync(join(folder, name), content);
    await kernel.writeFile(`/tmp/${name}`, content);
  };
  for (const [name, content] of graphFiles) await both(`graph/${name}`, content);
  await both("greeter/package.json", packageFile);

  const hello = [`node -e 'console.log(1)'`, /^1\n$/];
  let fresh;
  const cold = {
    ...row(`${hello[0]}, new kernel`, 3, 9, ...hello),
    async ours() {
      fresh = await bootKernel();
      await runInKernel(fresh, ...hello);
    },
    after: () => fresh.dispose(),
  };
  /** A row of what a script measures itself. */
  const measured = (title, aim, rounds, script) => {
    const expected = /^[\d.]+\n$/;
    return {
      title,
      aim,
      rounds,
      ours: async () => ({
        overriddenDuration: Number(await runInKernel(kernel, script, expected)),
      }),
      host: async () => ({ overriddenDuration: Number(runOnHost(folder, script, expected)) }),
    };
  };
  const stream = `node -e 'require("fs").createReadStream("big-for-node").pipe(process.stdout)' | wc -c`;
  const bytes = new RegExp(`^ *${bigBytes}\n$`);
  const twenty =
    "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do node -e 0; done; echo done";
  const megabyte = 'const megabyte = Buffer.alloc(1e6, "a text of plain words ");';

  return {
    rows: [
      cold,
      row(hello[0], 1, 15, ...hello),
      row("20 × node -e 0 in a loop", 1.5, 5, twenty, /^done\n$/),
      measured("fib(35)", 1.1, 5, timed("fib(35)", 1, fib)),
      measured("a loop of 1e8", 1.1, 5, timed(sum)),
      measured("1,000 small files", 3, 7, timed(smallFiles, 3)),
      measured("50 MB read", 3, 7, timed(readBig, 3)),
      row("50 MB to stdout | wc -c", 3, 7, stream, bytes),
      measured("execSync('echo hi')", 3, 7, timed('execSync("echo hi")', 5, execSync)),
      measured(
        "execSync of a pipeline",
        3,
        7,
        timed('execSync("echo hello | tr a-z A-Z")', 5, execSync),
      ),
      measured("require of 500 files", 3, 7, timed('require("./graph/m0.js")')),
      row("npm run greet", 2, 5, "cd greeter && npm run greet", /hello\n$/),
      measured("an HTTP request between two nodes", 1 / 0.3, 7, timedRequests),
      measured("a line to cat and back, by events", undefined, 7, timedEcho),
      measured("base64, hex, utf8 of 1 MB", 2, 7, timed(codecs, 10, megabyte)),
    ],
    dispose: () => kernel.dispose(),
  };
}
