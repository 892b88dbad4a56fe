// The row of one syscall that does nothing: what a program pays to ask the kernel anything. Ours is a WASM
// program made here that calls `getpid` in a loop; the host's is `dd` copying single bytes, two calls each.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInMemoryFileSystem, createKernel, createWasmVmRuntime } from "secure-exec";

const calls = 20_000;
const hostCopies = 200_000;

const leb128 = (value) => {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
};
const text = (value) => [...leb128(value.length), ...Buffer.from(value)];
const section = (id, ...items) => {
  const body = [items.length, ...items.flat()];
  return [id, ...leb128(body.length), ...body];
};
/** i32.const takes a signed number: one more bit than the unsigned form may need. */
const signedLeb128 = (value) => {
  const bytes = leb128(value);
  const last = bytes.at(-1);
  return last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes;
};

/** A WASI command whose `_start` calls `secure_exec.getpid` `count` times (https://webassembly.github.io/spec). */
function nullCallProgram(count) {
  const [i32, call, loop, end] = [0x7f, 0x10, 0x03, 0x0b];
  const code = [
    ...[1, 1, i32], // one local: the counter
    ...[0x41, ...signedLeb128(count), 0x21, 0], // counter = count
    ...[loop, 0x40, call, 0, 0x1a], // getpid, drop
    ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, end, end], // if (--counter) again
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 0, 1, i32], [0x60, 0, 0]),
    ...section(2, [...text("secure_exec"), ...text("getpid"), 0, 0]),
    ...section(3, [1]),
    ...section(5, [0, 1]),
    ...section(7, [...text("memory"), 2, 0], [...text("_start"), 0, 1]),
    ...section(10, [...leb128(code.length), ...code]),
  ]);
}

/**
 * The row, and what ends its kernel.
 *
 * @param folder - A temporary folder of the host for the WASM program.
 */
export async function syscallRows(folder) {
  const commandsDir = join(folder, "null-call-commands");
  mkdirSync(commandsDir);
  writeFileSync(join(commandsDir, "one-call"), nullCallProgram(1));
  writeFileSync(join(commandsDir, "many-calls"), nullCallProgram(1 + calls));
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime({ commandsDir }));

  async function timeOf(command) {
    const began = performance.now();
    const exitCode = await kernel.spawn(command, []).wait();
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}`);
    return performance.now() - began;
  }
  function hostTimeOf(copies) {
    const began = performance.now();
    const args = ["if=/dev/zero", "of=/dev/null", "bs=1", `count=${copies}`];
    const { error, status } = spawnSync("dd", args, { stdio: "ignore" });
    if (error) throw error;
    if (status !== 0) throw new Error(`dd: exit code ${status}`);
    return performance.now() - began;
  }

  // What a run with one call takes is the process's start and end, which is not what this row is about.
  const row = {
    title: "null syscall round trip",
    rounds: 15,
    async ours() {
      return {
        overriddenDuration:
          Math.max(0, (await timeOf("many-calls")) - (await timeOf("one-call"))) / calls,
      };
    },
    async host() {
      return {
        overriddenDuration: Math.max(0, hostTimeOf(hostCopies) - hostTimeOf(1)) / (2 * hostCopies),
      };
    },
  };
  return { rows: [row], dispose: () => kernel.dispose() };
}
