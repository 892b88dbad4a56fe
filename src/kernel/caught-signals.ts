/** The caught signals of a process that its program can take now. */
import type { Process } from "./process.js";
import type { SignalInfo } from "./signal-info.js";
import type { SignalSet } from "./signal-set.js";

/** Pending signals that are caught and not blocked. */
export function deliverableSignals(process: Process): SignalSet {
  const deliverable = process.pendingSignals.set.without(process.blockedSignals);
  for (const signal of deliverable) {
    if (!process.caughtSignals.has(signal)) deliverable.delete(signal);
  }
  return deliverable;
}

/** Takes the lowest signal that can be taken. */
export function takeCaughtSignal(process: Process): SignalInfo | undefined {
  for (const signal of deliverableSignals(process)) return process.pendingSignals.take(signal);
  return undefined;
}
