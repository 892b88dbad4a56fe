/**
 * The caught signals of a process: which ones its program can take now, and taking one. Taking is
 * entering the handler: what the action says (SA_RESETHAND, SA_NODEFER, its mask) holds from then on,
 * until the program sets the mask that it is given back.
 */
import type { Process } from "./process.js";
import type { SignalInfo } from "./signal-info.js";
import type { SignalSet } from "./signal-set.js";

/** A signal on its way to its handler. */
export interface TakenSignal {
  readonly info: SignalInfo;
  /** The mask to set when the handler returns. */
  readonly mask: SignalSet;
}

/** Pending signals that are caught and not blocked. */
export function deliverableSignals(process: Process): SignalSet {
  const deliverable = process.pendingSignals.set.without(process.blockedSignals);
  for (const signal of deliverable) {
    if (!process.caughtSignals.has(signal)) deliverable.delete(signal);
  }
  return deliverable;
}

/** Takes the lowest signal that can be taken, and leaves the mask alone: the program has one thread. */
export function takeCaughtSignal(process: Process): SignalInfo | undefined {
  for (const signal of deliverableSignals(process)) return take(process, signal);
  return undefined;
}

/** Takes one of each signal that can be taken; answers which. */
export function takeCaughtSignals(process: Process): SignalSet {
  const deliverable = deliverableSignals(process);
  for (const signal of deliverable) take(process, signal);
  return deliverable;
}

function take(process: Process, signal: number): SignalInfo | undefined {
  if (process.caughtSignals.get(signal)?.resets) process.caughtSignals.delete(signal);
  return process.pendingSignals.take(signal);
}

/**
 * Takes the lowest signal that can be taken, and blocks what its action says while it is handled.
 * @param mask - The mask to set afterwards: the present one, but for sigsuspend(2).
 */
export function enterHandler(
  process: Process,
  mask: SignalSet = process.blockedSignals,
): TakenSignal | undefined {
  for (const signal of deliverableSignals(process)) {
    const action = process.caughtSignals.get(signal);
    const info = take(process, signal);
    if (!info) return undefined;
    const whileHandled = process.blockedSignals.union(action?.mask ?? process.blockedSignals);
    if (!action?.isNested) whileHandled.add(signal);
    process.blockedSignals = whileHandled;
    return { info, mask };
  }
  return undefined;
}
