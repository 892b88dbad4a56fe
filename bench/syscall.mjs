// The rows of one syscall: what a program pays to ask the kernel anything, in a thread of the host and in a
// guest host process, and to write a short line. Ours are WASM programs made here that make one call in a loop;
// the host's is `dd` copying small blocks, two calls each.

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

/**
 * A WASI command whose `_start` makes a call `count` times (https://webassembly.github.io/spec).
 *
 * @param isWrite - Whether the call writes a line of 80 bytes to standard output, instead of `getpid`.
 */
function callingProgram(count, isWrite) {
  const [i32, call, loop, end] = [0x7f, 0x10, 0x03, 0x0b];
  const constant = (value) => [0x41, ...signedLeb128(value)];
  const lineBytes = 80;
  const body = isWrite
    ? [...constant(1), ...constant(0), ...constant(1), ...constant(8), call, 1, 0x1a]
    : [call, 0, 0x1a];
  const code = [
    ...[1, 1, i32], // one local: the counter
    ...[...constant(count), 0x21, 0], // counter = count
    ...[loop, 0x40, ...body], // the call, drop
    ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, end, end], // if (--counter) again
  ];
  const iovec = [64, 0, 0, 0, lineBytes, 0, 0, 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, 0, 1, i32], [0x60, 4, i32, i32, i32, i32, 1, i32], [0x60, 0, 0]),
    ...section(
      2,
      [...text("secure_exec"), ...text("getpid"), 0, 0],
      [...text("wasi_snapshot_preview1"), ...text("fd_write"), 0, 1],
    ),
    ...section(3, [2]),
    ...section(5, [0, 1]),
    ...section(7, [...text("memory"), 2, 0], [...text("_start"), 0, 2]),
    ...section(10, [...leb128(code.length), ...code]),
    ...section(11, [0, ...constant(0), end, ...leb128(iovec.length), ...iovec]),
  ]);
}

async function bootKernel(commandsDir, trusted) {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime({ commandsDir, trusted }));
  return kernel;
}

/** How long one call takes: many of them, less a run with one, which is the process's start and end. */
async function timeOfCall(kernel, name) {
  async function timeOf(command) {
    const began = performance.now();
    const exitCode = await kernel.spawn(command, []).wait();
    if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}`);
    return performance.now() - began;
  }
  return Math.max(0, (await timeOf(`many-${name}`)) - (await timeOf(`one-${name}`))) / calls;
}

function hostTimeOfCall(blockBytes) {
  function timeOf(copies) {
    const began = performance.now();
    const args = ["if=/dev/zero", "of=/dev/null", `bs=${blockBytes}`, `count=${copies}`];
    const { error, status } = spawnSync("dd", args, { stdio: "ignore" });
    if (error) throw error;
    if (status !== 0) throw new Error(`dd: exit code ${status}`);
    return performance.now() - began;
  }
  return Math.max(0, timeOf(hostCopies) - timeOf(1)) / (2 * hostCopies);
}

/**
 * The rows, and what ends their kernels.
 *
 * @param folder - A temporary folder of the host for the WASM programs.
 */
export async function syscallRows(folder) {
  const commandsDir = join(folder, "calling-commands");
  mkdirSync(commandsDir);
  for (const [name, isWrite] of [
    ["getpid", false],
    ["write", true],
  ]) {
    writeFileSync(join(commandsDir, `one-${name}`), callingProgram(1, isWrite));
    writeFileSync(join(commandsDir, `many-${name}`), callingProgram(1 + calls, isWrite));
  }
  const threads = await bootKernel(commandsDir, true);
  const processes = await bootKernel(commandsDir, false);
  const row = (title, kernel, name, blockBytes) => ({
    title,
    rounds: 15,
    ours: async () => ({ overriddenDuration: await timeOfCall(kernel, name) }),
    host: async () => ({ overriddenDuration: hostTimeOfCall(blockBytes) }),
  });
  const rows = [
    row("null syscall round trip", threads, "getpid", 1),
    row("null syscall, guest process", processes, "getpid", 1),
    row("write of 80 bytes", threads, "write", 80),
    row("the same, posted (guest process)", processes, "write", 80),
  ];
  const dispose = () => Promise.all([threads.dispose(), processes.dispose()]);
  return { rows, dispose };
}
