// A070, A073, A074, A075, A077, A086 · modules that a guest wrote: loops, memory and tables, compile bombs, malformed
// ones, recursion without end, and arguments without end. Each ends by itself or by a signal; the kernel and its other
// processes go on.

import { createInMemoryFileSystem, createKernel, type Kernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { beforeAll, expect, test } from "vitest";
import { bootKernel } from "../boot.js";
import {
  growModule,
  header,
  helloModule,
  section,
  spinModule,
  wasmModule,
} from "../drivers/wasmvm/tiny-wasm.js";
import { type Saw, underOracle } from "./universal-oracle.js";

async function attack(
  saw: Saw,
  files: Readonly<Record<string, Uint8Array>>,
  probe: (kernel: Kernel) => Promise<void>,
): Promise<void> {
  const kernel = await bootKernel();
  for (const [name, bytes] of Object.entries(files)) await kernel.writeFile(`/tmp/${name}`, bytes);
  await kernel.exec("chmod +x /tmp/*");
  await probe(kernel);
  const after = await kernel.exec("echo fine | cat; ps -e -o comm= | sort | uniq -c");
  saw(after.stdout + after.stderr);
  expect(after.stdout).toMatch(/^fine\n/);
  await kernel.dispose();
}

const leb128 = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
};

/** A section of any size. */
const large = (id: number, content: readonly number[]): number[] =>
  [id, leb128(content.length), content].flat();

/** A module whose `_start` is this code, of any size. */
function moduleOf(code: readonly number[]): Uint8Array {
  const body = [0, code, 0x0b].flat();
  return Uint8Array.from(
    [
      header,
      section(1, 1, 0x60, 0, 0),
      section(3, 1, 0),
      section(7, 1, 6, ...Buffer.from("_start"), 0, 0),
      large(10, [1, leb128(body.length), body].flat()),
    ].flat(),
  );
}

// The first threads and processes of a host process leave descriptors of their own.
beforeAll(async () => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  await kernel.writeFile("/tmp/hello", helloModule("hi\n"));
  await kernel.exec("chmod +x /tmp/hello; /tmp/hello");
  await kernel.dispose();
});

test("A070 · a loop ends at the deadline, and with the kernel", async () => {
  await underOracle(async (saw) => {
    await attack(saw, { spin: spinModule("on\n") }, async (kernel) => {
      const timedOut = await kernel.exec("/tmp/spin", { timeout: 300 }).catch((thrown) => thrown);
      expect(timedOut).toMatchObject({ code: "ETIMEDOUT" });
      expect(
        (
          await kernel.exec(
            "/tmp/spin > /tmp/out & until [ -s /tmp/out ]; do sleep 0.01; done; kill -9 $!; wait $!; echo $?",
          )
        ).stdout,
      ).toBe("137\n");
      // One that runs on is no obstacle to dispose.
      kernel.spawn("/tmp/spin", []);
    });
  });
});

test("A073 · memory and tables: declared, grown, many of them", async () => {
  // 100 tables, each as large as V8 lets one be: 80 MB of its heap.
  const table = [0x70, 0, ...leb128(10_000_000)];
  const tables = Uint8Array.from([
    ...header,
    ...section(1, 1, 0x60, 0, 0),
    ...section(3, 1, 0),
    ...section(4, ...leb128(100), ...Array.from({ length: 100 }, () => table).flat()),
    ...section(7, 1, 6, ...Buffer.from("_start"), 0, 0),
    ...section(10, 1, 2, 0, 0x0b),
  ]);
  const files = {
    declared: wasmModule({ code: [], memory: [0, ...leb128(65_536)] }),
    grown: growModule(65_535),
    within: growModule(4000),
    tables,
  };
  await underOracle(async (saw) => {
    await attack(saw, files, async (kernel) => {
      const { stdout, stderr } = await kernel.exec(
        "/tmp/declared; echo $?; /tmp/grown; echo $?; /tmp/within; echo $?; /tmp/tables; echo $?",
      );
      saw(stdout + stderr);
      const codes = stdout.trim().split("\n");
      // 512 MiB are too many to begin with; growing to them answers -1; heaps end with their process.
      expect(codes.slice(0, 3)).toEqual(["126", "1", "0"]);
      expect(["134", "137"]).toContain(codes[3]);
    });
  });
});

test("A074 · compile bombs: many functions, a huge br_table, deep nesting, too many bytes", async () => {
  const functions = 100_000;
  const many = Uint8Array.from([
    ...header,
    ...section(1, 1, 0x60, 0, 0),
    ...large(3, [leb128(functions), new Array(functions).fill(0)].flat()),
    ...section(7, 1, 6, ...Buffer.from("_start"), 0, 0),
    ...large(10, [leb128(functions), new Array(functions).fill([2, 0, 0x0b])].flat(2)),
  ]);
  const targets = 60_000;
  const table = moduleOf([0x41, 0, 0x0e, leb128(targets), new Array(targets + 1).fill(0)].flat());
  const depth = 50_000;
  const nested = moduleOf(
    [new Array(depth).fill([0x02, 0x40]), new Array(depth).fill(0x0b)].flat(2),
  );
  const files = { many, table, nested };
  await underOracle(async (saw) => {
    await attack(saw, files, async (kernel) => {
      for (const name of Object.keys(files)) {
        const { stdout, stderr, exitCode } = await kernel.exec(`/tmp/${name}`, { timeout: 20_000 });
        saw(stdout + stderr);
        expect([0, 126, 134, 137]).toContain(exitCode);
      }
    });
  });
});

