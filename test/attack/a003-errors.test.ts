// A003–A006, A009: errors that come out of the bridge are the guest's, however it looks at them.

import { expect, test } from "vitest";
import { attack, isolations } from "./node-guest.js";

/** Calls that fail in the kernel, in the container's computing, and in the shims. */
const FAILURES = `
  const fs = require('fs'); const cp = require('child_process'); const zlib = require('zlib'); const crypto = require('crypto');
  const failures = [
    () => fs.openSync('/nope'), () => fs.readSync(999, Buffer.alloc(1)), () => fs.closeSync(77), () => fs.openSync('/tmp/x'.repeat(2000)),
    () => fs.mkdirSync('/proc/x'), () => fs.writeFileSync('/tmp', 'x'), () => fs.readFileSync('/tmp'), () => process.chdir('/nope'),
    () => process.kill(999999, 0), () => cp.execFileSync('/nope'), () => cp.execSync('exit 3', { stdio: 'ignore' }), () => zlib.inflateSync('xx'),
    () => new URL('::'), () => crypto.createHash('nope'), () => Buffer.alloc(2 ** 40), () => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])),
    () => require('/nope'), () => new (require('vm').Script)('let ='), () => require('vm').runInNewContext('null.x'), () => process.dlopen({}, '/x.node'),
    () => require('v8').deserialize(Buffer.from('zz')), () => structuredClone(() => {}), () => process.setuid('nobody-there'),
  ];
  const caught = failures.map((run) => { try { run(); } catch (error) { return error; } });
`;

test.for(isolations)(
  "A003: they are of the guest's realm, with frames of the guest's (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `${FAILURES}
    let count = 0;
    for (const [index, error] of caught.entries()) {
      if (!error) { bad('no error', failures[index]); continue; }
      const isOfContext = index === 18;
      if (!(error instanceof Error) && !isOfContext) bad('another realm', error);
      if (/secure-exec|isolated-vm|\\.host\\.|file:\\/\\/|dist\\//.test(error.stack)) bad('frames', error.stack);
      count++;
    }
    say(count === failures.length);`,
      { isolation },
    );
    expect(stdout).toBe("true\n");
  },
);

test.for(isolations)("A004: call sites show only the guest's frames (%s)", async (isolation) => {
  const { stdout } = await attack(
    `'use strict';
    let frames = 0;
    Error.prepareStackTrace = (error, sites) => {
      for (const site of sites) {
        frames++;
        const file = site.getFileName() ?? '';
        if (/secure-exec|isolated-vm|\\.host\\.|^file:/.test(file) || /secure-exec|isolated-vm/.test(site.getEvalOrigin() ?? '')) bad(file);
        const of = site.getFunction(); const self = site.getThis();
        if (typeof of === 'function' && of.constructor('return globalThis')() !== globalThis) bad('function');
        // A context of vm has a global object of its own.
        if (!file.startsWith('evalmachine') && self !== undefined && self !== null && typeof self === 'object' && !(self instanceof Object) && Object.getPrototypeOf(self) !== null) bad('this');
      }
      return sites;
    };
    ${FAILURES}
    for (const error of caught) void error.stack;
    const target = {}; Error.captureStackTrace(target); void target.stack;
    say(frames > 50);`,
    { isolation },
  );
  expect(stdout).toBe("true\n");
});

test("A005: a name that is a symbol is the guest's own TypeError", async () => {
  const { stdout } = await attack(`
    for (const name of [Symbol('s'), { toString() { throw 7; } }, new Proxy({}, {})]) {
      const error = new Error('x'); error.name = name;
      try { say(typeof error.stack); } catch (thrown) { say(thrown === 7 || thrown instanceof TypeError); }
    }
    const late = new Error(); Object.defineProperty(late, 'name', { get() { throw new RangeError('mine'); } });
    try { void late.stack; } catch (thrown) { say(thrown.message); }`);
  expect(stdout).toMatch(/^((true|string|mine)\n)+$/);
});

test.for(isolations)(
  "A006: a stack that ends around a call leaves the bridge whole (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `const fs = require('fs'); fs.writeFileSync('/tmp/data', 'content'); let ranges = 0; let others = 0;
    const calls = [() => fs.statSync('/tmp/data').size, () => fs.readFileSync('/tmp/data', 'utf8').length, () => Buffer.from('x'.repeat(2000)).toString('hex').length / 4000 * 7,
      () => { fs.writeFileSync('/tmp/data', 'content'); return 7; }, () => new URL('http://a/b').href.length - 3, () => require('vm').runInThisContext('7')];
    for (const call of calls) {
      const bounded = (depth) => { if (depth > 0) return bounded(depth - 1); try { return call(); } catch { return 7; } };
      // Down to the end, then calls on the way up for a hundred frames.
      let deepest = 0; const measure = () => { deepest++; measure(); }; try { measure(); } catch {}
      for (let depth = deepest - 50; depth < deepest + 10; depth += 3) try { bounded(depth); } catch { ranges++; }
    }
    for (const call of calls) if (call() !== 7) bad('wrong afterwards', call);
    say(ranges > 0, fs.readFileSync('/tmp/data', 'utf8'));`,
      { isolation },
    );
    expect(stdout).toBe("true content\n");
  },
);

test("A009: causes, aggregates and what hangs on them, at any depth", async () => {
  const { stdout } = await attack(`
    ${FAILURES}
    const outer = new AggregateError(caught.map((error, index) => new Error('wrap ' + index, { cause: error })), 'all');
    const seen = new Set(); const queue = [outer];
    for (const value of queue) {
      for (const key of Reflect.ownKeys(value)) {
        const inner = value[key];
        if (typeof inner === 'string' && /secure-exec\\/|isolated-vm/.test(inner)) bad(key, inner);
        if (inner !== null && (typeof inner === 'object' || typeof inner === 'function') && !seen.has(inner)) { seen.add(inner); queue.push(inner); }
      }
    }
    Promise.any(caught.map((error) => Promise.reject(error))).catch((error) => say(error instanceof AggregateError, error.errors[0] === caught[0], seen.size > caught.length));`);
  expect(stdout).toBe("true true true\n");
});
