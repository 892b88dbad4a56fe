/** Limits of one call of the host application, and what is said of a limit that was reached. */
import type { Limits } from "./limits.js";

/** The limits that a call may set for itself. */
const callLimitNames = [
  "cpuMs",
  "wallMs",
  "heapBytes",
  "wasmBytes",
  "processes",
  "spawnDepth",
  "descriptors",
  "pipes",
  "sockets",
  "timers",
  "fileSystemBytes",
  "fileBytes",
  "inodes",
  "capturedBytes",
] as const;

/**
 * Limits for the process that a call starts and all that descend from it: times, counts and
 * disk space are those of all of them together, the others of each. What a call leaves out is the
 * kernel's; counts can only be lowered. `fileSystemBytes` and `inodes` limit by how much the call may
 * make the default store grow.
 */
export type CallLimits = Partial<Pick<Limits, (typeof callLimitNames)[number]>>;

export function isCallLimit(name: string): name is keyof CallLimits {
  return (callLimitNames as readonly string[]).includes(name);
}

/** A limit that was reached, and by whom. */
export interface LimitReached {
  readonly limit: keyof Limits;
  /** What it is set to. */
  readonly value: number;
  /** The process; 0: the host application itself. */
  readonly pid: number;
  readonly command: string;
  /** Whether it is the end of the process: time or memory is used up. Otherwise a call was refused. */
  readonly isDeadly: boolean;
}

/** Hears of limits that were reached; of each limit once a process. */
export type OnLimit = (reached: LimitReached) => void;