test("A075 · malformed modules: cut, bad numbers, wrong imports, 64 bit, shared, a start that traps", async () => {
  const whole = helloModule("hi\n");
  const imports = (module: string, name: string, kind: number[]) =>
    Uint8Array.from([
      ...header,
      ...section(1, 1, 0x60, 0, 0),
      ...section(
        2,
        1,
        module.length,
        ...Buffer.from(module),
        name.length,
        ...Buffer.from(name),
        ...kind,
      ),
    ]);
  const files: Record<string, Uint8Array> = {
    "bad-number": Uint8Array.from([...header, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    "twice-exported": Uint8Array.from([
      ...header,
      ...section(1, 1, 0x60, 0, 0),
      ...section(3, 1, 0),
      ...section(7, 2, 1, 97, 0, 0, 1, 97, 0, 0),
      ...section(10, 1, 2, 0, 0x0b),
    ]),
    "no-such-import": imports("wasi_snapshot_preview1", "fd_teleport", [0, 0]),
    "other-world": imports("env", "system", [0, 0]),
    "imported-memory": imports("wasi_snapshot_preview1", "fd_write", [2, 0, 1]),
    prototype: imports("__proto__", "constructor", [0, 0]),
    "inherited-name": imports("wasi_snapshot_preview1", "toString", [0, 0]),
    "64-bit": Uint8Array.from([...header, ...section(5, 1, 4, 1)]),
    shared: Uint8Array.from([...header, ...section(5, 1, 3, 1, 2)]),
    "start-traps": Uint8Array.from([
      ...header,
      ...section(1, 1, 0x60, 0, 0),
      ...section(3, 1, 0),
      ...section(8, 0),
      ...section(10, 1, 3, 0, 0, 0x0b),
    ]),
    "start-is-no-function": Uint8Array.from([
      ...header,
      ...section(5, 1, 0, 1),
      ...section(7, 1, 6, ...Buffer.from("_start"), 2, 0),
    ]),
  };
  for (const length of [4, 8, 20, 60, whole.length - 1])
    files[`cut-${length}`] = whole.subarray(0, length);
  await underOracle(async (saw) => {
    await attack(saw, files, async (kernel) => {
      for (const name of Object.keys(files)) {
        const { stdout, stderr, exitCode } = await kernel.exec(`/tmp/${name}`);
        saw(stdout + stderr);
        expect([name, stdout]).toEqual([name, ""]);
        expect([126, 134]).toContain(exitCode);
        expect(stderr).toContain(`/tmp/${name}: `);
      }
    });
  });
});

test("A077 · recursion without end: a module, the shell, its parser, regular expressions", async () => {
  await underOracle(async (saw) => {
    await attack(saw, { recurse: wasmModule({ code: [0x10, 2] }) }, async (kernel) => {
      const deep = (open: string, close: string, depth = 10_000) =>
        open.repeat(depth) + close.repeat(depth);
      const lines = [
        "/tmp/recurse",
        "f() { f; }; f",
        `echo $((${deep("(", ")")}))`,
        deep("(", ")"),
        `echo ${deep("$(", ")")}`,
        `echo x | grep -E '${deep("(", ")", 5000)}'`,
        deep("{ ", "; }"),
      ];
      for (const line of lines) {
        await kernel.writeFile("/tmp/script", line);
        const { stdout, stderr, exitCode } = await kernel.exec("sh /tmp/script", {
          timeout: 20_000,
        });
        saw(stdout + stderr.slice(0, 2000));
        expect([line.slice(0, 20), exitCode]).not.toEqual([line.slice(0, 20), 0]);
      }
    });
  });
});

test("A086 · environments and arguments of 10 MB are E2BIG", async () => {
  await underOracle(async (saw) => {
    await attack(saw, { hello: helloModule("hi\n") }, async (kernel) => {
      const large = "x".repeat(10 * 1024 * 1024);
      expect(() => kernel.spawn("/tmp/hello", [large])).toThrow("E2BIG");
      expect(() => kernel.spawn("/tmp/hello", [], { env: { LARGE: large } })).toThrow("E2BIG");
      await kernel.writeFile("/tmp/large", large);
      const inside = await kernel.exec(
        'text=$(cat /tmp/large); /tmp/hello "$text"; echo $?; export text; /tmp/hello; echo $?',
      );
      saw(inside.stderr);
      expect(inside.stdout).toBe("126\n126\n");
      expect(inside.stderr).toMatch(/Argument list too long/);
    });
  });
});
