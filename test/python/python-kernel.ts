// One kernel with the shell, Node and Python for the tests of a file.

import {
  createInMemoryFileSystem,
  createKernel,
  type ExecResult,
  type Kernel,
  type KernelOptions,
} from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { createPythonRuntime } from "secure-exec/python";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterAll, beforeAll, expect } from "vitest";

export interface Machine {
  readonly kernel: Kernel;
  /** Runs a line of the shell in /work. */
  run(line: string): Promise<ExecResult>;
  /** Writes a program to /work and runs it; what it prints must be JSON. */
  answers(source: string): Promise<unknown>;
}

/** Boots before the file's tests and disposes after them. `node`: with Node's runtime. */
export function machine(
  options: Partial<KernelOptions> & { readonly withNode?: boolean } = {},
): Machine {
  let kernel: Kernel | undefined;
  let programs = 0;
  const current = (): Kernel => {
    if (!kernel) throw new Error("no kernel yet");
    return kernel;
  };
  const { withNode = false, ...kernelOptions } = options;
  beforeAll(async () => {
    kernel = createKernel({ filesystem: createInMemoryFileSystem(), ...kernelOptions });
    await kernel.mount(createWasmVmRuntime());
    if (withNode) await kernel.mount(createNodeRuntime());
    await kernel.mount(createPythonRuntime());
    await kernel.mkdir("/work");
  }, 60_000);
  afterAll(() => kernel?.dispose());
  const run = (line: string) => current().exec(line, { cwd: "/work" });
  return {
    get kernel() {
      return current();
    },
    run,
    async answers(source) {
      const name = `/work/program-${++programs}.py`;
      await current().writeFile(name, source);
      const { stdout, stderr, exitCode } = await run(`python3 ${name}`);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      return JSON.parse(stdout);
    },
  };
}
