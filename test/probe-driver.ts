// A driver for tests that need to be a process: `start` spawns one that lives until the test ends it, and
// hands over its context, its driver half and the KernelInterface, so that the test can act as that process.

import type {
  DriverProcess,
  Kernel,
  KernelInterface,
  ManagedProcess,
  ProcessContext,
  RuntimeDriver,
  SpawnOptions,
} from "secure-exec/kernel";

export interface Probe {
  readonly ki: KernelInterface;
  readonly pid: number;
  readonly context: ProcessContext;
  readonly driverProcess: DriverProcess;
  readonly managed: ManagedProcess;
  /** What the kernel called on the driver's half, oldest first. */
  readonly calls: string[];
  exit(code: number): void;
}

type Spawned = Omit<Probe, "ki" | "pid" | "managed">;

export class ProbeDriver implements RuntimeDriver {
  readonly name: string;
  readonly commands: string[];
  #ki: KernelInterface | null = null;
  #last: Spawned | null = null;

  constructor(command = "probe") {
    this.name = `${command}-driver`;
    this.commands = [command];
  }

  async init(ki: KernelInterface): Promise<void> {
    if (this.#ki) throw new Error(`${this.name} is already initialised`);
    this.#ki = ki;
  }

  spawn(_command: string, _args: string[], context: ProcessContext): DriverProcess {
    if (!this.#ki) throw new Error(`${this.name} is not initialised`);
    const calls: string[] = [];
    let resolveExit: (code: number) => void = () => {};
    const exited = new Promise<number>((resolve) => {
      resolveExit = resolve;
    });
    const exit = (code: number): void => {
      resolveExit(code);
      driverProcess.onExit?.(code);
    };
    const driverProcess: DriverProcess = {
      writeStdin: (data) => void calls.push(`writeStdin ${Buffer.from(data).toString("utf8")}`),
      closeStdin: () => void calls.push("closeStdin"),
      kill: (signal) => {
        calls.push(`kill ${signal}`);
        exit(128 + signal);
      },
      wait: () => exited,
      onExit: null,
      onStdout: null,
      onStderr: null,
    };
    this.#last = { context, driverProcess, calls, exit };
    return driverProcess;
  }

  async dispose(): Promise<void> {
    this.#ki = null;
  }

  /** What was started last, as process `pid`, by another call than `start`. */
  adopt(pid: number): Omit<Probe, "managed"> {
    if (!this.#ki || !this.#last) throw new Error("the kernel did not spawn through this driver");
    return { ...this.#last, ki: this.#ki, pid };
  }

  /** What was spawned last, by whomever. */
  get last(): Spawned {
    if (!this.#last) throw new Error("nothing was spawned");
    return this.#last;
  }

  /** Spawns the command on `kernel`, where this driver is mounted. */
  start(kernel: Kernel, options?: SpawnOptions): Probe {
    const managed = kernel.spawn(this.commands[0] ?? "", [], options);
    if (!this.#ki || !this.#last) throw new Error("the kernel did not spawn through this driver");
    return { ...this.#last, ki: this.#ki, pid: managed.pid, managed };
  }
}
