// A018: ports, shared memory and exotic objects through structuredClone and postMessage, and the bindings below them called with
// everything but what Node's library calls them with. Errors are fine; a crash, a hang or another guest's message is not.

import { expect, test } from "vitest";
import { bootNode } from "../drivers/node/node-kernel.js";

const PROBE = `
const { MessageChannel, BroadcastChannel, Worker, receiveMessageOnPort, moveMessagePortToContext } = require('worker_threads');
const { internalBinding } = require('internal/test/binding');
let calls = 0;
const attempt = (run) => { calls++; try { return run(); } catch (error) { return error; } };
const fresh = () => new MessageChannel();
const exotic = () => [fresh().port1, new SharedArrayBuffer(8), new Proxy([], {}), new Proxy(fresh().port1, {}), process, process.env, globalThis,
  new WeakRef({}), new FinalizationRegistry(() => {}), (function () { return arguments; })(1), async function* () {}, Promise.resolve(), Object.create(fresh().port1),
  { __proto__: null, get x() { throw 1; } }, { toJSON() { throw 2; } }, new (class extends Map {})([[1, 1]]), new Error('e', { cause: fresh().port2 }), new ArrayBuffer(0),
  new Uint8Array(new SharedArrayBuffer(4)), Symbol.iterator, 10n ** 100n, -0, NaN, new Date(NaN), /(?<a>x)\\p{L}/gu, new String('s'), [, 1], 'x'.repeat(1e5)];
// Each as value, in a list, and as something to transfer.
for (const value of exotic()) {
  attempt(() => structuredClone(value)); attempt(() => structuredClone({ value, again: value }, { transfer: [value] }));
  const { port1, port2 } = fresh(); attempt(() => port1.postMessage([value], [value])); attempt(() => receiveMessageOnPort(port2)); port1.close();
}
// A getter that takes away what is being written; a list that lies about itself; a port that moves while it is read.
const buffer = new ArrayBuffer(64); attempt(() => structuredClone({ get a() { structuredClone(buffer, { transfer: [buffer] }); return 1; }, buffer }, { transfer: [buffer] }));
const { port1, port2 } = fresh(); attempt(() => port1.postMessage({ get a() { port1.close(); port2.close(); return port2; } }, [port2]));
attempt(() => structuredClone(1, { transfer: { [Symbol.iterator]: () => ({ next: () => ({ done: false, get value() { throw 3; } }) }) } }));
const inner = fresh(); attempt(() => inner.port1.postMessage({ get a() { inner.port2.close(); throw 4; } }, [fresh().port1]));
let deep = {}; for (let n = 0; n < 1e5; n++) deep = { deep }; attempt(() => structuredClone(deep));
// Prototypes that answer for others' ports.
const { MessagePort } = internalBinding('messaging');
for (const method of ['postMessage', 'start', 'close', 'ref', 'unref', 'hasRef']) for (const that of exotic()) attempt(() => MessagePort.prototype[method].call(that, 1));
for (const name of ['messaging', 'worker', 'process_wrap', 'spawn_sync']) {
  const binding = internalBinding(name);
  for (const key of Object.keys(binding)) for (const value of exotic()) {
    if (typeof binding[key] !== 'function') continue;
    attempt(() => binding[key](value, value, value)); attempt(() => Reflect.construct(binding[key], [value, value, value, value]));
  }
}
// Many, and more bytes than may wait.
attempt(() => { const all = []; for (let n = 0; n < 2000; n++) all.push(fresh()); });
attempt(() => { const { port1 } = fresh(); for (let n = 0; n < 1000; n++) port1.postMessage(new Uint8Array(4e6)); });
require('fs').writeSync(1, 'survived ' + (calls > 1000) + '\\n');
process.reallyExit(0);
`;

test("no message and no call of these bindings ends a guest but by itself", async () => {
  const kernel = await bootNode();
  await kernel.writeFile("/tmp/probe.cjs", PROBE);
  const { stdout, exitCode, stderr } = await kernel.exec("node --expose-internals /tmp/probe.cjs");
  expect({ exitCode, stdout: stdout.split("\n").at(-2), stderr: stderr.slice(0, 500) }).toEqual({
    exitCode: 0,
    stdout: "survived true",
    stderr: "",
  });
});

test("two guests of one name do not hear each other", async () => {
  const kernel = await bootNode();
  const listener = `const channel = new BroadcastChannel('a'); channel.onmessage = () => { console.log('heard'); process.exit(1); };
    console.log('ready'); setTimeout(() => process.exit(0), 1500);`;
  let output = "";
  const child = kernel.spawn("node", ["-e", listener], {
    onStdout: (data) => {
      output += Buffer.from(data).toString("latin1");
    },
  });
  const speaker =
    "const c = new BroadcastChannel('a'); c.postMessage(1); setImmediate(() => c.close())";
  expect((await kernel.exec(`node -e "${speaker}"`)).exitCode).toBe(0);
  expect(await child.wait()).toBe(0);
  expect(output).toBe("ready\n");
});
