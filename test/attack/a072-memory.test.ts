// A072, A074, A075: memory of all kinds ends where its limit is, and a module that is broken or a bomb is an error.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inProcesses, inThreads, withKernel } from "./limit-probe.js";

const MiB = 1024 * 1024;
const limits = { heapBytes: 32 * MiB, wallMs: 20_000 };

const heaps = [
  "const kept = []; for (;;) kept.push(new Array(1000).fill(0.5));",
  "let text = 'x'; const kept = []; for (;;) kept.push((text += text).length, Buffer.from(text));",
  "const kept = []; for (;;) kept.push(new Float64Array(1e6).fill(1));",
  "const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1));",
  "const map = new Map(); for (let i = 0; ; i++) map.set(i, {});",
  "const array = new Array(2 ** 32 - 1); for (let i = 0; ; i++) array[i] = { i };",
];

test("A072 in processes: a guest without memory ends, with an error of its own or by its limit", async () => {
  for (const outcome of await inProcesses(heaps, limits)) {
    // 1: an exception of the language, that nobody catches; the others are how a process without memory dies.
    expect([1, 132, 133, 134, 137]).toContain(outcome.exitCode);
    expect(outcome.limit).not.toBe("wallMs");
    expect(outcome.stderr).not.toBe("");
  }
});

test("A072 in threads: the heap of a guest ends at its limit; a Map may end the process, which threads do not promise", async () => {
  const { outcomes } = await inThreads(heaps.slice(0, 1), limits);
  expect(outcomes).toMatchObject([{ exitCode: 134, limit: "heapBytes" }]);
  await inThreads([heaps[4] as string], limits, 6000);
});

test("A073: WASM memories and tables of a Node guest are bounded by its process", async () => {
  const memories = `const kept = [];
    try { for (;;) kept.push(new WebAssembly.Memory({ initial: 1000 })); } catch (error) { console.log(error.name); }`;
  const tables = `const table = new WebAssembly.Table({ initial: 1, element: "anyfunc" });
    try { for (;;) table.grow(1e6); } catch (error) { console.log(error.name); }`;
  const room = { ...limits, wasmBytes: 128 * MiB };
  const [ofMemories, ofTables] = await inProcesses([memories, tables], room);
  expect(ofMemories).toMatchObject({ stdout: "RangeError\n", exitCode: 0 });
  // V8 counts what a table holds as heap; from Node 24 on it ends the process itself when there is no room.
  if (Number.parseInt(process.versions.node, 10) >= 24) expect(ofTables?.exitCode).toBe(134);
  else expect(ofTables?.limit ?? ofTables?.stdout).toMatch(/^(heapBytes|RangeError\n)$/);
});

/** A module of the given sections: [id, bytes]. */
function moduleOf(...sections: [number, number[]][]): number[] {
  const body = sections.flatMap(([id, bytes]) => [id, ...leb(bytes.length), ...bytes]);
  return [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...body];
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

const type: [number, number[]] = [1, [1, 0x60, 0, 0]];
const functionOfIt: [number, number[]] = [3, [1, 0]];

/** A function whose body is those bytes. */
function code(body: number[]): [number, number[]] {
  const whole = [0, ...body, 0x0b];
  return [10, [1, ...leb(whole.length), ...whole]];
}

const modules: Record<string, number[]> = {
  truncated: moduleOf(type, functionOfIt).slice(0, -1),
  "bad LEB": [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff],
  "a duplicate export": moduleOf(type, functionOfIt, [7, [2, 1, 97, 0, 0, 1, 97, 0, 0]], code([])),
  "a wrong import": moduleOf([2, [1, 1, 97, 1, 98, 3, 0x7f, 0]]),
  memory64: moduleOf([5, [1, 4, 1]]),
  "shared memory": moduleOf([5, [1, 3, 1, 1]]),
  "too much memory": moduleOf([5, [1, 0, ...leb(60_000)]]),
  "a trap in start": moduleOf(type, functionOfIt, [8, [0]], code([0x00])),
  "deep nesting": moduleOf(
    type,
    functionOfIt,
    code([...new Array(60_000).fill([0x02, 0x40]).flat(), ...new Array(60_000).fill(0x0b)]),
  ),
  "a large br_table": moduleOf(
    type,
    functionOfIt,
    code([0x41, 0, 0x0e, ...leb(1_000_000), ...new Array(1_000_001).fill(0)]),
  ),
};

test("A074, A075: broken modules and bombs are errors of the program", () =>
  withKernel(async (kernel, saw) => {
    await Promise.all(
      Object.entries(modules).map(async ([name, bytes], index) => {
        const file = `/tmp/module-${index}.wasm`;
        await kernel.writeFile(file, Uint8Array.from(bytes));
        const { exitCode, stdout, stderr } = await kernel.exec(`chmod +x ${file}; ${file}`, {
          limits,
        });
        saw(stdout + stderr);
        expect([1, 126, 134], `${name}: ${stderr}`).toContain(exitCode);
        expect(stderr).not.toBe("");
      }),
    );
  }));

test("A084: nothing of the host side parses or inflates what a guest sends but by its own bounded decoders", () => {
  for (const file of [
    "dispatcher",
    "decode",
    "process-calls",
    "socket-connection",
    "shared-memory-hub",
    "shared-memory-channel",
    "socket-channel",
    "thread-connection",
  ]) {
    const source = readFileSync(new URL(`../../src/bridge/${file}.ts`, import.meta.url), "utf8");
    expect(source).not.toMatch(/JSON\.parse|node:zlib|node:v8|deserialize|structuredClone/);
  }
});
