// A001, A002, A019: whatever a guest reaches, the function that made it makes functions of the guest's own global.

import { expect, test } from "vitest";
import { attack, isolations } from "./node-guest.js";

test.for(isolations)(
  "A001: functions made of text see the guest's process (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `(async () => {
      const made = [
        this.constructor.constructor('return process')(),
        await (async () => {}).constructor('return process')(),
        (function* () {}).constructor('yield process')().next().value,
        (await (async function* () {}).constructor('yield process')().next()).value,
        Reflect.construct(Function, ['return process'])(), eval('process'), (0, eval)('process'),
      ];
      for (const found of made) {
        if (found !== process) bad('another process');
        const fs = found.getBuiltinModule ? found.getBuiltinModule('fs') : found.mainModule.require('fs');
        if (fs !== require('fs') || fs.existsSync(HOST_FILE)) bad('another fs');
      }
      say(made.length, process.pid > 0, process.platform, require('os').hostname());
    })();`,
      { isolation },
    );
    expect(stdout).toBe("7 true linux sandbox\n");
  },
);

/** Walks all that is reachable; \`visit\` sees each object once. */
const WALK = `
  const walk = (roots, limit, visit) => {
    const seen = new Set(roots); const queue = [...roots];
    const add = (value) => {
      if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return;
      if (!seen.has(value)) { seen.add(value); queue.push(value); }
    };
    for (let at = 0; at < queue.length && at < limit; at++) {
      const object = queue[at];
      visit(object);
      try {
        add(Object.getPrototypeOf(object));
        if (ArrayBuffer.isView(object)) continue;
        for (const key of Reflect.ownKeys(object)) {
          const property = Reflect.getOwnPropertyDescriptor(object, key);
          if (!property) continue;
          add(property.value); add(property.get); add(property.set);
        }
        if (object instanceof Map) for (const [key, value] of object) { add(key); add(value); }
        if (object instanceof Set) for (const value of object) add(value);
      } catch {}
    }
    return seen.size;
  };
  const failing = (run) => { try { run(); } catch (error) { return error; } };
  const fs = require('fs');
  const roots = [globalThis, module, require, process, failing(() => fs.openSync('/nope')), failing(() => fs.readSync(999, Buffer.alloc(1))),
    failing(() => new URL('::')), failing(() => require('zlib').inflateSync('x')), failing(() => require('child_process').execFileSync('/nope')),
    failing(() => null.x), failing(() => Buffer.alloc(-1)), failing(() => process.chdir('/nope')), process.stdout, process.stdin, Buffer.from('x'), Buffer.alloc(1e5), fs.createReadStream('/tmp/probe.cjs'),
    ...require('module').builtinModules.filter((id) => !/^_|^(inspector|trace_events|wasi)/.test(id)).map((id) => { try { return require(id); } catch (error) { return error; } })];
`;

test.for(isolations)("A002: over globals, streams, buffers and errors (%s)", async (isolation) => {
  const { stdout } = await attack(
    `${WALK}
    let functions = 0;
    walk(roots, 200000, (object) => {
      if (typeof object !== 'function') return;
      functions++;
      let made;
      try { made = Object.getPrototypeOf(object).constructor('return globalThis')(); } catch { return; }
      // Generators and promises of functions of those kinds.
      if (made && made.then) return;
      if (made && made.next) made = made.return && globalThis;
      if (made !== globalThis) bad('a function of another global', object.name);
    });
    say(functions > 1000 || functions);`,
    { isolation },
  );
  expect(stdout).toBe("true\n");
});

test.for(isolations)(
  "A019: nothing of isolated-vm and no object of another realm (%s)",
  async (isolation) => {
    const { stdout } = await attack(
      `${WALK}
    const { internalBinding } = require('internal/test/binding');
    for (const id of ['fs', 'buffer', 'util', 'contextify', 'module_wrap', 'process_methods', 'tty_wrap', 'serdes', 'blob', 'url', 'async_wrap']) roots.push(internalBinding(id));
    const names = new Set(['Reference', 'ExternalCopy', 'Isolate', 'Context', 'Callback', 'NativeModule', 'Transferable', 'IsolateHandle']);
    const count = walk(roots, 1e6, (object) => {
      let root = object;
      for (let next = root; next; next = Object.getPrototypeOf(next)) root = next;
      const isOurs = root === Object.prototype || Object.getPrototypeOf(object) === null || Object.getPrototypeOf(root) === null && typeof root.hasOwnProperty !== 'function';
      if (!isOurs) bad('another realm', Object.prototype.toString.call(object));
      const { constructor } = Object.getOwnPropertyDescriptor(object, 'constructor') ? { constructor: Object.getOwnPropertyDescriptor(object, 'constructor').value } : {};
      if (typeof constructor === 'function' && names.has(constructor.name) && ('applySync' in object || 'deref' in object && !(object instanceof WeakRef) && object !== WeakRef.prototype)) bad('of the container', constructor.name);
    });
    say(count > 3000 || count);`,
      { isolation, flags: ["--expose-internals"] },
    );
    expect(stdout).toBe("true\n");
  },
);
