// A trap ends its program with a line and 134, and nothing else, whether the module is trusted or not; too many
// arguments and too large an environment never reach it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootKernel, shippedWasmBinary } from "../../boot.js";
import { growModule, wasmModule } from "./tiny-wasm.js";

const [DROP, CALL, LOAD, DIVIDE] = [0x1a, 0x10, [0x28, 2, 0], 0x6d];
const constant = (byte: number) => [0x41, byte];
/** -4 as a signed LEB128 number. */
const MINUS_4 = 0x7c;
const START = 2;

/** Name → module, and what V8 calls its trap. */
const traps: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
  unreachable: [wasmModule({ code: [0x00] }), /unreachable/],
  "out-of-bounds": [
    wasmModule({ code: [...constant(MINUS_4), ...LOAD, DROP] }),
    /memory access out of bounds/,
  ],
  "divide-by-zero": [
    wasmModule({ code: [...constant(1), ...constant(0), DIVIDE, DROP] }),
    /divide by zero/,
  ],
  "stack-overflow": [wasmModule({ code: [CALL, START] }), /Maximum call stack size exceeded/],
  "bad-pointer": [
    wasmModule({
      code: [...constant(1), ...constant(MINUS_4), ...constant(1), ...constant(0), CALL, 1, DROP],
    }),
    /outside the bounds|out of bounds/i,
  ],
};

async function boot(trusted: boolean) {
  const commandsDir = mkdtempSync(join(tmpdir(), "secure-exec-traps-"));
  onTestFinished(() => rmSync(commandsDir, { recursive: true }));
  for (const [name, [module]] of Object.entries(traps)) {
    writeFileSync(join(commandsDir, `${name}.wasm`), module);
  }
  writeFileSync(join(commandsDir, "grow.wasm"), growModule(8192));
  return bootKernel([
    createWasmVmRuntime({ commandsDir, wasmBinaryPath: shippedWasmBinary, trusted }),
  ]);
}

describe.each([
  ["a trusted module, in a thread", true],
  ["another module, in a process", false],
])("%s", (_, trusted) => {
  test("each trap is named, ends with 134, and the kernel is whole", async () => {
    const kernel = await boot(trusted);
    for (const [name, [, reason]] of Object.entries(traps)) {
      const { stdout, stderr, exitCode } = await kernel.exec(
        `exec 5>/tmp/kept; ${name}; echo $? >&5; cat /tmp/kept`,
      );
      expect([name, stdout, exitCode]).toEqual([name, "134\n", 0]);
      const [line] = stderr.split("\n");
      expect(line).toMatch(new RegExp(`^${name}: trap: `));
      expect(line).toMatch(reason);
    }
    expect(kernel.processes.size).toBe(0);
    expect((await kernel.exec("echo fine | cat")).stdout).toBe("fine\n");
  });

  test("a trap in a pipeline is the end of its part only", async () => {
    const kernel = await boot(trusted);
    const { stdout } = await kernel.exec(
      "unreachable 2>/dev/null | cat; echo $PIPESTATUS; echo in | { cat; unreachable 2>/dev/null; }; echo $?",
    );
    expect(stdout).toBe("134\nin\n134\n");
  });

  test("memory beyond the limit is refused, not a trap", async () => {
    const kernel = await boot(trusted);
    expect((await kernel.exec("grow; echo $?")).stdout).toBe("1\n");
  });

  test("100,000 arguments and a huge environment are E2BIG: 126, and the shell goes on", async () => {
    const kernel = await boot(trusted);
    for (const name of ["cat", "unreachable"]) {
      const result = await kernel.exec(`${name} $(seq 100000); echo $?`);
      expect(result.stdout).toBe("126\n");
      expect(result.stderr).toBe(`sh: line 1: ${name}: Argument list too long\n`);
      const large = await kernel.exec(
        `export LARGE=$(yes x | head -300000 | tr -d '\\n'); ${name}; echo $?; unset LARGE; echo fine | cat`,
      );
      expect(large.stdout).toBe("126\nfine\n");
      expect(large.stderr).toBe(`sh: line 1: ${name}: Argument list too long\n`);
    }
    // What is no program of its own has no such limit.
    expect(
      (await kernel.exec("set -- $(seq 100000); echo $#; f() { echo $#; }; f $(seq 100000)"))
        .stdout,
    ).toBe("100000\n100000\n");
  });
});

test("kernel.spawn throws E2BIG", async () => {
  const kernel = await bootKernel();
  const many = Array.from({ length: 100_000 }, (_, index) => `${index}`);
  expect(() => kernel.spawn("cat", many)).toThrow(expect.objectContaining({ code: "E2BIG" }));
  expect(() => kernel.spawn("cat", [], { env: { LARGE: "x".repeat(1e6) } })).toThrow(
    expect.objectContaining({ code: "E2BIG" }),
  );
  expect(kernel.processes.size).toBe(0);
});
