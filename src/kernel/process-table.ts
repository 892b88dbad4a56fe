/**
 * All processes of a kernel: their ids, families, groups and ends. Ids are never reused.
 *
 * The end of a process is idempotent and always in this order: its waiting calls are abandoned,
 * its posted writes carried out, its descriptors closed, its children handed over, its parent and
 * listeners told.
 */
import type { Allowance } from "./allowance.js";
import { addCpuTimes } from "./cpu-time.js";
import { type Errno, errno } from "./errno.js";
import type { Limits } from "./limits.js";
import { KERNEL_PID, Process, type ProcessIdentity } from "./process.js";
import { isOrphanedGroup, orphanableGroups } from "./process-groups.js";
import { ResourceLimits, RLIMIT_NOFILE, RLIMIT_NPROC } from "./resource-limits.js";
import type { DriverProcess } from "./runtime-driver.js";
import { SignalDelivery, tellDriver } from "./signal-delivery.js";
import { CLD_EXITED, CLD_KILLED, kernelSignal, SI_USER, type SignalInfo } from "./signal-info.js";
import { SIGCHLD, SIGCONT, SIGHUP, SIGKILL, SIGNAL_MAX } from "./signals.js";
import { exitCodeOf, signalStatus, terminationSignal } from "./wait-status.js";

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
  status: "running" | "stopped" | "exited";
  /** Set once it has ended: its exit code, or 128 + the signal. */
  waitStatus?: number;
}

/** What a crash report shows of a process: no environment, and of descriptors what they are. */
export interface ProcessDump extends ProcessInfo {
  uid: number;
  gid: number;
  /** By descriptor: its description's kind. */
  fds: Record<number, string>;
  /** How many of its calls wait. */
  parkedCalls: number;
  /** What its event loop waits for. */
  submissions: { id: number; operation: string }[];
  caughtSignals: number[];
  ignoredSignals: number[];
}

