// A007, A008, A010–A012: values whose reading runs code are read by the guest half, in the guest; the host sees bytes.

import { expect, test } from "vitest";
import { attack, isolations } from "./node-guest.js";

test.for(isolations)(
  "A007: nobody on the host awaits what a guest makes thenable (%s)",
  async (isolation) => {
    const { stdout, exitCode } = await attack(
      `const fs = require('fs'); const cp = require('child_process');
    const thenable = { get then() { return (resolve, reject) => reject(new Error('from a thenable')); }, toString: () => 'text', length: 1, 0: 'x' };
    class Strange extends Promise { static get [Symbol.species]() { return function (run) { run(() => {}, () => {}); return thenable; }; } }
    const settled = [];
    for (const run of [() => fs.writeFileSync('/tmp/a', thenable), () => fs.promises.writeFile('/tmp/a', thenable), () => cp.spawnSync('echo', [thenable]),
      () => process.stdout.write(thenable), () => fs.promises.readFile('/tmp/probe.cjs', thenable), () => new Strange((done) => done(1)).then(() => thenable), () => import(thenable)])
      try { Promise.resolve(run()).then(() => settled.push('ok'), (error) => settled.push(error.name)); } catch (error) { settled.push(error.name); }
    setTimeout(() => say(settled.length >= 4), 50);`,
      { isolation },
    );
    expect({ stdout, exitCode }).toEqual({ stdout: "true\n", exitCode: 0 });
  },
);

test("A008: an asynchronous generator whose end throws", async () => {
  const { stdout } = await attack(`
    const thrower = { [Symbol.asyncIterator]() { return this; }, next: async () => ({ value: 1, done: false }), return() { return { get then() { throw new RangeError('in return'); } }; } };
    (async () => {
      const outer = (async function* () { yield* thrower; })();
      await outer.next();
      try { await outer.return(); } catch (error) { say(error instanceof RangeError, error.message); }
      try { for await (const part of thrower) break; } catch (error) { say(error.message); }
      try { await require('stream/promises').pipeline(thrower, require('fs').createWriteStream('/tmp/out')); } catch (error) { say(error instanceof Error); }
    })();`);
  expect(stdout).toBe("true in return\nin return\ntrue\n");
});

test.for(isolations)(
  "A010: arguments with code in them are refused or read in the guest (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `const fs = require('fs'); const cp = require('child_process'); let reads = 0;
    const count = () => { reads++; if (reads > 1e5) bad('read without end'); return 1; };
    const odd = [
      new Proxy({}, { get: (_, key) => { count(); return key === Symbol.toPrimitive ? () => 1 : undefined; } }), new Proxy(() => {}, { get: count, apply: count }),
      { valueOf: count, toString: () => { count(); return '/tmp'; } }, { [Symbol.toPrimitive]: count }, { get length() { throw new Error('length'); } },
      { get buffer() { throw new Error('buffer'); } }, Object.setPrototypeOf(new Uint8Array(4), { get byteLength() { count(); return 1e9; }, get length() { count(); return -1; } }),
      new (class extends Uint8Array { get length() { return 1e9; } get byteLength() { return -5; } slice() { return { length: 1e9 }; } subarray() { return null; } set() { throw 1; } })(8),
      Object.create(Buffer.from('x')), 2 ** 53, -0, NaN, 2n ** 70n, Symbol('s'), '\\0', '\\ud800', 'x'.repeat(1e6),
    ];
    const fd = fs.openSync('/tmp/file', 'w+'); const outcomes = new Set();
    for (const first of odd) for (const second of odd) for (const call of [
      () => fs.readSync(fd, first, second), () => fs.writeSync(fd, first, second), () => fs.openSync(first, second), () => fs.writevSync(fd, [first, second]),
      () => fs.statSync(first, second), () => fs.ftruncateSync(fd, first), () => fs.utimesSync('/tmp/file', first, second), () => fs.copyFileSync(first, second),
      () => Buffer.from(first, second), () => Buffer.alloc(4).fill(first, second), () => Buffer.alloc(4).write('abc', first, second), () => new URL(first, second),
      () => process.umask(first), () => process.hrtime(first), () => new TextDecoder(first).decode(second),
    ]) { try { call(); outcomes.add('done'); } catch (error) { outcomes.add(error instanceof Error || error === 1 ? 'refused' : bad(error)); } }
    fs.writeSync(fd, 'ok', 0); say([...outcomes].sort(), fs.readFileSync('/tmp/file').includes('ok'));`,
      { isolation },
    );
    expect(stdout).toBe("done,refused true\n");
  },
);

test.for(isolations)(
  "A011: what a guest prints and ends with is bytes to the host (%s)",
  async (isolation) => {
    const { stdout, stderr, exitCode } = await attack(
      `const { inspect } = require('util');
    const loud = { [inspect.custom]: () => 'custom', toJSON: () => 'json', [Symbol.toStringTag]: 'Tag', get stack() { return 'a stack'; }, get name() { return 'a name'; }, constructor: { name: 'Made', [Symbol.hasInstance]: () => true } };
    console.log(loud, JSON.stringify(loud), String(Symbol.for('nodejs.util.inspect.custom'))); console.log('%o', new Proxy(loud, {}));
    throw loud;`,
      { isolation },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('custom "json" Symbol(nodejs.util.inspect.custom)');
    expect(stderr).toContain("Node.js v");
  },
);

test("A012: what an import throws through WebAssembly is the guest's own value", async () => {
  // (module (import "m" "f" (func)) (func (export "g") call 0))
  const { stdout } = await attack(`
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 109, 1, 102, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 103, 0, 1, 10, 6, 1, 4, 0, 16, 0, 11]);
    (async () => {
      for (const thrown of [new Error('mine'), 7, { then() {} }, Symbol.iterator]) {
        const { instance } = await WebAssembly.instantiate(bytes, { m: { f() { throw thrown; } } });
        try { instance.exports.g(); } catch (caught) { say(caught === thrown); }
      }
      const { instance } = await WebAssembly.instantiate(bytes, { m: { f() { require('fs').openSync('/nope'); } } });
      try { instance.exports.g(); } catch (caught) { say(caught instanceof Error, caught.code, /secure-exec/.test(caught.stack)); }
      say(typeof WebAssembly.Suspending, WebAssembly.JSTag === undefined || typeof WebAssembly.JSTag);
    })();`);
  expect(stdout).toMatch(/^(true\n){4}true ENOENT false\n(undefined|function) /);
});
