/** Handlers of event loops: the one call they sleep in, and the signals that programs handle. */
import { deliverableSignals } from "../kernel/caught-signals.js";
import { errno } from "../kernel/errno.js";
import type { Process } from "../kernel/process.js";
import { SignalSet } from "../kernel/signal-set.js";
import { defaultAction, SIGKILL, SIGNAL_MAX, SIGSTOP } from "../kernel/signals.js";
import type { Handlers } from "./handler.js";
import {
  COMPLETION_BYTES,
  CompletionBuffer,
  parseSubmissions,
  SUBMISSION_BYTES,
} from "./loop-layout.js";

/** Dispositions of `signal_action`. */
const SIGNAL_DEFAULT = 0;
const SIGNAL_IGNORE = 1;
const SIGNAL_CATCH = 2;
/** Flag of `signal_action`: the opposite of SA_RESTART. */
const SIGNAL_INTERRUPTS = 1;

export const loopCalls = {
  loop({ tables, process }, { submissions, timeoutUs, target }) {
    const nowMs = performance.now();
    // The answer takes the submissions' place in the guest's memory: they are copied out first.
    const parsed = parseSubmissions(submissions, nowMs);
    if (!Array.isArray(parsed)) return parsed;
    const answers = Math.max(1, submissions.length / SUBMISSION_BYTES);
    if (target.length < answers * COMPLETION_BYTES) return errno.EINVAL;
    const completions = new CompletionBuffer(target);
    for (const submission of parsed) {
      process.submissions.submit(tables, process, submission, completions);
    }
    const atMs = timeoutUs < 0 ? undefined : nowMs + timeoutUs / 1000;
    const count = () => completions.filled;
    return process.submissions.collect(tables, process, completions, count, atMs);
  },

  signal_action({ tables, process }, { signal, disposition, flags }) {
    if (signal < 1 || signal > SIGNAL_MAX) return errno.EINVAL;
    if (disposition > SIGNAL_CATCH) return errno.EINVAL;
    if (disposition !== SIGNAL_DEFAULT && (signal === SIGKILL || signal === SIGSTOP)) {
      return errno.EINVAL;
    }
    const old = dispositionOf(process, signal);
    process.ignoredSignals.delete(signal);
    process.caughtSignals.delete(signal);
    if (disposition === SIGNAL_IGNORE) process.ignoredSignals.add(signal);
    if (disposition === SIGNAL_CATCH) {
      process.caughtSignals.set(signal, { interrupts: (flags & SIGNAL_INTERRUPTS) !== 0 });
    } else if (disposition === SIGNAL_IGNORE || defaultAction(signal) === "ignore") {
      // POSIX: what is ignored from now on is pending no more.
      process.pendingSignals.delete(signal);
    }
    tables.processes.flushSignals(process);
    return old;
  },

  take_signals({ process }) {
    const { low, high } = deliverableSignals(process);
    for (const signal of new SignalSet(low, high)) process.pendingSignals.take(signal);
    return [low, high];
  },
} satisfies Partial<Handlers>;

function dispositionOf(process: Process, signal: number): number {
  if (process.ignoredSignals.has(signal)) return SIGNAL_IGNORE;
  return process.caughtSignals.has(signal) ? SIGNAL_CATCH : SIGNAL_DEFAULT;
}
