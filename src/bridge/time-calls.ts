/** Handlers about time: clocks, sleeping, timers that send signals. Times are µs, as `i64` carries them. */
import { clockNs, clockResolutionNs, isCpuClock } from "../kernel/clocks.js";
import { totalMs } from "../kernel/cpu-time.js";
import { Errno, errno } from "../kernel/errno.js";
import { isSignal } from "../kernel/signal-actions.js";
import { SIGALRM } from "../kernel/signals.js";
import { sleep } from "../kernel/sleep.js";
import type { TimerValue } from "../kernel/timer-table.js";
import { mapOutcome } from "../kernel/wait.js";
import type { Handlers } from "./handler.js";

const US_PER_MS = 1000;
const NS_PER_MS = 1e6;
/** Drivers measure in the ticks of Linux's /proc. */
const CPU_STEP_NS = 10_000_000n;
const NS_PER_S = 1_000_000_000n;
/** Flag of `sleep`. */
const TIMER_ABSTIME = 1;

export const timeCalls = {
  clock_time({ tables, process }, { clock }) {
    if (isCpuClock(clock)) return timespec(nsOf(totalMs(process.cpu.own)));
    return timespec(clockNs(clock, tables.timing));
  },

  clock_resolution({ tables }, { clock }) {
    if (isCpuClock(clock)) return timespec(CPU_STEP_NS);
    return timespec(clockResolutionNs(clock, tables.timing));
  },

  sleep(_caller, { clock, flags, timeUs }) {
    if (flags & ~TIMER_ABSTIME) return errno.EINVAL;
    const outcome = sleep(clock, timeUs / US_PER_MS, (flags & TIMER_ABSTIME) !== 0);
    return mapOutcome(outcome, (leftMs) => Math.ceil(leftMs * US_PER_MS));
  },

  create_timer({ tables, process }, { clock, signal, low, high }) {
    const now = clockNs(clock);
    if (now instanceof Errno) return now;
    if (signal !== 0 && !isSignal(signal)) return errno.EINVAL;
    return tables.timers.create(process, signal || SIGALRM, [low | 0, high | 0]);
  },

  set_timer({ tables, process }, { timer, firstUs, intervalUs }) {
    if (firstUs < 0 || intervalUs < 0) return errno.EINVAL;
    const { timers } = tables;
    return timerValue(timers.set(process, timer, firstUs / US_PER_MS, intervalUs / US_PER_MS));
  },

  get_timer({ tables, process }, { timer }) {
    return timerValue(tables.timers.get(process, timer));
  },

  delete_timer({ tables, process }, { timer }) {
    return tables.timers.delete(process, timer);
  },

  timer_overruns({ tables, process }, { timer }) {
    return tables.timers.overruns(process, timer);
  },
} satisfies Partial<Handlers>;

function nsOf(ms: number): bigint {
  return BigInt(Math.round(ms * NS_PER_MS));
}

/** Two i64: seconds and nanoseconds. */
function timespec(ns: bigint | Errno): Uint8Array | Errno {
  if (ns instanceof Errno) return ns;
  return new Uint8Array(BigInt64Array.of(ns / NS_PER_S, ns % NS_PER_S).buffer);
}

/** Two i64 of µs: what is left, and the interval. */
function timerValue(value: TimerValue | Errno): Uint8Array | Errno {
  if (value instanceof Errno) return value;
  const times = [value.remainingMs, value.intervalMs];
  const words = times.map((ms) => BigInt(Math.ceil(ms * US_PER_MS)));
  return new Uint8Array(BigInt64Array.from(words).buffer);
}
