// How long after its deadline a guest is gone: the table of docs/limits.md. Run `npm run build` first.

import { createInMemoryFileSystem, createKernel } from "../dist/kernel.js";
import { createNodeRuntime } from "../dist/node.js";
import { createWasmVmRuntime } from "../dist/wasmvm.js";

const WALL_MS = 300;
const ROUNDS = 5;

const node = (program) => ["node", ["-e", program]];
const shell = (script) => ["sh", ["-c", script]];
const cases = {
  "JavaScript loop": node("for (;;);"),
  "regular expression": node("/^(a+)+$/.test('a'.repeat(60) + 'b')"),
  allocation: node("for (;;) new Array(1e5).fill({})"),
  "wasm growth": node(
    "for (;;) { const m = new WebAssembly.Memory({ initial: 1 }); try { for (;;) m.grow(16); } catch {} }",
  ),
  "output flood": shell("yes"),
  "fork bomb": shell("f() { f | f & f; }; f"),
  "WASM loop (shell)": shell("while :; do :; done"),
  "uninterruptible builtin": node("let n = 3n ** 1000000n; for (;;) n *= n;"),
};

const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
await kernel.mount(createWasmVmRuntime());
await kernel.mount(createNodeRuntime());
await kernel.exec("node -e 1");
console.log("| what | median ms | worst ms |\n|---|---|---|");
for (const [name, [command, args]] of Object.entries(cases)) {
  const delays = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await kernel.execFile(command, args, { limits: { wallMs: WALL_MS, capturedBytes: 1000 } });
    delays.push(Math.round(performance.now() - begin - WALL_MS));
  }
  delays.sort((one, other) => one - other);
  console.log(`| ${name} | ${delays[ROUNDS >> 1]} | ${delays.at(-1)} |`);
}
await kernel.dispose();
