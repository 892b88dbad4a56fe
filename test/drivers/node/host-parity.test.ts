// Programs whose output, exit code and error report are the host's own Node's.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootNode, framesOf, messageOf, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const evaluated: Record<string, string[]> = {
  "AsyncLocalStorage across await, then, timers and ticks": [
    "-e",
    `const { AsyncLocalStorage } = require('async_hooks'); const als = new AsyncLocalStorage();
     const tell = (where) => console.log(where, als.getStore());
     als.run('a', async () => {
       await 1; tell('await'); await new Promise((done) => setTimeout(done, 1)); tell('timer');
       Promise.resolve().then(() => tell('then')); process.nextTick(() => tell('tick')); queueMicrotask(() => tell('microtask'));
       await Promise.all([als.run('b', async () => { await 2; tell('inner'); })]); tell('outer');
     }); tell('outside');`,
  ],
  "async hooks see promises": [
    "-e",
    `const hooks = require('async_hooks'); const seen = []; hooks.createHook({ init(id, type) { if (type === 'PROMISE') seen.push(type); } }).enable();
     (async () => { await 1; await 2; })().then(() => console.log(seen.length, hooks.executionAsyncId() > 0));`,
  ],
  "the promise of a rejection, and its late handler": [
    "-e",
    `process.on('unhandledRejection', (reason, promise) => console.log(reason, promise === p));
     process.on('rejectionHandled', (promise) => console.log(promise === p)); const p = Promise.reject(7); setTimeout(() => p.catch(() => {}), 1);`,
  ],
  "the inside of promises, proxies and iterators": [
    "-e",
    `console.log(Promise.resolve(3), Promise.reject(4).catch(() => 5), new Proxy({ a: 1 }, {}), new Map([[1, 2]]).entries(), new Set('ab').values());
     console.log(require('util').inspect(new Proxy([1], {}), { showProxy: true }));`,
  ],
  "vm contexts": [
    "-e",
    `const vm = require('vm'); const box = vm.createContext({ a: 1 });
     console.log(vm.runInContext('var b = a + 1; let c = 5; function f() { return typeof require; } f()', box), box, vm.runInContext('c', box));
     console.log(vm.runInContext('Array', box) === Array, vm.runInContext('globalThis.a', box), vm.isContext(box), vm.isContext({}));
     try { vm.runInContext('for (;;);', box, { timeout: 20 }); } catch (error) { console.log(error.code); }
     try { vm.runInContext('x.y', box, 'name.js'); } catch (error) { console.log(error instanceof ReferenceError, error.message); }`,
  ],
  "a throw of a module's is the error that import() rejects with": [
    "-e",
    `import('data:text/javascript,await 0; throw Object.assign(new Error("x"), { tag: 1 })').catch((error) => console.log(error.message, error.tag))`,
  ],
  "who calls immediates, timers and ticks, as stacks tell": [
    "-e",
    `const caller = (at) => console.log(at, new Error().stack.split('\\n').at(-1));
     setImmediate(() => caller('immediate')); setTimeout(() => caller('timer')); process.nextTick(() => caller('tick'));`,
  ],
  "a thrown value": ["-e", "function f() { throw 'text'; }\nf();"],
  "console.log of values": [
    "-e",
    "console.log({ a: [1, 'x', new Map([[1, { b: 2 }]])], d: new Date(0), r: /x/g, s: Symbol('q') }, new Set([1]), [,1], null, -0)",
  ],
  "-p prints": ["-p", "[1, 2, 3].map((n) => n * 2)"],
  "-pe": ["-pe", "1 + 1"],
  arguments: ["-e", "console.log(process.argv.length, process.argv.slice(1))", "a", "--b"],
  "order of callbacks": [
    "-e",
    "setTimeout(() => console.log('timeout'), 0).unref(); setTimeout(() => console.log('t1'), 1); setTimeout(() => setImmediate(() => console.log('immediate')), 20); process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('micro')).then(() => process.nextTick(() => console.log('tick2'))); queueMicrotask(() => console.log('qm')); console.log('sync')",
  ],
  "exit code of process.exit": ["-e", "process.exit(3)"],
  "process.exitCode": [
    "-e",
    "process.exitCode = 4; process.on('exit', (code) => console.log('exit', code))",
  ],
  "beforeExit fills the loop again": [
    "-e",
    "let n = 0; process.on('beforeExit', () => { if (n++ < 2) setTimeout(() => console.log(n), 1) })",
  ],
  "an uncaught error": ["-e", "throw new Error('boo')"],
  "an uncaught error with properties": [
    "-e",
    "throw Object.assign(new TypeError('boo'), { code: 'E_X', more: { a: 1 } })",
  ],
  "an uncaught error with a cause": [
    "-e",
    "throw new Error('outer', { cause: new Error('inner') })",
  ],
  "an uncaught null": ["-e", "null.foo"],
  "a rejected promise": ["-e", "Promise.reject(new Error('rejected'))"],
  "a handled rejection": [
    "-e",
    "process.on('unhandledRejection', (error) => console.log('handled', error.message)); Promise.reject(new Error('rejected'))",
  ],
  "an async function that throws": [
    "-e",
    "(async () => { await 1; throw new RangeError('late') })()",
  ],
  "uncaughtException is heard": [
    "-e",
    "process.on('uncaughtException', (error) => { console.log('caught', error.message) }); setTimeout(() => { throw new Error('x') }, 1); setTimeout(() => console.log('on'), 5)",
  ],
  "a syntax error": ["-e", "let x = ;"],
  "a missing module": ["-e", "require('nope')"],
  "a missing file": ["-e", "require('fs').readFileSync('/nope')"],
  "a bad option": ["--no-such-option"],
  "an option without its argument": ["-e"],
  "errors of fs as promises": [
    "-e",
    "require('fs').promises.open('/nope/x').catch((error) => console.log(error.message, error.code, error.errno, error.syscall))",
  ],
  "more files at once than a process has descriptors": [
    "-e",
    `const fs = require('fs'); const file = fs.mkdtempSync('/tmp/files-') + '/a'; fs.writeFileSync(file, 'content');
     const read = () => [fs.promises.readFile(file, 'utf8'), new Promise((done) => fs.readFile(file, 'utf8', (error, text) => done(error ?? text)))];
     Promise.all(Array.from({ length: 400 }, read).flat()).then((all) => {
       console.log(all.length, new Set(all)); fs.rmSync(require('path').dirname(file), { recursive: true }); });`,
  ],
  "spawn of nothing": [
    "-e",
    "require('child_process').spawn('no-such-command').on('error', (error) => console.log(error.message, error.path, error.spawnargs))",
  ],
  "execSync that fails": [
    "-e",
    "try { require('child_process').execSync('exit 3', { stdio: 'pipe' }) } catch (error) { console.log(error.status, error.message, error.signal) }",
  ],
  spawnSync: [
    "-e",
    "const r = require('child_process').spawnSync('sh', ['-c', 'cat; echo e >&2; exit 5'], { input: 'in' }); console.log(r.status, r.signal, String(r.stdout), String(r.stderr), r.output.length)",
  ],
  "execFile with a shell's pipe": [
    "-e",
    "require('child_process').exec('printf \"b\\na\\n\" | sort', (error, stdout, stderr) => console.log(error, stdout, stderr))",
  ],
  "a child killed by a signal": [
    "-e",
    "const c = require('child_process').spawn('sleep', ['10']); c.on('exit', (code, signal) => console.log(code, signal)); c.on('spawn', () => c.kill())",
  ],
  encodings: [
    "-e",
    "for (const e of ['utf8','hex','base64','base64url','latin1','utf16le','ascii']) console.log(e, Buffer.from('héllo wörld €😀', 'utf8').toString(e), Buffer.from('68656c6c6f', e).length)",
  ],
  URL: [
    "-e",
    "const u = new URL('https://us%20er:pa@exämple.com:8080/a/../b c?x=1&y=%20#h'); console.log(u); u.port = '443'; u.search = 'q=ü'; u.hash = ''; console.log(u.href, [...u.searchParams], new URL('x:opaque').pathname, URL.canParse('nope'))",
  ],
  "TextEncoder and TextDecoder": [
    "-e",
    "console.log(new TextEncoder().encode('€'), new TextDecoder('utf-16le').decode(new Uint8Array([65, 0, 66, 0])), new TextDecoder().decode(new Uint8Array([0xff, 65])))",
  ],
  streams: [
    "-e",
    "const { pipeline, Readable, Transform } = require('stream'); pipeline(Readable.from(['a', 'b']), new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()) } }), process.stdout, (error) => console.error('done', error))",
  ],
  "events and abort": [
    "-e",
    "const { once, EventEmitter } = require('events'); const e = new EventEmitter(); const a = new AbortController(); once(e, 'x', { signal: a.signal }).catch((error) => console.log(error.name, error.code)); a.abort()",
  ],
  structuredClone: [
    "-e",
    "console.log(structuredClone({ a: new Map([[1, new Date(0)]]), b: new Uint8Array(2) })); try { structuredClone(() => {}) } catch (error) { console.log(error.name, error.message) }",
  ],
  assert: [
    "-e",
    "try { require('assert').deepStrictEqual({ a: 1 }, { a: 2 }) } catch (error) { console.log(error.message, error.code) }",
  ],
  util: [
    "-e",
    "const util = require('util'); console.log(util.inspect(new Proxy({ a: 1 }, {}), { showProxy: true }), util.types.isProxy(new Proxy({}, {})), util.format('%s %d %j %o', 'a', 1, { x: 1 }, [1]), util.types.isDate(new Date()), util.types.isDate({ [Symbol.toStringTag]: 'Date' }))",
  ],
  querystring: [
    "-e",
    "console.log(require('querystring').parse('a=1&b=2&a=3&c=%zz'), require('querystring').stringify({ a: ['x', 'y'], b: 'ü' }))",
  ],
  hashes: [
    "-e",
    "const c = require('crypto'); console.log(c.createHash('sha256').update('a').digest('hex'), c.createHmac('md5', 'k').update('d').digest('base64'), c.randomUUID().length)",
  ],
  zlib: [
    "-e",
    "const z = require('zlib'); const big = Buffer.alloc(200000, 'abc'); for (const [a, b] of [['gzip', 'gunzip'], ['deflate', 'inflate'], ['deflateRaw', 'inflateRaw'], ['brotliCompress', 'brotliDecompress']]) console.log(a, z[b + 'Sync'](z[a + 'Sync'](big)).equals(big), z[a + 'Sync']('x', { level: 1 }).toString('hex')); z.gunzip(Buffer.from('no gzip'), (error) => console.log(error.message, error.code, error.errno)); require('stream').pipeline(require('stream').Readable.from(['a', 'b']), z.createGzip(), z.createGunzip(), process.stdout, (error) => console.log(error))",
  ],
  "dynamic import": [
    "-e",
    "import('node:path').then((m) => console.log(m.posix.join('a', '..', 'b'), '// import(x) in a string'))",
  ],
  "a module on the command line": [
    "--input-type=module",
    "-e",
    "import { join } from 'node:path'; const x = await Promise.resolve(join('a', 'b')); console.log(x, typeof require)",
  ],
  "await at the top of an unfinished module": [
    "--input-type=module",
    "-e",
    "await new Promise(() => {})",
  ],
};

