/**
 * What a new process has otherwise than its parent: group, session and signals, as the attributes of
 * posix_spawn(3) say it. Set before its driver hears of it, so that a shell's jobs have no races.
 */
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import type { Pty } from "./pty.js";
import type { SignalSet } from "./signal-set.js";
import { SIGTTOU } from "./signals.js";

export interface SpawnAttributes {
  /** POSIX_SPAWN_SETPGROUP: the group to be in; 0 is one of its own. */
  readonly group?: number | undefined;
  /** POSIX_SPAWN_SETSID: it leads a session of its own. */
  readonly newSession?: boolean | undefined;
  /** POSIX_SPAWN_SETSIGDEF: signals that do what they do by default, whatever the parent ignores. */
  readonly defaultSignals?: SignalSet | undefined;
  /** POSIX_SPAWN_SETSIGMASK: the signal mask. */
  readonly blockedSignals?: SignalSet | undefined;
  /** POSIX_SPAWN_TCSETPGROUP: its group comes to the foreground of this terminal, the parent's controlling one. */
  readonly foregroundOf?: Pty | undefined;
}

/**
 * EINVAL: a negative group; EPERM: one that is not in the parent's session, or a leader's; the terminal for
 * a new session, or by a parent in the background that tcsetpgrp(3) would stop.
 */
export function checkAttributes(
  processes: ProcessTable,
  parent: Process | null,
  { group, newSession, foregroundOf }: SpawnAttributes,
): Errno | undefined {
  if (foregroundOf && (newSession || !parent || !mayGive(parent, foregroundOf))) return errno.EPERM;
  if (group === undefined) return undefined;
  if (group < 0) return errno.EINVAL;
  if (newSession) return errno.EPERM;
  if (group === 0) return undefined;
  return parent && processes.isGroupOf(group, parent.sid) ? undefined : errno.EPERM;
}

function mayGive(parent: Process, terminal: Pty): boolean {
  if (terminal.sid !== parent.sid) return false;
  if (terminal.foregroundPgid === 0 || terminal.foregroundPgid === parent.pgid) return true;
  return parent.ignoredSignals.has(SIGTTOU) || parent.blockedSignals.has(SIGTTOU);
}

export function applyAttributes(process: Process, attributes: SpawnAttributes): void {
  const { group, newSession, defaultSignals, blockedSignals, foregroundOf } = attributes;
  if (newSession) process.sid = process.pid;
  if (newSession || group === 0) process.pgid = process.pid;
  else if (group !== undefined) process.pgid = group;
  foregroundOf?.setForeground(process.pgid);
  for (const signal of defaultSignals ?? []) process.ignoredSignals.delete(signal);
  if (blockedSignals) process.blockedSignals = blockedSignals;
}
