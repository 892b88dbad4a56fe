/**
 * What a new process has otherwise than its parent: group, session and signals, as the attributes of
 * posix_spawn(3) say it. Set before its driver hears of it, so that a shell's jobs have no races.
 */
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import type { SignalSet } from "./signal-set.js";

export interface SpawnAttributes {
  /** POSIX_SPAWN_SETPGROUP: the group to be in; 0 is one of its own. */
  readonly group?: number | undefined;
  /** POSIX_SPAWN_SETSID: it leads a session of its own. */
  readonly newSession?: boolean | undefined;
  /** POSIX_SPAWN_SETSIGDEF: signals that do what they do by default, whatever the parent ignores. */
  readonly defaultSignals?: SignalSet | undefined;
  /** POSIX_SPAWN_SETSIGMASK: the signal mask. */
  readonly blockedSignals?: SignalSet | undefined;
}

/** EINVAL: a negative group; EPERM: one that is not in the parent's session, or a leader's. */
export function checkAttributes(
  processes: ProcessTable,
  parent: Process | null,
  { group, newSession }: SpawnAttributes,
): Errno | undefined {
  if (group === undefined) return undefined;
  if (group < 0) return errno.EINVAL;
  if (newSession) return errno.EPERM;
  if (group === 0) return undefined;
  return parent && processes.isGroupOf(group, parent.sid) ? undefined : errno.EPERM;
}

export function applyAttributes(process: Process, attributes: SpawnAttributes): void {
  const { group, newSession, defaultSignals, blockedSignals } = attributes;
  if (newSession) process.sid = process.pid;
  if (newSession || group === 0) process.pgid = process.pid;
  else if (group !== undefined) process.pgid = group;
  for (const signal of defaultSignals ?? []) process.ignoredSignals.delete(signal);
  if (blockedSignals) process.blockedSignals = blockedSignals;
}
