/**
 * What a runtime driver is: the interface a third party implements, as the custom-driver page
 * fixes it, and the types it meets on the way.
 */
import type { Timing } from "./clocks.js";
import type { CpuTime } from "./cpu-time.js";
import type { KernelInterface } from "./kernel-interface.js";
import type { Limits } from "./limits.js";

/** Everything a driver needs to set up one process. */
export interface ProcessContext {
  /** The new process's id. */
  pid: number;
  /** Its parent's, or 0 when the host application started it. */
  ppid: number;
  /** What the starter wants `argv[0]` to be; absent: the command. */
  argv0?: string;
  env: Record<string, string>;
  cwd: string;
  /** The process's standard descriptors, for `KernelInterface.fdRead` and `fdWrite`. */
  fds: { stdin: number; stdout: number; stderr: number };
  /** `coarse`: the clocks that it reads go in steps of 1 ms; so the driver's have to. */
  timing?: Timing;
  /** The limits of the process; those of its memory are the driver's to keep. */
  limits?: Readonly<Limits>;
  /** Takes output during `spawn`, before the kernel has set the callbacks of the DriverProcess. */
  onStdout?: (data: Uint8Array) => void;
  onStderr?: (data: Uint8Array) => void;
  /** For a file of the file system that the driver runs by one of its `formats`: what is in it. */
  executable?: ExecutableFile;
  /** What the host application gives the driver for this process, and no guest ever can. */
  hostData?: unknown;
}

/** A file to run. */
export interface ExecutableFile {
  /** Its path. */
  readonly path: string;
  /** Its size in bytes. */
  readonly size: number;
  /** Reads all of it. Throws a `KernelError` when that fails. */
  read(): Uint8Array;
}

/** A running process, as its driver shows it to the kernel. */
export interface DriverProcess {
  /** Gets the process's standard input, chunk by chunk. A returned promise is awaited. */
  writeStdin(data: Uint8Array): void | Promise<void>;
  /** Called at the end of the standard input. */
  closeStdin(): void;
  /**
   * Ends the process; only called for signals whose default action does so. The exit code to
   * report is 128 + `signal`.
   */
  kill(signal: number): void;
  /**
   * Gets the other signals but SIGSTOP; answers whether it took care of the signal, which then does
   * not stop the process.
   */
  onSignal?(signal: number): boolean;
  /**
   * The process is stopped until `onContinue` is called. The kernel withholds its answers and its
   * output meanwhile; a driver that can should stop the computing, too. `kill` still ends it.
   */
  onStop?(): void;
  onContinue?(): void;
  /** What it has computed until now, where the driver can measure that; asked at its end for the last time. */
  cpuTime?(): CpuTime | null;
  /** Resolves with the exit code. */
  wait(): Promise<number>;
  /** Set by the kernel after `spawn` has returned. */
  onExit: ((code: number) => void) | null;
  onStdout: ((data: Uint8Array) => void) | null;
  onStderr: ((data: Uint8Array) => void) | null;
}

export interface RuntimeDriver {
  /** Unique among the drivers of a kernel. */
  name: string;
  /** The commands this driver runs. */
  commands: string[];
  /**
   * How its processes do standard input and output: `callbacks` (the default) by the functions of
   * `DriverProcess`, `descriptors` by reading and writing descriptors 0, 1 and 2 themselves.
   */
  stdio?: "callbacks" | "descriptors";
  /** How files begin that this driver runs, whatever their name; `spawn` gets them in `ctx.executable`. */
  formats?: readonly (readonly number[])[];
  /** Called once, when it is mounted. */
  init(kernel: KernelInterface): Promise<void>;
  /** Starts a process. Must return synchronously. */
  spawn(command: string, args: string[], ctx: ProcessContext): DriverProcess;
  /** Frees everything. Called by `kernel.dispose()`. */
  dispose(): Promise<void>;
}
