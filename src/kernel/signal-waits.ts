/** Waiting for signals: sigsuspend(2) and sigtimedwait(2). */
import { enterHandler, type TakenSignal } from "./caught-signals.js";
import { errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { setMask } from "./signal-actions.js";
import type { SignalInfo } from "./signal-info.js";
import { SignalSet } from "./signal-set.js";
import { SIGKILL, SIGSTOP } from "./signals.js";
import { Blocked, type Outcome } from "./wait.js";

/**
 * Sets `mask` and waits until a signal comes that is caught; answers it, with the mask of before to
 * be set when it has been handled.
 */
export function suspend(
  processes: ProcessTable,
  process: Process,
  mask: SignalSet,
): Outcome<TakenSignal> {
  const before = process.blockedSignals;
  setMask(processes, process, mask);
  const attempt = (): Outcome<TakenSignal> => {
    const taken = enterHandler(process, before);
    if (taken) return taken;
    return new Blocked<TakenSignal>({
      queues: [process.signalled],
      retry: attempt,
      interrupted: (reason) => {
        process.blockedSignals = before;
        return reason;
      },
    });
  };
  return attempt();
}

/**
 * Takes a pending signal of `wanted`, caught or not, and waits for one when there is none.
 * @param atMs - When to give up, in ms of `performance.now()`; undefined: never. EAGAIN then.
 */
export function waitForSignal(
  process: Process,
  wanted: SignalSet,
  atMs: number | undefined,
): Outcome<SignalInfo> {
  const takeable = wanted.without(new SignalSet());
  takeable.delete(SIGKILL);
  takeable.delete(SIGSTOP);
  const attempt = (): Outcome<SignalInfo> => {
    for (const signal of takeable) {
      const info = process.pendingSignals.take(signal);
      if (info) return info;
    }
    if (atMs !== undefined && performance.now() >= atMs) return errno.EAGAIN;
    return new Blocked<SignalInfo>({
      queues: [process.signalled],
      retry: attempt,
      deadline: atMs === undefined ? undefined : { atMs, result: () => errno.EAGAIN },
    });
  };
  return attempt();
}
