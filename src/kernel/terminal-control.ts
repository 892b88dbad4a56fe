/**
 * What may be asked of a terminal's descriptor: attributes, groups, sessions, sizes (tcgetattr(3) and the
 * like, tty_ioctl(4)). A change from the background meets job control. Everything else about the master and
 * the slave is the same, as on Linux: both lead to the one terminal.
 *
 * Typing on behalf of others (TIOCSTI) does not exist.
 */
import { Errno, errno } from "./errno.js";
import { checkForeground } from "./job-control.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import type { Pty, WindowSize } from "./pty.js";
import { PtyMaster } from "./pty-master.js";
import { PtySlave } from "./pty-slave.js";
import { SIGTTOU } from "./signals.js";
import { copyTermios, type Termios } from "./termios.js";
import type { Blocked, Outcome } from "./wait.js";

export const TCSANOW = 0;
export const TCSADRAIN = 1;
export const TCSAFLUSH = 2;
export const TCIFLUSH = 0;
export const TCOFLUSH = 1;
export const TCIOFLUSH = 2;
export const TCOOFF = 0;
export const TCOON = 1;
export const TCIOFF = 2;
export const TCION = 3;

/** The terminal that `fd` leads to. EBADF, ENOTTY; EIO when its master is closed. */
export function terminalOf(process: Process, fd: number): Pty | Errno {
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  if (!(description instanceof PtySlave || description instanceof PtyMaster)) return errno.ENOTTY;
  return description.pty.isHungUp ? errno.EIO : description.pty;
}

/** Whether `fd` is the slave of a terminal. EBADF. */
export function isTerminal(process: Process, fd: number): boolean | Errno {
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  return description instanceof PtySlave && !description.pty.isHungUp;
}

/** Makes a terminal with both sides in the process's table, or none. ENOSPC, EMFILE. */
export function openTerminal(
  tables: KernelTables,
  process: Process,
  closeOnExec: boolean,
): { masterFd: number; slaveFd: number; pty: Pty } | Errno {
  const pair = tables.terminals.createPair(process.actor.uid);
  if (pair instanceof Errno) return pair;
  const { master, slave } = pair;
  // Held until both have a number: what has none is closed by it.
  master.retain();
  slave.retain();
  const masterFd = process.fds.allocate(master, closeOnExec);
  const slaveFd = masterFd instanceof Errno ? masterFd : process.fds.allocate(slave, closeOnExec);
  if (slaveFd instanceof Errno && !(masterFd instanceof Errno)) process.fds.close(masterFd);
  slave.release();
  master.release();
  if (masterFd instanceof Errno) return masterFd;
  return slaveFd instanceof Errno ? slaveFd : { masterFd, slaveFd, pty: master.pty };
}

export function getAttributes(process: Process, fd: number): Termios | Errno {
  const pty = terminalOf(process, fd);
  return pty instanceof Errno ? pty : copyTermios(pty.termios);
}

/**
 * tcsetattr(3). Output is with the master as soon as it is written, so that TCSADRAIN has nothing to wait for.
 * @param change - The new attributes, from those there are.
 */
export function setAttributes(
  tables: KernelTables,
  process: Process,
  fd: number,
  action: number,
  change: (current: Termios) => Termios | Errno,
): Outcome<undefined> {
  if (action > TCSAFLUSH) return errno.EINVAL;
  return changeTerminal(tables, process, fd, (pty) => {
    const termios = change(pty.termios);
    if (termios instanceof Errno) return termios;
    if (action === TCSAFLUSH) pty.flushInput();
    pty.setTermios(termios);
    return undefined;
  });
}

/** tcflush(3). On the master input and output are the other way round. */
export function flush(
  tables: KernelTables,
  process: Process,
  fd: number,
  queue: number,
): Outcome<undefined> {
  if (queue > TCIOFLUSH) return errno.EINVAL;
  const isMaster = process.fds.get(fd) instanceof PtyMaster;
  return changeTerminal(tables, process, fd, (pty) => {
    const [input, output] = isMaster ? [TCOFLUSH, TCIFLUSH] : [TCIFLUSH, TCOFLUSH];
    if (queue !== output) pty.flushInput();
    if (queue !== input) pty.flushOutput();
    return undefined;
  });
}

/** tcflow(3). */
export function flow(
  tables: KernelTables,
  process: Process,
  fd: number,
  action: number,
): Outcome<undefined> {
  if (action > TCION) return errno.EINVAL;
  return changeTerminal(tables, process, fd, (pty) => {
    const { vstart, vstop } = pty.termios.cc;
    if (action === TCOOFF) pty.stopOutput();
    else if (action === TCOON) pty.startOutput();
    else pty.print(Uint8Array.of(action === TCIOFF ? vstop : vstart));
    return undefined;
  });
}

/** tcgetpgrp(3). ENOTTY: on the slave, for a terminal that does not control the caller's session. */
export function getForeground(tables: KernelTables, process: Process, fd: number): number | Errno {
  const pty = terminalOf(process, fd);
  if (pty instanceof Errno) return pty;
  const isMaster = process.fds.get(fd) instanceof PtyMaster;
  if (!isMaster && tables.terminals.controlledBy(process) !== pty) return errno.ENOTTY;
  return pty.foregroundPgid;
}

/** tcsetpgrp(3). ENOTTY; EINVAL: no group's number; ESRCH: no such group; EPERM: of another session. */
export function setForeground(
  tables: KernelTables,
  process: Process,
  fd: number,
  pgid: number,
): Outcome<undefined> {
  const outcome = changeTerminal(tables, process, fd, (pty) => {
    if (pgid < 0) return errno.EINVAL;
    if (tables.terminals.controlledBy(process) !== pty) return errno.ENOTTY;
    const refused = checkGroup(tables, process, pgid);
    if (refused) return refused;
    pty.setForeground(pgid);
    return undefined;
  });
  return outcome === errno.EIO ? errno.ENOTTY : outcome;
}

/** Whether `pgid` is a group of the caller's session. */
export function checkGroup(
  tables: KernelTables,
  process: Process,
  pgid: number,
): undefined | Errno {
  if (tables.processes.isGroupOf(pgid, process.sid)) return undefined;
  for (const other of tables.processes.all()) if (other.pgid === pgid) return errno.EPERM;
  return errno.ESRCH;
}

/** tcgetsid(3). */
export function getSession(tables: KernelTables, process: Process, fd: number): number | Errno {
  const pty = terminalOf(process, fd);
  if (pty instanceof Errno) return pty;
  const isMaster = process.fds.get(fd) instanceof PtyMaster;
  if (!isMaster && tables.terminals.controlledBy(process) !== pty) return errno.ENOTTY;
  return pty.sid === 0 ? errno.ENOTTY : pty.sid;
}

export function getSize(process: Process, fd: number): WindowSize | Errno {
  const pty = terminalOf(process, fd);
  return pty instanceof Errno ? pty : pty.size;
}

export function setSize(process: Process, fd: number, size: WindowSize): undefined | Errno {
  const pty = terminalOf(process, fd);
  if (pty instanceof Errno) return pty;
  pty.resize(size);
  return undefined;
}

/** Changes a terminal, once the caller may: in the background that stops its group (SIGTTOU). */
function changeTerminal(
  tables: KernelTables,
  process: Process,
  fd: number,
  change: (pty: Pty) => undefined | Errno,
): undefined | Errno | Blocked<undefined> {
  const pty = terminalOf(process, fd);
  if (pty instanceof Errno) return pty;
  const again = () => changeTerminal(tables, process, fd, change);
  return checkForeground(tables.processes, process, pty, SIGTTOU, again) ?? change(pty);
}