describe("one-liners", () => {
  test.each(Object.entries(evaluated))("%s", async (_name, args) => {
    const kernel = await bootNode();
    const host = nodeOnHost(args, "/");
    const guest = await nodeInGuest(kernel, args);
    expect(guest.stdout).toBe(host.stdout);
    expect(guest.exitCode).toBe(host.exitCode);
    expect(normalised(guest.stderr)).toBe(normalised(host.stderr));
  });
});

/** Versions of Node name their executable in usage lines. */
function normalised(stderr: string): string {
  return messageOf(stderr).replaceAll(process.execPath, "node");
}

const files: Record<string, string> = {
  "main.js":
    "const { b } = require('./b'); console.log(b, __filename.endsWith('main.js'), require.main === module, module.paths.length > 0); require('./throws.js')",
  "b.js": "exports.b = require('./data.json').x",
  "data.json": '{ "x": 41 }',
  "throws.js": "function inner() {\n  throw new Error('from a file')\n}\ninner()",
  "syntax.js": "const a = 1\nconst a = 2\n",
  "badjson.js": "require('./bad.json')",
  "bad.json": "{ x }",
  "esm.mjs":
    "import fs, { readFileSync } from 'node:fs'\nimport def, { x, inc } from './dep.mjs'\nimport cjs, { named } from './c.cjs'\nconsole.log(def, x, cjs, named, fs.readFileSync === readFileSync)\ninc()\nconsole.log(x, import.meta.url.endsWith('/esm.mjs'), import.meta.filename?.endsWith('esm.mjs'))\nconst again = await import('./dep.mjs')\nconsole.log(again.x, again)\n",
  "dep.mjs": "export let x = 1\nexport function inc() { x++ }\nexport default 'def'\n",
  "c.cjs": "exports.named = 5; exports.other = 'o'",
  "esm-throws.mjs": "throw new TypeError('from a module')",
  "esm-catches.mjs":
    "try { await import('./esm-throws.mjs') } catch (error) { console.log('caught', error.message) }\nawait new Promise((resolve) => setTimeout(resolve, 2))\nconsole.log('done')",
  "cjs-throws.cjs": "throw new RangeError('from CommonJS')",
  "esm-cjs-throws.mjs":
    "await import('./cjs-throws.cjs').catch((error) => console.log('caught', error.message))\nawait import('./esm-imports-throwing.mjs')",
  "esm-imports-throwing.mjs":
    "import './dep.mjs'\nimport './cjs-throws.cjs'\nconsole.log('not reached')",
  "requires-main.cjs": "try { require('./esm-waits.mjs') } catch ({ code }) { console.log(code) }",
  "esm-waits.mjs": "await 0\nawait import('./requires-main.cjs')\nconsole.log('waited')",
  "esm-syntax.mjs": "export const a = ;",
  "esm-missing.mjs": "import './nope.mjs'",
  "esm-no-export.mjs": "import { zip } from './dep.mjs'\nconsole.log(zip)",
  "esm-cycle.mjs": "import { y } from './cycle.mjs'\nexport const x = 'x'\nconsole.log(y())",
  "cycle.mjs": "import { x } from './esm-cycle.mjs'\nexport function y() { return x + 'y' }",
  "require-esm.cjs": "import('./dep.mjs').then(({ default: d }) => console.log(d))",
};

