// What the bindings of the base modules do that Node's own tests show only in part, beside the host's Node.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const programs: Record<string, string> = {
  "fs.watch tells of names in a directory, watchFile of a file's end": `
    const fs = require('fs'); const seen = [];
    fs.mkdirSync('d'); const watcher = fs.watch('d', (event, name) => {
      seen.push(event + ' ' + name);
      if (name !== 'b') return;
      watcher.close();
      console.log([...new Set(seen)]);
    });
    watcher.on('close', () => console.log('closed'));
    setImmediate(() => { fs.writeFileSync('d/a', 'x'); fs.renameSync('d/a', 'd/b'); });`,
  "fs.promises.watch ends with its signal": `
    const fs = require('fs'); const end = new AbortController(); fs.mkdirSync('d');
    (async () => {
      try {
        for await (const { eventType, filename } of fs.promises.watch('d', { signal: end.signal })) {
          console.log(eventType, filename); end.abort();
        }
      } catch (error) { console.log(error.name); }
    })();
    setImmediate(() => fs.mkdirSync('d/inner'));`,
  "a watched name that is not there": `
    try { require('fs').watch('nowhere'); } catch (error) { console.log(error.message, error.code); }`,
  "v8.serialize is V8's own format": `
    const v8 = require('v8'); const shared = { x: 1 };
    const value = { a: [1, , 'x', shared, shared], m: new Map([[1, new Set(['é', '漢字'])]]), b: Buffer.from('hi'), f: new Float64Array([1.5]), d: new Date(5),
      r: /x/gi, big: 12n, e: new RangeError('r'), u: undefined, self: null }; value.self = value;
    const bytes = v8.serialize(value); console.log(bytes.toString('hex').replace(/[0-9a-f]{0,200}(?=6174)/, ''), bytes.length > 50);
    const back = v8.deserialize(bytes); console.log(back.self === back, back.a[3] === back.a[4], back.m, back.b, back.f, back.d, back.r, back.big, back.e.message);
    for (const bad of [() => {}, Symbol('s')]) try { v8.serialize({ bad }); } catch (error) { console.log(error.name, error.message); }
    try { v8.deserialize(Buffer.from('ff0f6f22', 'hex')); } catch (error) { console.log(error.message); }
    const writer = new v8.Serializer(); writer.writeHeader(); writer.writeValue('ab'); writer.writeUint32(70000); writer.writeUint64(1, 2); writer.writeDouble(0.5); writer.writeValue([1]);
    const reader = new v8.Deserializer(writer.releaseBuffer()); reader.readHeader();
    console.log(reader.readValue(), reader.readUint32(), reader.readUint64(), reader.readDouble(), reader.readValue(), reader.getWireFormatVersion());`,
  "Blob: parts, slices, streams, URLs and files": `
    const { Blob, resolveObjectURL } = require('buffer'); const fs = require('fs');
    (async () => {
      const blob = new Blob(['abc', new Uint8Array([100, 101]), new Blob(['fg'])], { type: 'text/plain' });
      console.log(blob.size, await blob.text(), await blob.slice(2, 6).text(), await blob.slice(-2).text(), blob);
      for await (const part of blob.slice(1).stream()) console.log(Buffer.from(part).toString());
      const url = URL.createObjectURL(blob); console.log(await resolveObjectURL(url).text()); URL.revokeObjectURL(url); console.log(resolveObjectURL(url));
      fs.writeFileSync('f', 'x'.repeat(100000) + 'end'); const file = await fs.openAsBlob('f');
      console.log(file.size, await file.slice(99999).text(), (await file.text()).length); fs.writeFileSync('f', 'other');
      await file.text().catch((error) => console.log(error.name));
    })();`,
  "FinalizationRegistry and gc()": `
    let key = { big: new Array(10) }; const token = {}; const registry = new FinalizationRegistry((held) => console.log('gone', held));
    registry.register(key, 'first'); registry.register(key, 'second', token); console.log(registry.unregister(token), registry.unregister(token)); key = null;
    setTimeout(() => { gc(); setTimeout(() => console.log('later'), 20); }, 1);`,
  "private marks of the library's show nowhere": `
    const vm = require('vm'); const box = vm.createContext({}); console.log(Reflect.ownKeys(box), Object.getOwnPropertySymbols(Object.prototype).length);
    console.log(vm.isContext(vm.createContext(new Proxy({}, {}))), vm.isContext(vm.createContext(Object.freeze({}))), vm.isContext(Object.create(box)));`,
  "an error's stack and vm's place of it": `
    const vm = require('vm'); const first = (error) => error.stack.split('\\n').slice(0, 5).join('|');
    for (const run of [() => vm.runInNewContext('throw new Error("boom")', {}, 'f.js'), () => new vm.Script('let = (', 'g.js'), () => vm.runInThisContext('null.x', { filename: 'h.js' })])
      try { run(); } catch (error) { console.log(first(error)); }
    Error.prepareStackTrace = (error, sites) => sites.length > 0 && error.message; console.log(new Error('custom').stack);`,
  "microtasks of a context of its own end with its timeout": `
    const vm = require('vm'); const box = vm.createContext({ seen: [] }, { microtaskMode: 'afterEvaluate' });
    vm.runInContext('Promise.resolve().then(() => seen.push(1))', box); console.log(box.seen);
    try { vm.runInContext('Promise.resolve().then(() => { for (;;); })', box, { timeout: 10 }); } catch (error) { console.log(error.message); }`,
  "what throws leaves ticks to the next immediate": `
    process.on('uncaughtException', (error) => console.log('caught', error.message));
    setImmediate(() => { process.nextTick(() => console.log('tick')); throw new Error('one'); }); setImmediate(() => console.log('second'));
    process.nextTick(() => { throw new Error('two'); }); process.nextTick(() => console.log('after two'));`,
  "executionAsyncId and triggers of the program's own run": `
    const hooks = require('async_hooks'); console.log(hooks.executionAsyncId(), hooks.triggerAsyncId());
    setTimeout(() => console.log(hooks.executionAsyncId() > 1, hooks.triggerAsyncId()), 1);`,
  "arguments that Node's native half checks": `
    const fs = require('fs');
    for (const fd of ['', null, -1, 1.5, 2 ** 31]) for (const call of ['closeSync', 'fsyncSync', 'fstatSync']) try { fs[call](fd); } catch (error) { console.log(call, error.code, error.message); }
    console.log(fs.readSync(fs.openSync(process.execPath), Buffer.alloc(4), 0, 4, 2n ** 62n));
    try { fs.accessSync('/', 8); } catch (error) { console.log(error.message); }`,
  "histograms and timerify": `
    const { createHistogram, monitorEventLoopDelay, performance } = require('perf_hooks'); const first = createHistogram();
    for (const value of [1, 5, 1000, 7n, 123456]) first.record(value); console.log(first, first.countBigInt, first.percentile(50), first.percentile(99));
    const second = createHistogram({ highest: 100 }); second.record(3); second.record(500); console.log(second.count, second.exceeds, second.max); second.add(first); second.reset(); console.log(second.count, second.min, second.max);
    const timed = performance.timerify(function run() { return 7; }, { histogram: first }); console.log(timed(), first.count);
    const delay = monitorEventLoopDelay({ resolution: 1 }); console.log(delay.enable(), delay.enable(), delay.disable(), delay.disable(), typeof performance.eventLoopUtilization().utilization);`,
  "locks of the navigator, where Node has them": `
    const { locks } = globalThis.navigator ?? {}; const shown = (key, value) => key === 'clientId' ? typeof value : value;
    const main = async () => {
      const first = locks.request('a', (lock) => { console.log('in', lock.name, lock.mode); return 5; }); console.log('requested', await first);
      let release; const held = locks.request('b', () => new Promise((resolve) => { release = resolve; }));
      console.log(await locks.request('b', { ifAvailable: true }, (lock) => lock));
      const others = [1, 2].map((n) => locks.request('b', { mode: 'shared' }, async () => { console.log('shared', n); await null; console.log('done', n); }));
      others.push(locks.request('b', () => console.log('exclusive'))); console.log(JSON.stringify(await locks.query(), shown));
      release('x'); console.log(await held); await Promise.all(others);
      const stolen = locks.request('c', () => new Promise(() => {})).catch((error) => console.log(error.name));
      console.log(await locks.request('c', { steal: true }, () => 'thief')); await stolen;
      const abort = new AbortController(); const busy = locks.request('d', () => new Promise((resolve) => { release = resolve; }));
      const waiting = locks.request('d', { signal: abort.signal }, () => console.log('never')).catch((error) => console.log(error.name)); abort.abort(); await waiting; release(); await busy;
      await locks.request('e', () => { throw new RangeError('mine'); }).catch((error) => console.log(error.name, error.message));
    };
    if (locks) main(); else console.log('none');`,
  "transferred buffers are empty": `
    const { ReadableStream } = require('stream/web'); const bytes = new Uint8Array([1, 2, 3]);
    const stream = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(bytes); c.close(); } });
    console.log(bytes.byteLength); (async () => { for await (const part of stream) console.log(part); })();`,
};

test.for(Object.entries(programs))("%s", async ([, program]) => {
  const directory = mkdtempSync(join(tmpdir(), "secure-exec-base-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const kernel = await bootNode();
  await kernel.mkdir("/tmp/work", { recursive: true });
  const inDirectory = (path: string) => `process.chdir(${JSON.stringify(path)});${program}`;
  const args = (path: string) => ["--expose-gc", "-e", inDirectory(path)];
  const guest = await nodeInGuest(kernel, args("/tmp/work"));
  expect(guest).toEqual(nodeOnHost(args(directory), directory));
});
