// A031, A030 · every import of a WASM program with bad pointers, lengths, counts and numbers: an errno or a trap, nothing
// allocated beyond a call's worth, and the program's kernel answers afterwards.

import { expect, test } from "vitest";
import { Program, ProgramExit } from "../../src/drivers/wasmvm/guest/program.js";
import { secureExecFunctions } from "../../src/drivers/wasmvm/guest/secure-exec-imports.js";
import { descriptorFunctions } from "../../src/drivers/wasmvm/guest/wasi-descriptors.js";
import { fileFunctions } from "../../src/drivers/wasmvm/guest/wasi-files.js";
import { programFunctions } from "../../src/drivers/wasmvm/guest/wasi-program.js";
import { O_RDWR } from "../../src/kernel/constants.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { bootTables, openIn, start, utf8 } from "../kernel/tables.js";
import { forSeeds, type Random } from "../random.js";
import { underOracle } from "./universal-oracle.js";

const numbers = [0, 1, 2, 3, 4, 5, 100, 1024, 65_535, 65_536, 2 ** 31 - 1, -(2 ** 31), -1, -4];
const wideNumbers = [0n, 1n, 5n, -1n, 1n << 31n, (1n << 53n) + 1n, (1n << 63n) - 1n, -(1n << 63n)];

/** Calls that wait for others, or end the process, when they are given nothing wrong. */
const LEFT_OUT = new Set(["proc_exit", "suspend", "sleep", "wait_signal", "kill", "proc_raise"]);

function boot() {
  const tables = bootTables({ processes: 8 });
  const process = start(tables);
  openIn(tables, process, "/dev/null", O_RDWR);
  openIn(tables, process, "/tmp", 0);
  const program = new Program(new DirectGuest(tables, process));
  program.args = utf8("name\0argument\0");
  const wasm = new WebAssembly.Memory({ initial: 1 });
  program.memory.attach(wasm);
  new Uint8Array(wasm.buffer).fill(0x2f, 0, 4096);
  const functions: Record<string, (...args: never[]) => unknown> = {
    ...descriptorFunctions(program),
    ...fileFunctions(program),
    ...programFunctions(program),
    ...secureExecFunctions(program),
  };
  return { tables, process, functions };
}

const ATTEMPTS = 24;

/**
 * Calls with numbers at random. The engine gives a function bigints where it takes an i64; what these are is not known
 * here, so that a TypeError means another try with other ones.
 */
function callAtRandom(fn: (...args: never[]) => unknown, random: Random): unknown {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const args = Array.from({ length: fn.length }, () =>
      attempt > 0 && random.below(2) === 0
        ? (wideNumbers[random.below(wideNumbers.length)] ?? 0n)
        : (numbers[random.below(numbers.length)] ?? 0),
    );
    try {
      return fn(...(args as never[]));
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
    }
  }
  return undefined;
}

test("hostile arguments give an errno or end the program as a trap", async () => {
  await underOracle(() => {
    const outcomes = { errno: 0, trap: 0 };
    forSeeds(12, (random) => {
      const { tables, process, functions } = boot();
      for (const [name, fn] of Object.entries(functions)) {
        if (LEFT_OUT.has(name)) continue;
        for (let round = 0; round < 6 && process.isRunning; round++) {
          try {
            const answer = callAtRandom(fn, random);
            if (answer !== undefined) expect(typeof answer).toBe("number");
            outcomes.errno++;
          } catch (thrown) {
            if (thrown instanceof ProgramExit) continue;
            expect([name, thrown]).toEqual([name, expect.any(RangeError)]);
            outcomes.trap++;
          }
        }
      }
      expect(tables.processes.size).toBeGreaterThan(0);
    });
    expect(outcomes.errno).toBeGreaterThan(100);
    expect(outcomes.trap).toBeGreaterThan(100);
  });
});

test("counts of 2^32 - 1: a part is done, nothing of that size is laid out", async () => {
  await underOracle(() => {
    const { functions } = boot();
    const { fd_write, fd_read, poll_oneoff, random_get } = functions as unknown as Record<
      string,
      (...args: (number | bigint)[]) => number
    >;
    // 1024 iovecs of nothing lie in memory; the rest of the count does not.
    expect(fd_write?.(0, 8192, -1, 0)).toBe(0);
    expect(fd_read?.(0, 8192, -1, 0)).toBe(0);
    expect(poll_oneoff?.(0, 0, -1, 0)).toBe(28);
    expect(() => random_get?.(0, -1)).toThrow(RangeError);
  });
});
