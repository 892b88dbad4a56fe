/**
 * What one call of the host application may use: the limits of the process that it starts and of all
 * that descend from it (its family), and what they have used. Limits that the call did not set are
 * the kernel's.
 */
import { type CallLimits, isCallLimit, type LimitReached, type OnLimit } from "./call-limits.js";
import { totalMs } from "./cpu-time.js";
import { KernelError } from "./kernel-error.js";
import type { Limits } from "./limits.js";
import type { Process } from "./process.js";

/** How many different limits of how many processes are told: what a guest reaches, the host hears. */
const TOLD_MAX = 1000;

/** What the default store holds. */
export interface StoreUsage {
  readonly bytes: number;
  readonly inodes: number;
}

export class Allowance {
  readonly limits: Readonly<Limits>;
  /** Whether the call has limits of its own. */
  readonly isOwn: boolean;
  /** Whether the call limits by how much the default store may grow. */
  readonly limitsStore: boolean;
  /** The first limit that has ended a process of the family. */
  ended: LimitReached | null = null;
  /** Whether the family's time is up: it gets no new members. */
  isOver = false;
  readonly #members = new Set<Process>();
  readonly #onLimit: OnLimit | undefined;
  readonly #told = new Set<string>();
  /** CPU time of members that have ended, in ms. */
  #spentMs = 0;
  #grown: StoreUsage = { bytes: 0, inodes: 0 };
  /** Told when the last member has ended. */
  onEmpty: (() => void) | undefined;
  /** Told when a member may compute less than before: RLIMIT_CPU. */
  onCpuLimit: (() => void) | undefined;

  constructor(kernel: Readonly<Limits>, call: CallLimits = {}, onLimit?: OnLimit) {
    this.limits = limitsOf(kernel, call);
    this.isOwn = Object.keys(call).length > 0;
    this.limitsStore = call.fileSystemBytes !== undefined || call.inodes !== undefined;
    this.#onLimit = onLimit;
  }

  /** Those that have not ended. */
  get members(): ReadonlySet<Process> {
    return this.#members;
  }

  get cpuMs(): number {
    let sum = this.#spentMs;
    for (const { cpu } of this.#members) sum += totalMs(cpu.own);
    return sum;
  }

  add(process: Process): void {
    this.#members.add(process);
  }

  /** The process has ended, or was never started. */
  remove(process: Process): void {
    if (!this.#members.delete(process)) return;
    this.#spentMs += totalMs(process.cpu.own);
    if (this.#members.size === 0) this.onEmpty?.();
  }

  /** How many open descriptions of a kind its members have. */
  countOpen(kind: string): number {
    const found = new Set<object>();
    for (const { fds } of this.#members) {
      for (const fd of fds.numbers()) {
        const description = fds.get(fd);
        if ("kind" in description && description.kind === kind) found.add(description);
      }
    }
    return found.size;
  }

  /** Whether the call has made the store grow by as much as it may. */
  isStoreFull(limit: "fileSystemBytes" | "inodes"): boolean {
    const { bytes, inodes } = this.#grown;
    return this.limitsStore && (limit === "inodes" ? inodes : bytes) >= this.limits[limit];
  }

  /** Notes by how much a call has made the store grow, or shrink. */
  grew(before: StoreUsage, after: StoreUsage): void {
    this.#grown = {
      bytes: this.#grown.bytes + after.bytes - before.bytes,
      inodes: this.#grown.inodes + after.inodes - before.inodes,
    };
  }

  /**
   * Tells of a limit, once a process.
   * @param value - What it is, where that is not what the call or the kernel has set.
   */
  tell(
    process: Process | null,
    limit: keyof Limits,
    isDeadly = false,
    value = this.limits[limit],
  ): LimitReached {
    const { pid, command } = process ?? { pid: 0, command: "" };
    const reached = { limit, value, pid, command, isDeadly };
    if (isDeadly) this.ended ??= reached;
    const key = `${limit} ${pid}`;
    if (this.#told.has(key) || this.#told.size >= TOLD_MAX) return reached;
    this.#told.add(key);
    this.#onLimit?.(reached);
    return reached;
  }
}

/** The call's own limits over the kernel's; counts of what all calls share are never above those. */
function limitsOf(kernel: Readonly<Limits>, call: CallLimits): Limits {
  const limits: Limits = { ...kernel };
  for (const [name, value] of Object.entries(call)) {
    if (!isCallLimit(name) || value === undefined) throw invalid(`no limit ${name} of a call`);
    if (!(value > 0)) throw invalid(`the limit ${name} must be above 0, not ${value}`);
    limits[name] = SHARED.has(name) ? Math.min(value, kernel[name]) : value;
  }
  return limits;
}

const SHARED: ReadonlySet<string> = new Set<keyof CallLimits>([
  "processes",
  "spawnDepth",
  "descriptors",
  "pipes",
  "sockets",
  "timers",
  "fileBytes",
]);

function invalid(detail: string): KernelError {
  return new KernelError("EINVAL", detail);
}
