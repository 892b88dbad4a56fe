// A013, A014: a guest that breaks its builtins breaks itself; no word of it appears in what the host does.

import { expect, test } from "vitest";
import { attack, isolations } from "./node-guest.js";

test.for(isolations)("A013: builtins replaced before the first call (%s)", async (isolation) => {
  const { stdout } = await attack(
    `const fs = require('fs'); const cp = require('child_process'); const { defineProperty } = Object; const { apply, ownKeys } = Reflect; const describe = Object.prototype.toString;
    const kept = []; const saved = [];
    const breakAll = (target, names) => { for (const name of names) { const original = target[name]; saved[saved.length] = [target, name, original];
      defineProperty(target, name, { configurable: true, writable: true, value(...args) {
        for (let index = 0; index < args.length; index++) { const value = args[index]; if (value !== null && (typeof value === 'object' || typeof value === 'function')) kept[kept.length] = value; }
        throw new Error('broken ' + name); } }); } };
    breakAll(Array.prototype, ['push', 'splice', 'map', 'filter', 'shift', 'slice', 'join', 'indexOf', 'includes', 'concat']); breakAll(Reflect, ['apply', 'construct', 'ownKeys', 'get']);
    breakAll(Map.prototype, ['get', 'set', 'has', 'delete']); breakAll(Set.prototype, ['add', 'has', 'delete']); breakAll(JSON, ['parse', 'stringify']); breakAll(Uint8Array.prototype.__proto__, ['set', 'subarray', 'slice', 'fill']);
    breakAll(String.prototype, ['split', 'slice', 'startsWith', 'replace', 'charCodeAt']); breakAll(Function.prototype, ['call', 'apply', 'bind']); breakAll(Promise.prototype, ['then', 'catch']); breakAll(Math, ['min', 'max', 'floor']);
    const outcomes = [];
    const attempt = (run) => { try { run(); outcomes[outcomes.length] = 'done'; } catch (error) { outcomes[outcomes.length] = 'failed'; } };
    attempt(() => fs.writeFileSync('/tmp/broken', 'content')); attempt(() => fs.readFileSync('/tmp/broken', 'utf8')); attempt(() => fs.readdirSync('/')); attempt(() => fs.statSync('/nope'));
    attempt(() => cp.spawnSync('echo', ['x'])); attempt(() => Buffer.from('x'.repeat(3000)).toString('base64')); attempt(() => new URL('http://a/b')); attempt(() => setTimeout(() => {}, 0)); attempt(() => process.hrtime());
    for (let index = 0; index < saved.length; index++) { const [target, name, value] = saved[index]; defineProperty(target, name, { configurable: true, writable: true, value }); }
    for (const value of kept) {
      let root = value; for (let next = root; next; next = Object.getPrototypeOf(next)) root = next;
      if (root !== Object.prototype && Object.getPrototypeOf(value) !== null && typeof root.hasOwnProperty === 'function') bad('of another realm', describe.call(value));
      if (typeof value.applySync === 'function' || typeof value.derefInto === 'function') bad('of the container');
    }
    fs.writeFileSync('/tmp/after', 'whole'); say(fs.readFileSync('/tmp/after', 'utf8'), cp.execSync('echo child').toString().trim(), outcomes.length, JSON.stringify([1]));`,
    { isolation },
  );
  expect(stdout).toBe("whole child 9 [1]\n");
});

test.for(isolations)(
  "A014: a polluted Object.prototype gives no option to any call (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `const fs = require('fs'); const cp = require('child_process');
    const names = { then: (done) => done && done(1), length: 5, signal: 'SIGKILL', env: { POLLUTED: 'yes' }, cwd: '/proc', shell: '/bin/false', timeout: 1, mode: 0o777, flag: 'w', encoding: 'hex', detached: true, uid: 5, gid: 5, argv0: 'polluted', input: 'polluted', path: '/polluted', host: 'polluted' };
    for (const [name, value] of Object.entries(names)) Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false });
    const outcomes = [];
    const attempt = (run) => { try { outcomes.push(run()); } catch (error) { outcomes.push(error.name); } };
    attempt(() => cp.spawnSync('sh', ['-c', 'echo $POLLUTED; pwd; id -u'], { __proto__: null }).stdout.toString());
    attempt(() => fs.writeFileSync('/tmp/polluted', 'x', { __proto__: null })); attempt(() => fs.readFileSync('/tmp/polluted', { __proto__: null, encoding: 'utf8' })); attempt(() => new URL('http://a/').href);
    for (const name of Object.keys(names)) delete Object.prototype[name];
    for (const name of ['then', 'length', 'signal', 'env', 'cwd']) if (name in {}) bad(name);
    say(JSON.stringify(outcomes));`,
      { isolation },
    );
    expect(JSON.parse(stdout)).toEqual(["\n/\n0\n", null, "x", "http://a/"]);
  },
);
