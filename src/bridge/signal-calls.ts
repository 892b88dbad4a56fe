/** Handlers about signals that a program deals with itself: dispositions, masks, taking, waiting. */
import { enterHandler, takeCaughtSignals } from "../kernel/caught-signals.js";
import { Errno, errno } from "../kernel/errno.js";
import {
  type Disposition,
  dispositionOf,
  isSignal,
  setDisposition,
  setMask,
} from "../kernel/signal-actions.js";
import { SI_QUEUE } from "../kernel/signal-info.js";
import { SignalSet } from "../kernel/signal-set.js";
import { suspend, waitForSignal } from "../kernel/signal-waits.js";
import { SIGCHLD } from "../kernel/signals.js";
import { mapOutcome } from "../kernel/wait.js";
import type { Handlers } from "./handler.js";
import { encodeSignalInfo } from "./signal-info-layout.js";

/** Dispositions of `signal_action`. */
const DEFAULT = 0;
const IGNORE = 1;
const CATCH = 2;
/** Flags of `signal_action`. The first is the opposite of SA_RESTART. */
const INTERRUPTS = 1;
const NOCLDSTOP = 2;
const NOCLDWAIT = 4;
const RESETHAND = 8;
const NODEFER = 16;
const ALL_FLAGS = INTERRUPTS | NOCLDSTOP | NOCLDWAIT | RESETHAND | NODEFER;

/** What `signal_mask` does, as Linux numbers it. */
const BLOCK = 0;
const UNBLOCK = 1;
const SET = 2;

export const signalCalls = {
  ignore_signal({ tables, process }, { signal, ignored }) {
    const isIgnored = process.ignoredSignals.has(signal);
    if (!ignored && isSignal(signal) && !isIgnored) return undefined;
    return setDisposition(tables.processes, process, signal, ignored ? "ignore" : "default");
  },

  signal_action({ tables, process }, { signal, disposition, flags, maskLow, maskHigh }) {
    if (disposition > CATCH || flags & ~ALL_FLAGS) return errno.EINVAL;
    const old = numberOf(dispositionOf(process, signal));
    const mask = new SignalSet(maskLow, maskHigh);
    const failed = setDisposition(
      tables.processes,
      process,
      signal,
      dispositionFrom(disposition, flags, mask),
      {
        ignoresStops: (flags & NOCLDSTOP) !== 0,
        leavesNoZombies: (flags & NOCLDWAIT) !== 0,
      },
    );
    return failed ?? old;
  },

  get_signal_action({ process }, { signal }) {
    if (!isSignal(signal)) return errno.EINVAL;
    const action = dispositionOf(process, signal);
    const mask = typeof action === "object" ? action.mask : undefined;
    let flags = 0;
    if (typeof action === "object") {
      if (action.interrupts) flags |= INTERRUPTS;
      if (action.resets) flags |= RESETHAND;
      if (action.isNested) flags |= NODEFER;
    }
    if (signal === SIGCHLD && process.ignoresChildStops) flags |= NOCLDSTOP;
    if (signal === SIGCHLD && process.leavesNoZombies) flags |= NOCLDWAIT;
    const words = Int32Array.of(numberOf(action), flags, mask?.low ?? 0, mask?.high ?? 0);
    return new Uint8Array(words.buffer);
  },

  take_signals({ process }) {
    const { low, high } = takeCaughtSignals(process);
    return [low, high];
  },

  take_signal({ process }) {
    const taken = enterHandler(process);
    return taken ? encodeSignalInfo(taken.info, taken.mask) : new Uint8Array(0);
  },

  signal_mask({ tables, process }, { how, low, high }) {
    const old = process.blockedSignals;
    const given = new SignalSet(low, high);
    const masks = new Map([
      [BLOCK, old.union(given)],
      [UNBLOCK, old.without(given)],
      [SET, given],
    ]);
    const mask = masks.get(how);
    if (!mask) return errno.EINVAL;
    setMask(tables.processes, process, mask);
    return [old.low, old.high];
  },

  pending_signals({ process }) {
    const { low, high } = process.pendingSignals.set;
    const { blockedSignals } = process;
    return [low & blockedSignals.low, high & blockedSignals.high];
  },

  suspend({ tables, process }, { low, high }) {
    const outcome = suspend(tables.processes, process, new SignalSet(low, high));
    return mapOutcome(outcome, ({ info, mask }) => encodeSignalInfo(info, mask));
  },

  wait_signal({ process }, { low, high, timeoutUs }) {
    const atMs = timeoutUs < 0 ? undefined : performance.now() + timeoutUs / 1000;
    const outcome = waitForSignal(process, new SignalSet(low, high), atMs);
    return mapOutcome(outcome, (info) => encodeSignalInfo(info, process.blockedSignals));
  },

  queue_signal({ tables, process }, { pid, signal, low, high }) {
    if (pid <= 0) return errno.ESRCH;
    const target = tables.processes.get(pid);
    if (target instanceof Errno) return target;
    if (isSignal(signal) && !target.pendingSignals.hasRoomFor(signal)) return errno.EAGAIN;
    const extra = { code: SI_QUEUE, value: [low | 0, high | 0] as const };
    return tables.processes.kill(pid, signal, process, extra);
  },
} satisfies Partial<Handlers>;

function numberOf(disposition: Disposition): number {
  if (disposition === "default") return DEFAULT;
  return disposition === "ignore" ? IGNORE : CATCH;
}

function dispositionFrom(number: number, flags: number, mask: SignalSet): Disposition {
  if (number === DEFAULT) return "default";
  if (number === IGNORE) return "ignore";
  return {
    interrupts: (flags & INTERRUPTS) !== 0,
    resets: (flags & RESETHAND) !== 0,
    isNested: (flags & NODEFER) !== 0,
    mask,
  };
}
