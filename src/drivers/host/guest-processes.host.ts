/**
 * The guest host processes of one driver in one kernel: the driver's half of `guest-runtime.ts`.
 *
 * A guest that has to wait for a place is a process already: its start can't fail any more. It
 * starts when a place is free; when none is within 5 s it ends with exit code 126, as a command
 * that can't be run, and a line on its standard error that names EAGAIN and the limit.
 */
import type { KernelInterface } from "../../kernel/kernel-interface.js";
import { exitCodeOf } from "../../kernel/wait-status.js";
import type { RunningGuest } from "./driver-process.js";
import type { GuestProcess, GuestProgram } from "./guest-process.host.js";
import {
  type GuestProcessPool,
  guestProcessPool,
  NoProcess,
  type PoolOwner,
} from "./guest-process-pool.host.js";
import type { GuestStart } from "./guest-runtime.js";

/** The shell's exit code for a command that was found but can't be run. */
const CANNOT_RUN = 126;

/**
 * A runtime's guests, with the program of guest host processes: dist/ holds it beside this code's chunk.
 * @param stackKb - The stack that the runtime wants, where not V8's usual one.
 */
export function guestProgram(runtime: URL, stackKb?: number): GuestProgram {
  const host = new URL("./guest-host.cjs", import.meta.url);
  return { runtime, host, ...(stackKb !== undefined && { stackKb }) };
}

export class GuestProcesses implements PoolOwner {
  readonly program: GuestProgram;
  readonly #kernel: KernelInterface;
  readonly #pool: GuestProcessPool;

  constructor(
    kernel: KernelInterface,
    program: GuestProgram,
    pool: GuestProcessPool = guestProcessPool,
  ) {
    this.#kernel = kernel;
    this.#pool = pool;
    this.program = program;
  }

  /** Makes processes ahead of need, from now until `dispose`. */
  warmUp(): void {
    this.#pool.join(this);
  }

  /**
   * Runs a guest as process `start.pid`. Returns at once.
   * @param onExit - Called once with its exit code (128 + signal).
   */
  run(start: GuestStart, onExit: (code: number) => void): RunningGuest {
    let serving: GuestProcess | null = null;
    let isStopped = false;
    const stopWaiting = this.#pool.acquire(this, (process) => {
      if (process instanceof NoProcess) {
        this.#complain(start, process.reason);
        onExit(CANNOT_RUN);
        return;
      }
      try {
        serving = process;
        if (isStopped) process.stop();
        process.serve(this.#kernel, start, ({ waitStatus }) => {
          serving = null;
          onExit(exitCodeOf(waitStatus));
        });
      } catch {
        // ESRCH: its kernel process ended while it waited.
        process.kill();
        onExit(CANNOT_RUN);
      }
    });
    return {
      stop() {
        isStopped = true;
        serving?.stop();
      },
      continue() {
        isStopped = false;
        serving?.continue();
      },
      cpuTime: () => serving?.cpuTime ?? null,
      kill(signal) {
        stopWaiting();
        // The kernel ends the process, and that ends what serves it.
        onExit(128 + signal);
      },
    };
  }

  /** Ends all processes and resolves when they are gone. */
  async dispose(): Promise<void> {
    await this.#pool.leave(this);
  }

  #complain({ pid, command }: GuestStart, reason: string): void {
    const line = `${command}: EAGAIN: resource temporarily unavailable, ${reason}\n`;
    try {
      this.#kernel.fdWrite(pid, 2, new TextEncoder().encode(line));
    } catch {
      // Nobody reads its standard error.
    }
  }
}