export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  readonly #limits: Limits;
  readonly #signals: SignalDelivery;
  #lastPid = KERNEL_PID;
  /** Told when a session leader has ended, its descriptors closed: its terminal hangs up. */
  readonly sessionEndListeners = new Set<(leader: Process) => void>();

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#signals = new SignalDelivery({
      terminate: (process, signal) => this.#terminate(process, signal),
      isOrphanedGroup: (pgid) => isOrphanedGroup(this.#processes.values(), pgid),
    });
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
    if (parent && parent.depth + 1 > parent.allowance.limits.spawnDepth) return errno.EAGAIN;
    if (parent && this.#isUserAtLimit(parent)) return errno.EAGAIN;
    return parent ? checkAllowance(parent.allowance) : undefined;
  }

  /** Whether a process may have one more thread: each counts as a process does. EAGAIN. */
  checkRoomForThread(process: Process): undefined | Errno {
    let count = this.#processes.size;
    for (const { threads } of this.#processes.values()) count += threads.size - 1;
    if (count >= this.#limits.processes || this.#isUserAtLimit(process)) return errno.EAGAIN;
    return checkAllowance(process.allowance);
  }

  create(identity: Omit<ProcessIdentity, "pid" | "limits">): Process {
    this.#lastPid++;
    const process = new Process({
      ...identity,
      pid: this.#lastPid,
      limits:
        identity.parent?.limits.copy() ??
        ResourceLimits.of(identity.allowance.limits, this.#limits),
    });
    process.fds.limit = process.limits.soft(RLIMIT_NOFILE);
    process.allowance.add(process);
    this.#processes.set(process.pid, process);
    identity.parent?.children.add(process);
    return process;
  }

  /** Notes what the driver has started, and passes on a deadly signal that came before. */
  started(process: Process, driverProcess: DriverProcess): void {
    process.driverProcess = driverProcess;
    process.cpu.start(() => driverProcess.cpuTime?.() ?? null);
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
    process.cpu.stop();
    const orphanable = orphanableGroups(process);
    this.#closeDown(process);
    if (process.sid === process.pid) {
      for (const listener of this.sessionEndListeners) listener(process);
    }
    for (const listener of process.endListeners) listener(waitStatus);
    process.endListeners.clear();
    this.#hangUpOrphans(orphanable);
    const { parent } = process;
    if (!parent) {
      this.reap(process);
      return;
    }
    const leavesZombie = !parent.ignoredSignals.has(SIGCHLD) && !parent.leavesNoZombies;
    if (!leavesZombie) this.reap(process);
    const signal = terminationSignal(waitStatus);
    const code = signal === 0 ? CLD_EXITED : CLD_KILLED;
    this.#signals.tellParent(process, code, signal || exitCodeOf(waitStatus));
  }

  /** Forgets an ended process: its status has been fetched, or nobody will. */
  reap(process: Process): void {
    if (process.isRunning) return;
    this.#processes.delete(process.pid);
    const { parent } = process;
    if (!parent?.children.delete(process)) return;
    parent.cpu.children = addCpuTimes(parent.cpu.children, process.cpu.all);
  }

  /**
   * Sends a signal as kill(2) does: `pid` > 0 is a process, < -1 a group; signal 0 only checks.
   * @param sender - Who may signal what `maySignal` says; null, the host, may signal all. 0 means its
   *   group, -1 all that it may signal but itself.
   * @param extra - What else the receiver is told.
   * @returns ESRCH: nobody is meant; EPERM: none of those who are may be signalled.
   */
  kill(
    pid: number,
    signal: number,
    sender: Process | null,
    extra: Pick<SignalInfo, "code" | "value"> = { code: SI_USER, value: [0, 0] },
  ): undefined | Errno {
    if (!Number.isInteger(signal) || signal < 0 || signal > SIGNAL_MAX) return errno.EINVAL;
    if (pid === KERNEL_PID) return errno.EPERM;
    const meant = this.#targets(pid, sender);
    if (meant.length === 0) return errno.ESRCH;
    const targets = meant.filter((target) => !sender || maySignal(sender, target, signal));
    if (targets.length === 0) return pid === -1 ? errno.ESRCH : errno.EPERM;
    if (signal === 0) return undefined;
    const uid = sender?.credentials.realUid ?? 0;
    const info: SignalInfo = { signal, pid: sender?.pid ?? 0, uid, status: 0, ...extra };
    for (const target of targets) this.#signals.deliver(target, info);
    return undefined;
  }

  /** Does to one process what `signal` means for it. */
  deliver(process: Process, signal: number): void {
    this.#signals.deliver(process, kernelSignal(signal));
  }

  /** `deliver`, with what is known of the signal. */
  deliverInfo(process: Process, info: SignalInfo): void {
    this.#signals.deliver(process, info);
  }

  /** Acts on signals that were pending and are so no longer: the mask or a disposition has changed. */
  flushSignals(process: Process): void {
    this.#signals.flush(process);
  }

  /** Sends a signal to every process of a session. */
  signalSession(sid: number, signal: number): void {
    for (const process of [...this.#processes.values()]) {
      if (process.sid === sid) this.deliver(process, signal);
    }
  }

  /** Sends a signal to every process of a group, as the kernel itself. */
  signalGroup(pgid: number, signal: number): void {
    for (const process of [...this.#processes.values()]) {
      if (process.pgid === pgid) this.deliver(process, signal);
    }
  }

  /** setpgid(2), for `caller` itself or a child of its. */
  setGroup(caller: Process, target: Process, pgid: number): undefined | Errno {
    if (pgid < 0) return errno.EINVAL;
    if (target !== caller && target.parent !== caller) return errno.ESRCH;
    if (target.sid === target.pid || target.sid !== caller.sid) return errno.EPERM;
    const group = pgid === 0 ? target.pid : pgid;
    if (group !== target.pid && !this.isGroupOf(group, target.sid)) return errno.EPERM;
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

  /** Whether there is such a group in that session. */
  isGroupOf(pgid: number, sid: number): boolean {
    for (const process of this.#processes.values()) {
      if (process.pgid === pgid && process.sid === sid) return true;
    }
    return false;
  }

  info(): Map<number, ProcessInfo> {
    return new Map([...this.#processes].map(([pid, process]) => [pid, infoOf(process)]));
  }

  /** What each process is, for tests and crash reports. */
  dump(): ProcessDump[] {
    return [...this.#processes.values()].map((process) => ({
      ...infoOf(process),
      uid: process.credentials.effectiveUid,
      gid: process.credentials.effectiveGid,
      fds: process.fds.dump(),
      parkedCalls: process.parked.size,
      heldByStop: process.gate.size,
      signals: {
        ignored: [...process.ignoredSignals],
        caught: [...process.caughtSignals.keys()],
        blocked: [...process.blockedSignals],
        pending: [...process.pendingSignals.set],
      },
      submissions: process.submissions.dump(),
      caughtSignals: [...process.caughtSignals.keys()],
      ignoredSignals: [...process.ignoredSignals],
    }));
  }

  /** RLIMIT_NPROC, which does not hold for root. */
  #isUserAtLimit({ credentials: { realUid }, limits }: Process): boolean {
    if (realUid === 0) return false;
    let count = 0;
    for (const { credentials } of this.#processes.values())
      if (credentials.realUid === realUid) count++;
    return count >= limits.soft(RLIMIT_NPROC);
  }

  #terminate(process: Process, signal: number): void {
    process.deadlySignal = signal;
    this.#carryOut(process, signal);
  }

  #carryOut(process: Process, signal: number): void {
    const isHandedOver = tellDriver(() => process.driverProcess?.kill(signal));
    // Nothing is asked of a process after SIGKILL; its driver may still be tidying up.
    if (signal === SIGKILL || !isHandedOver || process.isStarting)
      this.end(process, signalStatus(signal));
  }

  /** Takes away all that a running process has. */
  #closeDown(process: Process): void {
    process.state = "zombie";
    process.allowance.remove(process);
    process.parked.cancelAll(errno.ESRCH);
    process.drainPosted?.();
    process.gate.abandon();
    process.fds.closeAll();
    process.workingDirectory.release();
    for (const child of process.children) this.#orphan(child);
    process.children.clear();
  }

  #orphan(child: Process): void {
    child.parent = null;
    this.reap(child);
  }

  /** POSIX: the stopped processes of a group that has just lost its last tie to its session. */
  #hangUpOrphans(groups: Iterable<number>): void {
    for (const pgid of groups) {
      if (!isOrphanedGroup(this.#processes.values(), pgid)) continue;
      const members = [...this.#processes.values()].filter((process) => process.pgid === pgid);
      if (!members.some((process) => process.isStopped)) continue;
      for (const signal of [SIGHUP, SIGCONT]) {
        for (const member of members) this.deliver(member, signal);
      }
    }
  }

  #targets(pid: number, sender: Process | null): Process[] {
    const all = [...this.#processes.values()];
    if (pid > 0) return all.filter((process) => process.pid === pid);
    if (pid === -1) return all.filter((process) => process !== sender);
    const group = pid === 0 ? sender?.pgid : -pid;
    return all.filter((process) => process.pgid === group);
  }
}

/** Whether a family may have one more member: EAGAIN at its limit, or when it is being ended. */
function checkAllowance({ isOver, members, limits }: Allowance): undefined | Errno {
  let count = 0;
  for (const { threads } of members) count += threads.size;
  return isOver || count >= limits.processes ? errno.EAGAIN : undefined;
}

/**
 * kill(2) within a family, the processes that descend from the same process of the host: root may
 * signal all of it, others their own user's processes. SIGCONT is free within a session.
 */
function maySignal(sender: Process, target: Process, signal: number): boolean {
  if (sender.family !== target.family) return false;
  if (signal === SIGCONT && sender.sid === target.sid) return true;
  const { effectiveUid, realUid } = sender.credentials;
  const theirs = [target.credentials.realUid, target.credentials.savedUid];
  return effectiveUid === 0 || theirs.includes(effectiveUid) || theirs.includes(realUid);
}

function infoOf(process: Process): ProcessInfo {
  const { pid, ppid, pgid, sid, command, args, driver, cwd } = process;
  const status = process.state === "zombie" ? "exited" : process.state;
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
