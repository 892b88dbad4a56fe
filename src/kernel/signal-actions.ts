/**
 * Dispositions and masks, as sigaction(2) and sigprocmask(2) set them. A program's handlers are its
 * own affair: the kernel knows that a signal is caught, and what holds while it is handled.
 */
import { type Errno, errno } from "./errno.js";
import type { Process, SignalCatch } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { SignalSet } from "./signal-set.js";
import { defaultAction, SIGCHLD, SIGKILL, SIGNAL_MAX, SIGSTOP } from "./signals.js";

export type Disposition = "default" | "ignore" | SignalCatch;

/** Flags of SIGCHLD's action; they hold whatever its disposition is. */
export interface ChildFlags {
  /** SA_NOCLDSTOP */
  readonly ignoresStops: boolean;
  /** SA_NOCLDWAIT */
  readonly leavesNoZombies: boolean;
}

export function isSignal(signal: number): boolean {
  return Number.isInteger(signal) && signal >= 1 && signal <= SIGNAL_MAX;
}

export function dispositionOf(process: Process, signal: number): Disposition {
  if (process.ignoredSignals.has(signal)) return "ignore";
  return process.caughtSignals.get(signal) ?? "default";
}

/** EINVAL: no such signal, or SIGKILL and SIGSTOP, which do what they do. */
export function setDisposition(
  processes: ProcessTable,
  process: Process,
  signal: number,
  disposition: Disposition,
  childFlags?: ChildFlags,
): Errno | undefined {
  if (!isSignal(signal)) return errno.EINVAL;
  const isFixed = signal === SIGKILL || signal === SIGSTOP;
  if (isFixed && disposition !== "default") return errno.EINVAL;
  process.ignoredSignals.delete(signal);
  process.caughtSignals.delete(signal);
  if (disposition === "ignore") process.ignoredSignals.add(signal);
  else if (disposition !== "default") process.caughtSignals.set(signal, disposition);
  if (signal === SIGCHLD && childFlags) {
    process.ignoresChildStops = childFlags.ignoresStops;
    process.leavesNoZombies = childFlags.leavesNoZombies;
  }
  const isNothing = disposition === "default" && defaultAction(signal) === "ignore";
  // POSIX: what is ignored from now on is pending no more, blocked or not.
  if (disposition === "ignore" || isNothing) process.pendingSignals.delete(signal);
  processes.flushSignals(process);
  return undefined;
}

/** Sets the mask; what is pending and no longer blocked acts at once. */
export function setMask(processes: ProcessTable, process: Process, mask: SignalSet): void {
  const allowed = new SignalSet(mask.low, mask.high);
  allowed.delete(SIGKILL);
  allowed.delete(SIGSTOP);
  process.blockedSignals = allowed;
  processes.flushSignals(process);
}
