/**
 * The resource limits of a process (getrlimit(2)): read, set, inherited. Enforced are NOFILE by the
 * descriptor table, NPROC by spawn, FSIZE by writing, CPU by the `AllowanceKeeper` (soft in s: SIGXCPU, hard:
 * SIGKILL); SIGPENDING is what the pending set has. The others are kept as set: what a guest computes with is limited by its runtime.
 */
import { type Errno, errno } from "./errno.js";
import { type Limits, queuedSignals } from "./limits.js";

/** RLIM_INFINITY */
export const NO_LIMIT = Number.POSITIVE_INFINITY;

export const RLIMIT_CPU = 0;
export const RLIMIT_FSIZE = 1;
export const RLIMIT_NPROC = 6;
export const RLIMIT_NOFILE = 7;
const RLIMIT_STACK = 3;
const RLIMIT_CORE = 4;
const RLIMIT_SIGPENDING = 11;
const RLIMIT_NICE = 13;
const RLIMIT_RTPRIO = 14;
/** How many resources Linux knows: numbers go from 0 to 15. */
const RESOURCES = 16;

const STACK_BYTES = 8 * 1024 * 1024;

export interface ResourceLimit {
  /** What is enforced. */
  readonly soft: number;
  /** How far the process may raise it. */
  readonly hard: number;
}

export class ResourceLimits {
  readonly #limits: ResourceLimit[];
  readonly #ceilings: ReadonlyMap<number, number>;

  private constructor(limits: ResourceLimit[], ceilings: ReadonlyMap<number, number>) {
    this.#limits = limits;
    this.#ceilings = ceilings;
  }

  /** Those of a process of the host application: what its call may use, of what the kernel has. */
  static of(call: Limits, kernel: Limits): ResourceLimits {
    // That is as high as one process can get, root's included.
    const ceilings = new Map([
      [RLIMIT_NOFILE, call.descriptors],
      [RLIMIT_NPROC, call.processes],
      [RLIMIT_SIGPENDING, queuedSignals],
    ]);
    // The kernel's own is the store's.
    if (call.fileBytes < kernel.fileBytes) ceilings.set(RLIMIT_FSIZE, call.fileBytes);
    const limits = Array.from({ length: RESOURCES }, (_, resource): ResourceLimit => {
      const ceiling = ceilings.get(resource);
      if (ceiling !== undefined) return { soft: ceiling, hard: ceiling };
      if (resource === RLIMIT_NICE || resource === RLIMIT_RTPRIO) return { soft: 0, hard: 0 };
      if (resource === RLIMIT_STACK) return { soft: STACK_BYTES, hard: NO_LIMIT };
      return { soft: resource === RLIMIT_CORE ? 0 : NO_LIMIT, hard: NO_LIMIT };
    });
    return new ResourceLimits(limits, ceilings);
  }

  /** A child's. */
  copy(): ResourceLimits {
    return new ResourceLimits([...this.#limits], this.#ceilings);
  }

  get(resource: number): ResourceLimit | Errno {
    return this.#limits[resource] ?? errno.EINVAL;
  }

  soft(resource: number): number {
    return this.#limits[resource]?.soft ?? NO_LIMIT;
  }

  /**
   * @param isPrivileged - Whether the process may raise its hard limits; never above the kernel's.
   * @returns EINVAL: no such resource, or soft above hard; EPERM.
   */
  set(resource: number, limit: ResourceLimit, isPrivileged: boolean): undefined | Errno {
    const old = this.#limits[resource];
    if (!old || limit.soft > limit.hard) return errno.EINVAL;
    if (limit.hard > old.hard && !isPrivileged) return errno.EPERM;
    if (limit.hard > (this.#ceilings.get(resource) ?? NO_LIMIT)) return errno.EPERM;
    this.#limits[resource] = limit;
    return undefined;
  }
}
