// A017, A020, A021: modules, flags and names through which other engines were left; code that claims to be compiled.

import { expect, test } from "vitest";
import { nodeOnHost } from "../drivers/node/node-kernel.js";
import { attack, isolations } from "./node-guest.js";

test.for(isolations)(
  "A017: what would reach the process that holds the guest is refused or the guest's own (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `const attempt = (name, run) => { try { say(name, run()); } catch (error) { say(name, error.code ?? error.name); } };
    attempt('inspector', () => typeof require('inspector').open); attempt('inspector/promises', () => typeof require('inspector/promises').Session);
    attempt('natives', () => { require('v8').setFlagsFromString('--allow-natives-syntax'); return eval('%DebugPrint(1)'); });
    attempt('flags', () => { require('v8').setFlagsFromString('--stack-size=100000'); require('v8').setFlagsFromString('--no-such-flag x'); return 'ignored'; });
    attempt('engine', () => { require('crypto').setEngine('/tmp/engine.so'); return 'set'; });
    attempt('dlopen', () => process.dlopen({ exports: {} }, '/tmp/x.node')); attempt('binding', () => typeof process.binding('fs').internalModuleReadJSON);
    attempt('linked', () => process._linkedBinding('x')); attempt('addon', () => { require('fs').writeFileSync('/tmp/x.node', ''); return require('/tmp/x.node'); });
    attempt('snapshot', () => require('v8').startupSnapshot.isBuildingSnapshot()); attempt('heap', () => require('v8').writeHeapSnapshot('/tmp/h'));
    attempt('report', () => require('fs').existsSync(String(process.report?.writeReport?.('/tmp/r')))); attempt('trace', () => require('trace_events').createTracing({ categories: ['node'] }).enable());
    attempt('vm', () => require('vm').runInNewContext('this.constructor.constructor("return typeof process")()')); attempt('kill', () => process._debugProcess(process.pid));`,
      { isolation },
    );
    const answers = Object.fromEntries(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ") as [string, string]),
    );
    expect(answers).toMatchObject({
      inspector: "ERR_INSPECTOR_NOT_AVAILABLE",
      "inspector/promises": "ERR_INSPECTOR_NOT_AVAILABLE",
      natives: "SyntaxError",
      flags: "ignored",
      dlopen: "ERR_DLOPEN_FAILED",
      addon: "ERR_DLOPEN_FAILED",
      vm: "object",
    });
    expect(answers.engine).not.toBe("set");
    expect(answers.linked).toBe("ERR_INVALID_MODULE");
    expect(answers.trace).toMatch(/^ERR_/);
  },
);

test("A020: the guest's global has no name that the host's Node has not", async () => {
  const program =
    "process.stdout.write(JSON.stringify([globalThis, process, Atomics, WebAssembly, Reflect, Object, Function.prototype].map((object) => Object.getOwnPropertyNames(object).concat(Object.getOwnPropertySymbols(object).map(String)))))";
  const { stdout } = await attack(program);
  const guest = JSON.parse(stdout) as string[][];
  const host = JSON.parse(nodeOnHost(["-"], "/", program).stdout) as string[][];
  // Of a program in a file; the host's came from its standard input.
  const own = new Set([...host.flat(), "mainModule"]);
  expect(guest.flat().filter((name) => !own.has(name))).toEqual([]);
  expect(guest.map((names) => names.length > 0)).toEqual(guest.map(() => true));
});

test.for(isolations)("A021: a guest's compiled code is never taken (%s)", async (isolation) => {
  const { stdout } = await attack(
    `const vm = require('vm'); const fs = require('fs');
    const junk = [Buffer.alloc(0), Buffer.alloc(64), Buffer.from('c0de'.repeat(400), 'hex'), require('crypto').randomBytes(4096)];
    for (const cachedData of junk) {
      const script = new vm.Script('6 * 7', { cachedData });
      if (script.runInThisContext() !== 42) bad('ran something else');
      if (cachedData.length > 0 && script.cachedDataRejected !== true) bad('taken');
      const call = vm.compileFunction('return 6 * 7', [], { cachedData });
      if (call() !== 42) bad('compiled something else');
    }
    say(new vm.Script('1').createCachedData().length, Number.isInteger(require('v8').cachedDataVersionTag()));
    // The container's own cache is no file of the guest's.
    say(['/root/.cache', '/home', '/var/cache', '/tmp/secure-exec'].every((path) => !fs.existsSync(path + '/secure-exec')));`,
    { isolation },
  );
  expect(stdout).toBe("0 true\ntrue\n");
});
