/**
 * What a new process has otherwise than its parent: group, session, user and signals, as the attributes of
 * posix_spawn(3) say it. Set before its driver hears of it, so that a shell's jobs have no races.
 */
import { setGroups, setId } from "./change-credentials.js";
import type { Credentials } from "./credentials.js";
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
  /** Becomes this user, and leaves the supplementary groups, as libuv's children do. */
  readonly userId?: number | undefined;
  readonly groupId?: number | undefined;
}

/**
 * EINVAL: a negative group; EPERM: one that is not in the parent's session, or a leader's; the terminal for
 * a new session, or by a parent in the background that tcsetpgrp(3) would stop.
 */
export function checkAttributes(
  processes: ProcessTable,
  parent: Process | null,
  { group, newSession, foregroundOf, userId, groupId }: SpawnAttributes,
): Errno | undefined {
  const refused = parent && changeIds(parent.credentials.copy(), userId, groupId);
  if (refused) return refused;
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

/** Group first: a user who has become another one may not change it. */
function changeIds(
  credentials: Credentials,
  userId: number | undefined,
  groupId: number | undefined,
): Errno | undefined {
  if (userId === undefined && groupId === undefined) return undefined;
  // Who may not do it keeps the groups.
  setGroups(credentials, []);
  const refused = groupId === undefined ? undefined : setId(credentials, "group", groupId);
  return refused ?? (userId === undefined ? undefined : setId(credentials, "user", userId));
}

export function applyAttributes(process: Process, attributes: SpawnAttributes): void {
  const { group, newSession, defaultSignals, blockedSignals, foregroundOf } = attributes;
  changeIds(process.credentials, attributes.userId, attributes.groupId);
  if (newSession) process.sid = process.pid;
  if (newSession || group === 0) process.pgid = process.pid;
  else if (group !== undefined) process.pgid = group;
  foregroundOf?.setForeground(process.pgid);
  for (const signal of defaultSignals ?? []) process.ignoredSignals.delete(signal);
  if (blockedSignals) process.blockedSignals = blockedSignals;
}
