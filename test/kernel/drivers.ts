// Kernels from source with drivers that tests hold in their hands.

import { onTestFinished } from "vitest";
import { tablesBehind } from "../../src/kernel/driver-calls.js";
import { createKernel, type Kernel, type KernelOptions } from "../../src/kernel/kernel.js";
import type { KernelInterface } from "../../src/kernel/kernel-interface.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import type {
  DriverProcess,
  ProcessContext,
  RuntimeDriver,
} from "../../src/kernel/runtime-driver.js";
import { idleProcess } from "../driver-process.js";

/** A process of a `Puppets` driver: the test says what it does. */
export class Puppet {
  readonly context: ProcessContext;
  readonly command: string;
  readonly args: readonly string[];
  readonly process: DriverProcess;
  readonly exit: (code: number) => void;
  /** What the kernel asked of it. */
  readonly calls: string[] = [];

  constructor(command: string, args: readonly string[], context: ProcessContext) {
    this.command = command;
    this.args = args;
    this.context = context;
    const { process, exit } = idleProcess();
    this.exit = exit;
    this.process = process;
    process.kill = (signal) => {
      this.calls.push(`kill ${signal}`);
      exit(128 + signal);
    };
    process.writeStdin = (data) => void this.calls.push(`stdin ${new TextDecoder().decode(data)}`);
    process.closeStdin = () => void this.calls.push("stdin closed");
  }

  write(text: string): void {
    this.process.onStdout?.(new TextEncoder().encode(text));
  }
}

/** A driver whose processes are puppets; `onSpawn` runs within its `spawn`. */
export class Puppets implements RuntimeDriver {
  readonly name: string;
  readonly commands: string[];
  readonly all: Puppet[] = [];
  readonly #onSpawn: (puppet: Puppet, ki: KernelInterface) => void;
  #ki: KernelInterface | undefined;

  constructor(
    command = "puppet",
    onSpawn: (puppet: Puppet, ki: KernelInterface) => void = () => {},
  ) {
    this.name = `${command}-driver`;
    this.commands = [command];
    this.#onSpawn = onSpawn;
  }

  get ki(): KernelInterface {
    if (!this.#ki) throw new Error(`${this.name} is not mounted`);
    return this.#ki;
  }

  get last(): Puppet {
    const puppet = this.all.at(-1);
    if (!puppet) throw new Error("nothing was spawned");
    return puppet;
  }

  async init(ki: KernelInterface): Promise<void> {
    this.#ki = ki;
  }

  spawn(command: string, args: string[], context: ProcessContext): DriverProcess {
    const puppet = new Puppet(command, args, context);
    this.all.push(puppet);
    this.#onSpawn(puppet, this.ki);
    return puppet.process;
  }

  async dispose(): Promise<void> {}
}

/** A kernel with `drivers`, disposed when the test ends, and the tables behind it. */
export async function bootKernel(
  drivers: Puppets[],
  options: Partial<KernelOptions> = {},
): Promise<{ kernel: Kernel; tables: KernelTables }> {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem(), ...options });
  onTestFinished(() => kernel.dispose());
  for (const driver of drivers) await kernel.mount(driver);
  const [first] = drivers;
  if (!first) throw new Error("the tables are found through a driver");
  return { kernel, tables: tablesBehind(first.ki) };
}

/** Lets everything happen that is due now: microtasks, timers of 0 ms, immediates. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