describe("programs in files", () => {
  const programs = Object.keys(files).filter((name) =>
    /^(main|syntax|badjson|esm.*|require-esm)\.[cm]?js$/.test(name),
  );

  test.each(programs)("%s", async (name) => {
    const directory = mkdtempSync(join(tmpdir(), "node-parity-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const kernel = await bootNode();
    await kernel.mkdir("/app");
    for (const [file, source] of Object.entries(files)) {
      writeFileSync(join(directory, file), source);
      await kernel.writeFile(`/app/${file}`, source);
    }
    const host = nodeOnHost([join(directory, name)], "/");
    const guest = await nodeInGuest(kernel, [`/app/${name}`]);
    expect(guest.stdout).toBe(host.stdout);
    expect(guest.exitCode).toBe(host.exitCode);
    expect(messageOf(guest.stderr, "/app")).toBe(messageOf(host.stderr, directory));
  });
});

test("files that stay open leave none for others", async () => {
  const kernel = await bootNode();
  const program = `
    const { open } = require('fs').promises;
    Promise.allSettled(Array.from({ length: 400 }, () => open('/dev/null'))).then((all) => {
      const { length } = all.filter(({ reason }) => reason?.code === 'EMFILE'); console.log(length > 140 && length < 160); });`;
  expect((await nodeInGuest(kernel, ["-e", program])).stdout).toBe("true\n");
});

test("a test that fails tells its place", async () => {
  const directory = mkdtempSync(join(tmpdir(), "node-parity-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const kernel = await bootNode();
  const program = "require('node:test')('fails', () => { throw new Error('no') })";
  writeFileSync(join(directory, "test.cjs"), program);
  await kernel.writeFile("/app/test.cjs", program);
  const placeIn = (stdout: string) => /location: .*/.exec(stdout)?.[0];
  const host = nodeOnHost(["--test-reporter=tap", join(directory, "test.cjs")], "/");
  const guest = await nodeInGuest(kernel, ["--test-reporter=tap", "/app/test.cjs"]);
  const place = placeIn(host.stdout)?.replace(directory, "/app");
  expect(place).toContain("/app/test.cjs:1:");
  expect(placeIn(guest.stdout)).toBe(place);
});

describe("a program on standard input", () => {
  test("runs, with and without a dash", async () => {
    const kernel = await bootNode();
    const program = "console.log('read', process.argv.slice(1))";
    expect(await nodeInGuest(kernel, [], program)).toEqual(nodeOnHost([], "/", program));
    expect(await nodeInGuest(kernel, ["-", "x"], program)).toEqual(
      nodeOnHost(["-", "x"], "/", program),
    );
  });

  test("an error in it is reported as Node does", async () => {
    const kernel = await bootNode();
    const host = nodeOnHost([], "/", "\nthrow new Error('piped')");
    const guest = await nodeInGuest(kernel, [], "\nthrow new Error('piped')");
    expect(guest.exitCode).toBe(host.exitCode);
    expect(messageOf(guest.stderr)).toBe(messageOf(host.stderr));
  });
});

test("--version", async () => {
  const kernel = await bootNode();
  expect(await nodeInGuest(kernel, ["--version"])).toEqual(nodeOnHost(["--version"], "/"));
});

test("no frame and no message names a path of the host", async () => {
  const kernel = await bootNode();
  const programs = [
    "throw new Error('x')",
    "Promise.reject(new Error('x'))",
    "class Odd extends Error { get name() { return 'Odd' } } const e = new Odd('x'); e.stack; Promise.reject(e)",
    "(async () => { await 0; null.x })()",
    "try { require('fs').readFileSync() } catch (error) { console.log(error.stack) }",
    "try { new URL('nope') } catch (error) { console.log(error.stack) }",
    "try { structuredClone(() => {}) } catch (error) { console.log(error.stack) }",
    "Error.prepareStackTrace = (error, sites) => sites.map((site) => [site.getFileName(), String(site.getThis?.())]).join('\\n'); console.log(new Error('x').stack)",
    "setTimeout(() => console.log(new Error('x').stack), 1)",
    "import('./nope.mjs')",
    "process.binding('fs').open('x', 'y', 'z', {})",
    "console.log(process.config, process.env, process.execPath, process.argv0, require('os').userInfo(), process.report)",
  ];
  for (const program of programs) {
    const { stdout, stderr } = await nodeInGuest(kernel, ["-e", program]);
    const text = stdout + stderr;
    expect(text).not.toMatch(
      /node_modules|dist\/|guest-node|file:\/\/\/(?!nope)|\/work\/|\/root\/\.|isolated-vm/,
    );
    for (const frame of framesOf(text)) expect(frame).not.toContain("secure-exec");
  }
});
