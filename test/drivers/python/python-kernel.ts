// Kernels with the shell and Python, and the same program on the host's own Python.

import { spawnSync } from "node:child_process";
import type { Kernel, KernelOptions } from "secure-exec/kernel";
import { createPythonRuntime, type PythonRuntimeOptions } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { bootKernel } from "../../boot.js";
import { type Outcome, runInGuest } from "../run-in-guest.js";

/** A kernel with the WASM shell and the Python runtime. */
export function bootPython(
  options: PythonRuntimeOptions = {},
  kernelOptions: Partial<KernelOptions> = {},
): Promise<Kernel> {
  return bootKernel([createWasmVmRuntime(), createPythonRuntime(options)], kernelOptions);
}

export function pythonInGuest(kernel: Kernel, args: string[], stdin?: string): Promise<Outcome> {
  return runInGuest(kernel, "python3", args, stdin);
}

/** Runs the host's python3 with `args` in an empty environment. */
export function pythonOnHost(args: string[], cwd: string, stdin = ""): Outcome {
  const { status, stdout, stderr } = spawnSync("python3", args, {
    cwd,
    input: stdin,
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", HOME: cwd, LANG: "C.UTF-8" },
  });
  return { exitCode: status, stdout, stderr };
}

/** Whether the host has a python3. */
export const hasPython = spawnSync("python3", ["-V"]).status === 0;
