// Kernels with the shell and Python, and the same program on the host's own Python.

import { spawnSync } from "node:child_process";
import type { Kernel, KernelOptions } from "secure-exec/kernel";
import { createPythonRuntime, type PythonRuntimeOptions } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { bootKernel } from "../../boot.js";

/** A kernel with the WASM shell and the Python runtime. */
export function bootPython(
  options: PythonRuntimeOptions = {},
  kernelOptions: Partial<KernelOptions> = {},
): Promise<Kernel> {
  return bootKernel([createWasmVmRuntime(), createPythonRuntime(options)], kernelOptions);
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in the sandbox, without a shell between. */
export async function runInGuest(
  kernel: Kernel,
  command: string,
  args: string[],
  stdin: string | undefined = undefined,
): Promise<Outcome> {
  const output = { stdout: "", stderr: "" };
  const child = kernel.spawn(command, args, {
    onStdout: (data) => {
      output.stdout += Buffer.from(data).toString("latin1");
    },
    onStderr: (data) => {
      output.stderr += Buffer.from(data).toString("latin1");
    },
  });
  if (stdin !== undefined) await child.writeStdin(stdin);
  child.closeStdin();
  const exitCode = await child.wait();
  return {
    exitCode,
    stdout: Buffer.from(output.stdout, "latin1").toString("utf8"),
    stderr: Buffer.from(output.stderr, "latin1").toString("utf8"),
  };
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
