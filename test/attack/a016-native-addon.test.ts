// A010, A016: the guest half of V8's own doings (modules, contexts, promise hooks) is called with everything but what Node's
// library calls it with. `--expose-internals` hands it to the guest; it may throw, but neither crash nor hang.

import { expect, test } from "vitest";
import { bootNode } from "../drivers/node/node-kernel.js";

const PROBE = `
const { internalBinding } = require('internal/test/binding');
const odd = [undefined, null, -1, 2 ** 31, 1e300, NaN, '', 'x', Symbol('s'), 5n, {}, [], [1], () => {}, new Proxy({}, {}), new Proxy(() => {}, {}),
  Object.create(null), { get length() { throw 1; } }, new Map(), Promise.resolve(1), new Uint8Array(8), globalThis, class {}, /x/];
let seed = 7;
const pick = () => odd[(seed = (seed * 1103515245 + 12345) % 2147483648) % odd.length];
let calls = 0;
const skip = new Set(['triggerUncaughtException', 'sleep', 'setTickCallback', 'reallyExit', 'setPromiseRejectCallback', 'runMicrotasks', 'setPrepareStackTraceCallback']);
for (const name of ['module_wrap', 'contextify', 'util', 'types', 'async_wrap', 'task_queue', 'errors', 'serdes', 'buffer', 'v8', 'blob']) {
  const binding = internalBinding(name);
  for (const key of Object.keys(binding)) {
    const member = binding[key];
    if (typeof member !== 'function' || skip.has(key)) continue;
    for (let round = 0; round < 60; round++) {
      const args = Array.from({ length: round % 9 }, pick);
      calls++;
      try { member(...args); } catch {}
      let made;
      try { made = Reflect.construct(member, args); } catch {}
      if (made === null || typeof made !== 'object') continue;
      for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(made))) {
        if (method === 'constructor') continue;
        try { const answer = made[method](pick(), pick()); if (answer && answer.catch) answer.catch(() => {}); } catch {}
      }
    }
  }
}
// A module that was never linked, one that imports itself, one whose error is looked at.
const { ModuleWrap } = internalBinding('module_wrap');
const self = new ModuleWrap('self:', undefined, 'import * as me from "me"; export const x = 1;', 0, 0);
try { self.instantiate(); } catch {}
self.link(['me'], [self]); self.instantiate(); self.evaluate(-1, false);
const bad = new ModuleWrap('bad:', undefined, 'throw 1', 0, 0);
bad.instantiate(); bad.evaluate(-1, false).catch(() => {}); bad.getError(); bad.getStatus(); try { bad.instantiate(); } catch {}
internalBinding('async_wrap').setPromiseHooks(undefined, undefined, undefined, undefined);
require('fs').writeSync(1, 'survived ' + (calls > 500) + '\\n');
process.reallyExit(0);
`;

test("no call of the addon's functions ends a guest but by itself", async () => {
  const kernel = await bootNode();
  await kernel.writeFile("/tmp/probe.cjs", PROBE);
  const { stdout, exitCode, stderr } = await kernel.exec("node --expose-internals /tmp/probe.cjs");
  expect({ exitCode, stdout: stdout.split("\n").at(-2), stderr: stderr.slice(0, 500) }).toEqual({
    exitCode: 0,
    stdout: "survived true",
    stderr: "",
  });
});
