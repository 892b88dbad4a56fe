/**
 * Ends a family whose time is up: the kill ladder. First a signal that a program can catch
 * (SIGXCPU for CPU time, SIGTERM for wall time), a second later SIGKILL. RLIMIT_CPU of single
 * processes is kept here too: SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one.
 */
import type { Allowance } from "./allowance.js";
import { totalMs } from "./cpu-time.js";
import { Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { RLIMIT_CPU } from "./resource-limits.js";
import { SIGCONT, SIGKILL, SIGTERM, SIGXCPU } from "./signals.js";
import { Blocked } from "./wait.js";

/** How long a family has to end itself between the first signal and SIGKILL. */
const GRACE_MS = 1000;
/** setTimeout takes at most this many milliseconds (25 days). */
const LONGEST_TIMER_MS = 0x7fffffff;
/** Clocks of processes go in steps of 10 ms: to look more often tells nothing. */
const SHORTEST_LOOK_MS = 10;
/** What is left is looked at again when this many processors could have used it up. */
const PROCESSORS = 4;
const MS_PER_S = 1000;

export class AllowanceKeeper {
  readonly #processes: ProcessTable;
  readonly #allowance: Allowance;
  #wallTimer: ReturnType<typeof setTimeout> | undefined;
  #cpuTimer: ReturnType<typeof setTimeout> | undefined;
  /** When a process that is over its soft RLIMIT_CPU hears of it again, by its own clock. */
  readonly #nextSignalMs = new WeakMap<Process, number>();

  constructor(processes: ProcessTable, allowance: Allowance) {
    this.#processes = processes;
    this.#allowance = allowance;
    allowance.onEmpty = () => this.#stop();
    allowance.onCpuLimit = () => this.#look();
    const { wallMs } = allowance.limits;
    if (wallMs < LONGEST_TIMER_MS) {
      this.#wallTimer = setTimeout(() => this.#end("wallMs", SIGTERM), wallMs);
    }
    this.#look();
  }

  #stop(): void {
    clearTimeout(this.#wallTimer);
    clearTimeout(this.#cpuTimer);
  }

  /** Compares CPU times with their limits, and comes back when one could be reached. */
  #look(): void {
    clearTimeout(this.#cpuTimer);
    const { limits, cpuMs, isOver, members } = this.#allowance;
    if (isOver || members.size === 0) return;
    let leftMs = limits.cpuMs - cpuMs;
    if (leftMs <= 0) {
      this.#end("cpuMs", SIGXCPU);
      return;
    }
    for (const process of members) leftMs = Math.min(leftMs, this.#keepResourceLimit(process));
    const delayMs = Math.max(SHORTEST_LOOK_MS, leftMs / PROCESSORS);
    if (delayMs > LONGEST_TIMER_MS) return;
    this.#cpuTimer = setTimeout(() => this.#look(), delayMs);
  }

  /** What a process may compute before it has to be looked at for its RLIMIT_CPU, in ms. */
  #keepResourceLimit(process: Process): number {
    const limit = process.limits.get(RLIMIT_CPU);
    if (limit instanceof Errno || limit.soft === Number.POSITIVE_INFINITY)
      return Number.POSITIVE_INFINITY;
    const usedMs = totalMs(process.cpu.own);
    const nextMs = Math.max(limit.soft * MS_PER_S, this.#nextSignalMs.get(process) ?? 0);
    if (usedMs >= limit.hard * MS_PER_S) this.#processes.deliver(process, SIGKILL);
    else if (usedMs >= nextMs) {
      this.#nextSignalMs.set(process, usedMs + MS_PER_S);
      this.#processes.deliver(process, SIGXCPU);
    }
    return Math.max(SHORTEST_LOOK_MS, Math.min(nextMs, limit.hard * MS_PER_S) - usedMs);
  }

  #end(limit: "cpuMs" | "wallMs", signal: number): void {
    if (this.#allowance.isOver) return;
    const culprit = mostBusy(this.#allowance.members);
    if (!culprit) return;
    this.#stop();
    this.#allowance.isOver = true;
    const { value } = this.#allowance.tell(culprit, limit, true);
    complain(culprit, `limit of ${limit} reached (${value} ms)`);
    this.#wallTimer = setTimeout(() => this.#deliver([SIGKILL]), GRACE_MS);
    this.#deliver([signal, SIGCONT]);
  }

  #deliver(signals: readonly number[]): void {
    for (const process of [...this.#allowance.members]) {
      for (const signal of signals) this.#processes.deliver(process, signal);
    }
  }
}

/** The member that has computed most; the oldest of equals. */
function mostBusy(members: ReadonlySet<Process>): Process | undefined {
  let found: Process | undefined;
  for (const process of members) {
    if (!found || totalMs(process.cpu.own) > totalMs(found.cpu.own)) found = process;
  }
  return found;
}

/** A line on the process's standard error, as much of it as there is room for: nobody waits for it. */
export function complain(process: Process, text: string): void {
  const stderr = process.fds.get(2);
  if (stderr instanceof Errno) return;
  const written = stderr.write(new TextEncoder().encode(`${process.command}: ${text}\n`));
  if (written instanceof Blocked) written.interrupted(errno.EAGAIN);
}
