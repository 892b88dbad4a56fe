// Snapshots of a guest's heap and what is found in it: as on the host, and nothing but the guest's own.

import { homedir, hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bootNode, nodeInGuest } from "./node-kernel.js";
import { expectAsHost } from "./processes/beside-host.js";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

test("snapshots, by a worker's stream and as files, and objects by their class: as on the host", async () => {
  await expectAsHost(
    `const v8 = require('v8'); const fs = require('fs'); const path = require('path'); const { Worker } = require('worker_threads');
    class Mine { constructor() { this.text = 'mine ' + process.argv.length; } }
    const held = [new Mine(), new Mine()];
    const told = (json) => { const { snapshot, nodes, edges, strings } = JSON.parse(json);
      return [snapshot.node_count * snapshot.meta.node_fields.length === nodes.length, snapshot.edge_count * 3 === edges.length, strings.includes('Mine'), strings.includes('mine 2')]; };
    const read = async (stream) => { let text = ''; for await (const part of stream) text += part; return told(text); };
    (async () => {
      console.log(v8.queryObjects(Mine), v8.queryObjects(Mine, { format: 'summary' }));
      process.chdir(__dirname);
      const name = v8.writeHeapSnapshot();
      console.log(name.replace(/\\d{8}\\.\\d{6}\\.\\d+/, 'when.who'), told(fs.readFileSync(name, 'utf8')), fs.statSync(name).mode.toString(8));
      try { v8.writeHeapSnapshot(path.join(__dirname, 'no', 'such')); } catch (error) { console.log(error.code, error.syscall); }
      const worker = new Worker("class Mine {} globalThis.held = [new Mine(), 'mine ' + 2]; require('worker_threads').parentPort.on('message', () => {}).postMessage(0)", { eval: true });
      await new Promise((resolve) => worker.on('message', resolve));
      console.log(await worker.getHeapSnapshot().then(read));
      await worker.terminate();
      console.log(await worker.getHeapSnapshot().catch((error) => error.code), held.length);
    })();`,
    ["--no-warnings"],
  );
});

test.each(["process", "thread"] as const)(
  "nothing of the host and of other guests is in a snapshot: in a %s",
  async (isolation) => {
    const kernel = await bootNode({ isolation });
    const secret = ["another", "guest's", "secret"].join(" ");
    let output = "";
    const other = kernel.spawn(
      "node",
      ["-e", "globalThis.a = process.env.S + 1; console.log('up'); setInterval(() => {}, 1e6)"],
      {
        env: { S: secret },
        onStdout: (data) => {
          output += Buffer.from(data).toString("latin1");
        },
      },
    );
    await expect.poll(() => output).toBe("up\n");
    const { stderr } = await nodeInGuest(kernel, [
      "-e",
      "require('v8').writeHeapSnapshot('/tmp/a')",
    ]);
    expect(stderr).toBe("");
    const text = Buffer.from(await kernel.readFile("/tmp/a")).toString("utf8");
    expect(text.length).toBeGreaterThan(1_000_000);
    // Names as short as "vm" are words of Node's own.
    const own = [hostname(), homedir()].filter((word) => word.length > 5);
    const foreign = [secret, repository, ...own];
    expect(foreign.filter((word) => text.includes(word))).toEqual([]);
    other.kill(9);
    await other.wait();
  },
);

test("what the guest half keeps to itself is counted, not shown", async () => {
  const kernel = await bootNode();
  const program = `const util = require('util'); const v8 = require('v8'); const seen = [];
    for (const Class of [Object, Function, Map, Array, WeakMap, Uint8Array, Object.getPrototypeOf(Uint8Array), Promise]) {
      const spy = { [util.inspect.custom]() { seen.push(this); return 'x'; } };
      Object.assign(Class.prototype, spy);
      const count = v8.queryObjects(Class);
      if (v8.queryObjects(Class, { format: 'summary' }).length < 1 && count > 0) console.log('fewer');
      delete Class.prototype[util.inspect.custom];
    }
    console.log(seen.length);`;
  const { stdout } = await nodeInGuest(kernel, ["--no-warnings", "-e", program]);
  expect(stdout).toBe("0\n");
});
