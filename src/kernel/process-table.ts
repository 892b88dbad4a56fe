/**
 * All processes of a kernel: their ids, families, groups and ends. Ids are never reused.
 *
 * The end of a process is idempotent and always in this order: its waiting calls are abandoned,
 * its posted writes carried out, its descriptors closed, its children handed over, its parent and
 * listeners told.
 */
import { type Errno, errno } from "./errno.js";
import type { Limits } from "./limits.js";
import { Process, type ProcessIdentity } from "./process.js";
import type { DriverProcess } from "./runtime-driver.js";
import { defaultAction, SIGCHLD, SIGKILL, SIGNAL_MAX } from "./signals.js";
import { signalStatus } from "./wait-status.js";

/** What introspection shows of a process. */
export interface ProcessInfo {
  pid: number;
  ppid: number;
  pgid: number;
  sid: number;
  command: string;
  args: string[];
  driver: string;
  cwd: string;
  status: "running" | "exited";
  /** Set once it has ended: its exit code, or 128 + the signal. */
  waitStatus?: number;
}

export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  readonly #limits: Limits;
  #lastPid = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#processes.size;
  }

  get(pid: number): Process | Errno {
    return this.#processes.get(pid) ?? errno.ESRCH;
  }

  all(): Iterable<Process> {
    return this.#processes.values();
  }

  /** Whether a child of `parent` may be started now: EAGAIN at a limit. */
  checkRoom(parent: Process | null): undefined | Errno {
    if (this.#processes.size >= this.#limits.processes) return errno.EAGAIN;
    if (parent && parent.depth + 1 > this.#limits.spawnDepth) return errno.EAGAIN;
    return undefined;
  }

  create(identity: Omit<ProcessIdentity, "pid">): Process {
    this.#lastPid++;
    const process = new Process({ ...identity, pid: this.#lastPid });
    this.#processes.set(process.pid, process);
    identity.parent?.children.add(process);
    return process;
  }

  /** Notes what the driver has started, and passes on a deadly signal that came before. */
  started(process: Process, driverProcess: DriverProcess): void {
    process.driverProcess = driverProcess;
    if (process.deadlySignal > 0) this.#carryOut(process, process.deadlySignal);
  }

  /** Takes back a process that its driver could not start: it was never there. */
  discard(process: Process): void {
    this.#closeDown(process);
    this.reap(process);
  }

  /** Ends `process` with a POSIX wait status. Later calls change nothing. */
  end(process: Process, waitStatus: number): void {
    if (!process.isRunning) return;
    process.waitStatus = waitStatus;
    this.#closeDown(process);
    for (const listener of process.endListeners) listener(waitStatus);
    process.endListeners.clear();
    const { parent } = process;
    if (parent?.caughtSignals.has(SIGCHLD)) this.deliver(parent, SIGCHLD);
    if (!parent || parent.ignoredSignals.has(SIGCHLD)) this.reap(process);
    parent?.childChanged.wake();
  }

  /** Forgets an ended process: its status has been fetched, or nobody will. */
  reap(process: Process): void {
    if (process.isRunning) return;
    this.#processes.delete(process.pid);
    process.parent?.children.delete(process);
  }

  /**
   * Sends a signal as kill(2) does: `pid` > 0 is a process, < -1 a group; signal 0 only checks.
   * @param sender - Whose group 0 means; -1 reaches every process but the sender.
   */
  kill(pid: number, signal: number, sender: Process | null): undefined | Errno {
    if (!Number.isInteger(signal) || signal < 0 || signal > SIGNAL_MAX) return errno.EINVAL;
    const targets = this.#targets(pid, sender);
    if (targets.length === 0) return errno.ESRCH;
    if (signal === 0) return undefined;
    for (const target of targets) this.deliver(target, signal);
    return undefined;
  }

  /** Does to one process what `signal` means for it. */
  deliver(process: Process, signal: number): void {
    if (!process.isRunning) return;
    if (signal !== SIGKILL && process.ignoredSignals.has(signal)) return;
    const caught = process.caughtSignals.get(signal);
    if (caught) {
      process.pendingSignals.add(signal);
      process.signalled.wake();
      process.parked.interrupt(errno.EINTR, !caught.interrupts);
      return;
    }
    if (defaultAction(signal) !== "terminate") {
      tellDriver(() => process.driverProcess?.onSignal?.(signal));
      return;
    }
    process.deadlySignal = signal;
    this.#carryOut(process, signal);
  }

  /** Sends a signal to every process of a session. */
  signalSession(sid: number, signal: number): void {
    for (const process of [...this.#processes.values()]) {
      if (process.sid === sid) this.deliver(process, signal);
    }
  }

  /** setpgid(2), for `caller` itself or a child of its. */
  setGroup(caller: Process, target: Process, pgid: number): undefined | Errno {
    if (pgid < 0) return errno.EINVAL;
    if (target !== caller && target.parent !== caller) return errno.ESRCH;
    if (target.sid === target.pid || target.sid !== caller.sid) return errno.EPERM;
    const group = pgid === 0 ? target.pid : pgid;
    if (group !== target.pid && !this.#isGroupOf(group, target.sid)) return errno.EPERM;
    target.pgid = group;
    return undefined;
  }

  /** setsid(2): a new session and group, led by `process`. */
  startSession(process: Process): number | Errno {
    // Also one who has left the group that bears its name, as long as others are in it.
    for (const { pgid } of this.#processes.values()) if (pgid === process.pid) return errno.EPERM;
    process.sid = process.pid;
    process.pgid = process.pid;
    return process.sid;
  }

  info(): Map<number, ProcessInfo> {
    return new Map([...this.#processes].map(([pid, process]) => [pid, infoOf(process)]));
  }

  /** What each process is, for tests and crash reports. */
  dump(): (ProcessInfo & { fds: Record<number, string>; parkedCalls: number })[] {
    return [...this.#processes.values()].map((process) => ({
      ...infoOf(process),
      fds: process.fds.dump(),
      parkedCalls: process.parked.size,
    }));
  }

  #carryOut(process: Process, signal: number): void {
    const isHandedOver = tellDriver(() => process.driverProcess?.kill(signal));
    // Nothing is asked of a process after SIGKILL; its driver may still be tidying up.
    if (signal === SIGKILL || !isHandedOver) this.end(process, signalStatus(signal));
  }

  /** Takes away all that a running process has. */
  #closeDown(process: Process): void {
    process.state = "zombie";
    process.parked.cancelAll(errno.ESRCH);
    process.drainPosted?.();
    process.fds.closeAll();
    for (const child of process.children) this.#orphan(child);
    process.children.clear();
  }

  #orphan(child: Process): void {
    child.parent = null;
    this.reap(child);
  }

  #targets(pid: number, sender: Process | null): Process[] {
    const running = [...this.#processes.values()];
    if (pid > 0) return running.filter((process) => process.pid === pid);
    if (pid === -1) return running.filter((process) => process !== sender);
    const group = pid === 0 ? sender?.pgid : -pid;
    return running.filter((process) => process.pgid === group);
  }

  #isGroupOf(pgid: number, sid: number): boolean {
    for (const process of this.#processes.values()) {
      if (process.pgid === pgid && process.sid === sid) return true;
    }
    return false;
  }
}

function infoOf(process: Process): ProcessInfo {
  const { pid, ppid, pgid, sid, command, args, driver, cwd } = process;
  const status = process.isRunning ? "running" : "exited";
  const info: ProcessInfo = {
    pid,
    ppid,
    pgid,
    sid,
    command,
    args: [...args],
    driver: driver.name,
    cwd,
    status,
  };
  return process.isRunning ? info : { ...info, waitStatus: process.waitStatus };
}

/** Tells a driver; false when it throws, which must not stop the kernel in the middle of a signal. */
function tellDriver(tell: () => void): boolean {
  try {
    tell();
    return true;
  } catch {
    return false;
  }
}
