// Kernels with the shell and Node, and the same program on the host's own Node.

import { spawnSync } from "node:child_process";
import type { Kernel, KernelOptions, ManagedProcess } from "secure-exec/kernel";
import { createNodeRuntime, type NodeRuntimeOptions } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { bootKernel } from "../../boot.js";
import { type Outcome, runInGuest } from "../run-in-guest.js";

/** A kernel with the WASM shell and the node runtime. */
export function bootNode(
  options: NodeRuntimeOptions = {},
  kernelOptions: Partial<KernelOptions> = {},
): Promise<Kernel> {
  return bootKernel([createWasmVmRuntime(), createNodeRuntime(options)], kernelOptions);
}

/** Runs `node` with `args` in the sandbox, without a shell between. */
export function nodeInGuest(kernel: Kernel, args: string[], stdin?: string): Promise<Outcome> {
  return runInGuest(kernel, "node", args, stdin);
}

/** Starts a program in the sandbox and waits until it has printed: it listens. */
export async function startServer(kernel: Kernel, program: string): Promise<ManagedProcess> {
  let guest: ManagedProcess | undefined;
  await new Promise<void>((resolve, reject) => {
    guest = kernel.spawn("node", ["-e", program], { onStdout: () => resolve() });
    guest.wait().then(() => reject(new Error("the server has ended")));
  });
  return guest as ManagedProcess;
}

/** Runs the host's node with `args` in an empty environment. */
export function nodeOnHost(args: string[], cwd: string, stdin = ""): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: {},
    input: stdin,
    encoding: "utf8",
    timeout: 20_000,
  });
  return { exitCode: status, stdout, stderr };
}

/** What two reports of an error must agree in: all lines but the frames, which know their machine. */
export function messageOf(stderr: string, directory = ""): string {
  return stderr
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .map((line) => (directory === "" ? line : line.replaceAll(directory, "")))
    .join("\n")
    .trim();
}

/** The frames of an error's stack, without their line numbers. */
export function framesOf(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /^\s+at /.test(line));
}
