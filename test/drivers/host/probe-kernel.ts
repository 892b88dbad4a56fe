// A kernel from the sources with one driver, whose commands run in guest host processes (dist/guest-host.cjs).

import { onTestFinished } from "vitest";
import { startGuest } from "../../../src/drivers/host/driver-process.js";
import type { GuestProcessPool } from "../../../src/drivers/host/guest-process-pool.host.js";
import { GuestProcesses } from "../../../src/drivers/host/guest-processes.host.js";
import {
  createInMemoryFileSystem,
  createKernel,
  type DriverProcess,
  type Kernel,
  type KernelInterface,
  type ManagedProcess,
  type ProcessContext,
  type RuntimeDriver,
} from "../../../src/kernel.js";

const host = new URL("../../../dist/guest-host.cjs", import.meta.url);
const probe = new URL("./fixtures/probe-guest.mjs", import.meta.url);

/** Runs every command it is given in a guest host process. */
export class GuestDriver implements RuntimeDriver {
  readonly name: string;
  readonly stdio = "descriptors";
  readonly commands: string[];
  readonly #runtime: URL;
  #processes: GuestProcesses | null = null;

  readonly #pool: GuestProcessPool | undefined;

  constructor(commands: string[], pool?: GuestProcessPool, runtime: URL = probe) {
    this.name = `guest-${commands[0]}`;
    this.commands = commands;
    this.#runtime = runtime;
    this.#pool = pool;
  }

  async init(kernel: KernelInterface): Promise<void> {
    this.#processes = new GuestProcesses(kernel, { runtime: this.#runtime, host }, this.#pool);
    this.#processes.warmUp();
  }

  spawn(command: string, args: string[], context: ProcessContext): DriverProcess {
    const processes = this.#processes;
    if (!processes) throw new Error("not mounted");
    const { pid, env, cwd } = context;
    const start = { pid, command, args, env, cwd, options: null, data: new Uint8Array(0) };
    return startGuest((onExit) => processes.run(start, onExit));
  }

  async dispose(): Promise<void> {
    await this.#processes?.dispose();
  }
}

const commands = [
  ...["args", "ospid", "surroundings", "cat", "spin", "postAndSpin", "postAndAbort", "growMap"],
  ...["block", "throws", "writeUntilError", "measure", "garbage", "missing", "loop"],
];

/**
 * @param pool - Where the guests' processes come from, instead of the pool of the test's process.
 * @param runtime - What runs in them, instead of the probe.
 */
export async function bootProbeKernel(pool?: GuestProcessPool, runtime?: URL): Promise<Kernel> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  onTestFinished(() => kernel.dispose());
  await kernel.mount(new GuestDriver(commands, pool, runtime));
  return kernel;
}

/** A process whose output is collected. */
export class Run {
  readonly process: ManagedProcess;
  stdout = "";
  stderr = "";

  constructor(kernel: Kernel, command: string, args: string[] = []) {
    const decoder = new TextDecoder();
    this.process = kernel.spawn(command, args, {
      onStdout: (data) => {
        this.stdout += decoder.decode(data);
      },
      onStderr: (data) => {
        this.stderr += decoder.decode(data);
      },
    });
  }

  get exitCode(): Promise<number> {
    return this.process.wait();
  }

  /** Resolves when its standard output is as wanted. */
  async says(wanted: RegExp): Promise<string> {
    await until(() => wanted.test(this.stdout));
    return this.stdout;
  }
}

/** Waits for a condition; fails after ten seconds. */
export async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
