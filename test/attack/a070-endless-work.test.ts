// A070, A071, A076, A085: work that has no end stops at its deadline, and what waits for ever keeps nobody.

import { createPythonRuntime } from "secure-exec/python";
import { expect, test } from "vitest";
import { inProcesses, inThreads, inThreadsApart, withKernel } from "./limit-probe.js";

const deadline = { wallMs: 300 };
/** Ended by SIGTERM or, when that was caught, by SIGKILL. */
const cut = { limit: "wallMs", exitCode: expect.toSatisfy((code) => code === 143 || code === 137) };

const endless = [
  "for (;;);",
  "(function again() { Promise.resolve().then(again); })();",
  "(function again() { process.nextTick(again); })();",
  "(function again() { setImmediate(again); })();",
  "new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11]))).exports.f();",
  // A076
  "/^(a+)+$/.test('a'.repeat(60) + 'b');",
];

/** Builtins that V8 does not interrupt. */
const uninterruptible = [
  "let number = 3n ** 1000000n; for (;;) number *= number;",
  "for (;;) Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);",
  "const text = 'a'.repeat(1 << 24); for (;;) text.replaceAll('a', 'b');",
  "const deep = '['.repeat(1e6) + ']'.repeat(1e6); for (;;) try { JSON.parse(deep); } catch {}",
  "for (;;) 3n ** 20_000_000n;",
  "for (;;) new Uint8Array(1e8).fill(1);",
];

test("A070, A071, A076 in processes: each is cut", async () => {
  const programs = [...endless, ...uninterruptible];
  expect(await inProcesses(programs, deadline)).toEqual(
    programs.map(() => expect.objectContaining(cut)),
  );
});

test("A070, A076 in threads: each is cut, and the host goes on", async () => {
  const { outcomes, survived } = await inThreads(endless, deadline);
  expect(outcomes).toEqual(endless.map(() => expect.objectContaining(cut)));
  expect(survived).toBe(true);
});

test("A071 in threads: each is cut, or its host has to be ended, which is what threads do not promise", async () => {
  const results = await inThreadsApart(uninterruptible, deadline, 4000);
  const outcomes = results.flatMap((result) => result.outcomes);
  expect(outcomes).toEqual(outcomes.map(() => expect.objectContaining(cut)));
});

test("A076: expressions of grep, sed, awk and Python keep to the deadline", () =>
  withKernel(async (kernel, saw) => {
    await kernel.mount(createPythonRuntime());
    const text = `${"a".repeat(40)}b`;
    const lines = [
      `echo ${text} | grep -E '^(a+)+$'`,
      `echo ${text} | grep -E '^((a+)+)\\1$'`,
      `echo ${text} | sed -E '/^((a*)*)*\\1$/d'`,
      `echo ${text} | awk '/^(a+)+$/'`,
      `python3 -c 'import re; re.match(r"(a+)+$", "${text}")'`,
    ];
    const limits = { wallMs: 1500 };
    const results = await Promise.all(lines.map((line) => kernel.exec(line, { limits })));
    for (const { stdout, stderr } of results) saw(stdout + stderr);
    // Some engines are done at once; nobody takes longer.
    expect(results.every(({ limit }) => !limit || limit.limit === "wallMs")).toBe(true);
  }));

test("A085: sleepers, a deadlock and a stopped job end with the kernel", () =>
  withKernel(async (kernel) => {
    const lines = [
      "sleep 1000000",
      "mkfifo /tmp/fifo; cat /tmp/fifo",
      "sleep 1000 & kill -STOP $!; wait",
      "kill -STOP $$",
      "node -e 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'",
      "node -e 'process.on(\"SIGTERM\", () => {}); setInterval(() => {}, 1e9)'",
      "trap '' TERM; while :; do sleep 100; done",
    ];
    for (const line of lines) kernel.spawn("sh", ["-c", line]);
    expect(await kernel.exec("echo they wait")).toMatchObject({ exitCode: 0 });
  }));
