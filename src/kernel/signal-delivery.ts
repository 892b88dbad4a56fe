/**
 * What a signal does to a process: pending, caught, ignored, or its default action; stopping and
 * continuing. The order of signal(7): SIGKILL and SIGSTOP always act; SIGCONT always continues;
 * a blocked signal waits in the pending set; a stopped process takes nothing but SIGKILL.
 */
import { errno } from "./errno.js";
import type { Process } from "./process.js";
import { CLD_CONTINUED, CLD_STOPPED, type SignalInfo } from "./signal-info.js";
import { defaultAction, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, stopSignals } from "./signals.js";
import { CONTINUED_STATUS, stopStatus } from "./wait-status.js";

/** What delivery needs of the process table. */
export interface ProcessFates {
  /** Carries out a deadly signal. */
  terminate(process: Process, signal: number): void;
  isOrphanedGroup(pgid: number): boolean;
}

export class SignalDelivery {
  readonly #fates: ProcessFates;

  constructor(fates: ProcessFates) {
    this.#fates = fates;
  }

  /** Does to one process what the signal means for it. */
  deliver(process: Process, info: SignalInfo): void {
    const { signal } = info;
    if (!process.isRunning) return;
    if (signal === SIGKILL) {
      this.#fates.terminate(process, signal);
      return;
    }
    if (signal === SIGCONT) {
      this.#continue(process, info);
      return;
    }
    if (isStopSignal(signal)) process.pendingSignals.delete(SIGCONT);
    const isBlocked = process.blockedSignals.has(signal) && signal !== SIGSTOP;
    if (!isBlocked && this.#isIgnored(process, signal)) return;
    if (isBlocked || process.isStopped) {
      process.pendingSignals.add(info);
      process.signalled.wake();
      return;
    }
    this.#act(process, info);
  }

  /** Acts on what is pending and neither blocked nor caught: after unblocking and continuing. */
  flush(process: Process): void {
    for (const signal of process.pendingSignals.set) {
      if (!process.isRunning || process.isStopped) return;
      if (process.blockedSignals.has(signal)) continue;
      if (process.caughtSignals.has(signal)) {
        this.#tell(process, signal);
        continue;
      }
      const info = process.pendingSignals.take(signal);
      process.pendingSignals.delete(signal);
      if (info) this.#act(process, info);
    }
  }

  /** SIGCHLD to the parent, if it wants to hear of it; its waits look again. */
  tellParent(child: Process, code: number, status: number): void {
    const { parent } = child;
    if (!parent) return;
    const isStop = code === CLD_STOPPED || code === CLD_CONTINUED;
    const isWanted = parent.caughtSignals.has(SIGCHLD) || parent.blockedSignals.has(SIGCHLD);
    if (isWanted && !(isStop && parent.ignoresChildStops)) {
      const { pid, credentials } = child;
      const uid = credentials.realUid;
      this.deliver(parent, { signal: SIGCHLD, code, pid, uid, status, value: [0, 0] });
    }
    parent.childChanged.wake();
  }

  #act(process: Process, info: SignalInfo): void {
    const { signal } = info;
    if (process.caughtSignals.has(signal) && signal !== SIGSTOP) {
      process.pendingSignals.add(info);
      this.#tell(process, signal);
      return;
    }
    if (process.ignoredSignals.has(signal) && signal !== SIGSTOP) return;
    const action = defaultAction(signal);
    if (action === "terminate") {
      this.#fates.terminate(process, signal);
      process.parked.interruptDriver(errno.EINTR);
      return;
    }
    const isTakenCareOf = signal !== SIGSTOP && tellOnSignal(process, signal);
    if (isTakenCareOf) process.parked.interruptDriver(errno.EINTR);
    if (action === "stop" && !isTakenCareOf) this.#stop(process, signal);
  }

  /** Tells the program of a caught signal. */
  #tell(process: Process, signal: number): void {
    const interrupts = process.caughtSignals.get(signal)?.interrupts === true;
    if (interrupts || process.unseenSignal === "none") {
      process.unseenSignal = interrupts ? "interrupting" : "restarting";
    }
    process.signalled.wake();
    process.parked.interrupt(errno.EINTR, !interrupts);
  }

  #isIgnored(process: Process, signal: number): boolean {
    if (signal === SIGSTOP || process.caughtSignals.has(signal)) return false;
    if (process.ignoredSignals.has(signal)) return true;
    // What is ignored by default is the driver's to hear of, when it runs.
    return process.isStopped && defaultAction(signal) === "ignore";
  }

  #stop(process: Process, signal: number): void {
    // POSIX: nobody could continue the processes of an orphaned group.
    if (signal !== SIGSTOP && this.#fates.isOrphanedGroup(process.pgid)) return;
    process.state = "stopped";
    process.stopSignal = signal;
    process.unfetchedChange = stopStatus(signal);
    process.gate.close();
    process.parked.pause();
    tellDriver(() => process.driverProcess?.onStop?.());
    this.tellParent(process, CLD_STOPPED, signal);
  }

  #continue(process: Process, info: SignalInfo): void {
    for (const signal of stopSignals) process.pendingSignals.delete(signal);
    const wasStopped = process.isStopped;
    if (wasStopped) {
      process.state = "running";
      process.unfetchedChange = CONTINUED_STATUS;
      tellDriver(() => process.driverProcess?.onContinue?.());
      this.tellParent(process, CLD_CONTINUED, SIGCONT);
    }
    const isKept = process.blockedSignals.has(SIGCONT) || process.caughtSignals.has(SIGCONT);
    if (isKept) process.pendingSignals.add(info);
    else if (!process.ignoredSignals.has(SIGCONT)) tellOnSignal(process, SIGCONT);
    this.flush(process);
    // A signal that waited may have ended it, or stopped it again.
    if (!wasStopped || process.state !== "running") return;
    process.parked.resume();
    if (!process.isStopped) process.gate.open();
  }
}

function isStopSignal(signal: number): boolean {
  return (stopSignals as readonly number[]).includes(signal);
}

function tellOnSignal(process: Process, signal: number): boolean {
  let isTakenCareOf = false;
  tellDriver(() => {
    isTakenCareOf = process.driverProcess?.onSignal?.(signal) === true;
  });
  return isTakenCareOf;
}

/** Tells a driver; false when it throws, which must not stop the kernel in the middle of a signal. */
export function tellDriver(tell: () => void): boolean {
  try {
    tell();
    return true;
  } catch {
    return false;
  }
}
