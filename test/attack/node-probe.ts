// A kernel with the shell and Node for one probe under the universal oracle: it is gone before the oracle looks.

import {
  createInMemoryFileSystem,
  createKernel,
  type ExecResult,
  type Kernel,
} from "secure-exec/kernel";
import { createNodeRuntime, type NodeRuntimeOptions } from "secure-exec/node";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { underOracle } from "./universal-oracle.js";

export interface Probe {
  readonly kernel: Kernel;
  /** Runs a line; what it prints is seen by the oracle. */
  run(line: string): Promise<ExecResult>;
  /** Writes a program to /app and runs it with Node. */
  node(source: string, name?: string): Promise<ExecResult>;
}

export function probeNode(
  attack: (probe: Probe) => Promise<void>,
  options: NodeRuntimeOptions = {},
): Promise<void> {
  return underOracle(async (saw) => {
    const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
    try {
      await kernel.mount(createWasmVmRuntime());
      await kernel.mount(createNodeRuntime(options));
      await kernel.mkdir("/app");
      const run = async (line: string): Promise<ExecResult> => {
        const result = await kernel.exec(line, { cwd: "/app" });
        saw(result.stdout);
        saw(result.stderr);
        return result;
      };
      const node = async (source: string, name = "attack.cjs"): Promise<ExecResult> => {
        await kernel.writeFile(`/app/${name}`, source);
        return run(`node ${name}`);
      };
      await attack({ kernel, run, node });
    } finally {
      await kernel.dispose();
    }
  });
}
