/**
 * What processes have computed, in ms: getrusage(2), times(2). Only a driver can measure its
 * processes; the kernel adds up. What a process had computed when it ended is its parent's once the
 * parent has waited for it (POSIX, `times`).
 */

/** Both in ms. */
export interface CpuTime {
  readonly userMs: number;
  readonly systemMs: number;
}

export const noCpuTime: CpuTime = Object.freeze({ userMs: 0, systemMs: 0 });

export function addCpuTimes(left: CpuTime, right: CpuTime): CpuTime {
  return { userMs: left.userMs + right.userMs, systemMs: left.systemMs + right.systemMs };
}

export function totalMs({ userMs, systemMs }: CpuTime): number {
  return userMs + systemMs;
}

export class CpuMeter {
  /** Of children that have been waited for, theirs included. */
  children: CpuTime = noCpuTime;
  /** Answers null when it can't tell (any more). */
  #measure: (() => CpuTime | null) | null = null;
  #last: CpuTime = noCpuTime;

  /** Its own; what was measured last when the driver can't tell any more. Never goes back. */
  get own(): CpuTime {
    const now = this.#measure?.();
    if (now) {
      const { userMs, systemMs } = this.#last;
      this.#last = {
        userMs: Math.max(userMs, now.userMs),
        systemMs: Math.max(systemMs, now.systemMs),
      };
    }
    return this.#last;
  }

  /** Its own and that of the children it has waited for. */
  get all(): CpuTime {
    return addCpuTimes(this.own, this.children);
  }

  /** From now on this measures. */
  start(measure: () => CpuTime | null): void {
    this.#measure = measure;
  }

  /** The process ends: what it has now is what it had. */
  stop(): void {
    this.#last = this.own;
    this.#measure = null;
  }
}
