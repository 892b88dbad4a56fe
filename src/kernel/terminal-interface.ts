/**
 * The terminal calls of a driver's `KernelInterface`, on a process that it runs: `terminal-control.ts` with
 * errors thrown. Two of them are lower than any system call, `ptySetDiscipline` and `ptySetForegroundPgid`:
 * job control does not look at them, and the terminal need not be the controlling one.
 */
import { Errno } from "./errno.js";
import { KernelError, orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import {
  checkGroup,
  getAttributes,
  getForeground,
  isTerminal,
  openTerminal,
  setAttributes,
  setForeground,
  TCSANOW,
  terminalOf,
} from "./terminal-control.js";
import { changedTermios, type Termios, type TermiosChange } from "./termios.js";
import { Blocked, type Outcome } from "./wait.js";

/** What `ptySetDiscipline` sets; what is left out stays. */
export interface PtyDiscipline {
  /** Buffer until newline. */
  canonical?: boolean;
  /** Echo input back. */
  echo?: boolean;
  /** ^C, ^\ and ^Z raise signals. */
  isig?: boolean;
}

/** A terminal's two descriptors, and the path of its slave. */
export interface PtyPair {
  masterFd: number;
  slaveFd: number;
  /** `/dev/pts/N`. */
  path: string;
}

export function openPty(tables: KernelTables, process: Process): PtyPair {
  const { masterFd, slaveFd, pty } = orThrow(openTerminal(tables, process, false));
  return { masterFd, slaveFd, path: pty.path };
}

export function isatty(process: Process, fd: number): boolean {
  return orThrow(isTerminal(process, fd));
}

export function setDiscipline(process: Process, fd: number, config: PtyDiscipline): void {
  const pty = orThrow(terminalOf(process, fd));
  const { canonical: icanon, echo, isig } = config;
  const change = Object.entries({ icanon, echo, isig }).filter(([, value]) => value !== undefined);
  pty.setTermios(orThrow(changedTermios(pty.termios, Object.fromEntries(change)), "config"));
}

/** Sets who gets ^C. ESRCH: no such group; EPERM: of another session. */
export function setForegroundPgid(
  tables: KernelTables,
  process: Process,
  fd: number,
  pgid: number,
): void {
  const pty = orThrow(terminalOf(process, fd));
  orThrow(checkGroup(tables, process, pgid), `pgid ${pgid}`);
  pty.setForeground(pgid);
}

export function tcgetattr(process: Process, fd: number): Termios {
  return orThrow(getAttributes(process, fd));
}

export function tcsetattr(
  tables: KernelTables,
  process: Process,
  fd: number,
  change: TermiosChange,
): void {
  const changed = (current: Termios) => changedTermios(current, change);
  now(setAttributes(tables, process, fd, TCSANOW, changed));
}

/** POSIX's; a terminal that belongs to no session yet takes any group of the caller's. */
export function tcsetpgrp(tables: KernelTables, process: Process, fd: number, pgid: number): void {
  if (orThrow(terminalOf(process, fd)).sid === 0) setForegroundPgid(tables, process, fd, pgid);
  else now(setForeground(tables, process, fd, pgid), `pgid ${pgid}`);
}

/** POSIX's; for a terminal that belongs to no session what was set, or 0. */
export function tcgetpgrp(tables: KernelTables, process: Process, fd: number): number {
  const pty = orThrow(terminalOf(process, fd));
  return pty.sid === 0 ? pty.foregroundPgid : orThrow(getForeground(tables, process, fd));
}

/** The answer of a call that can't wait: a process that the call has stopped finds it cut short. */
function now<T>(outcome: Outcome<T>, detail?: string): T {
  if (outcome instanceof Blocked) throw new KernelError("EINTR", "stopped by SIGTTOU");
  if (outcome instanceof Errno) throw new KernelError(outcome.code, detail);
  return outcome;
}
