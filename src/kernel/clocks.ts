/** The clocks of clock_gettime(2). The clocks of what a process has computed are in `CpuMeter`. */
import { type Errno, errno } from "./errno.js";

/** `coarse`: clocks of guests go in steps of 1 ms, and no guest has a second thread that could count faster. */
export type Timing = "precise" | "coarse";

const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
const CLOCK_PROCESS_CPUTIME_ID = 2;
const CLOCK_THREAD_CPUTIME_ID = 3;
const CLOCK_MONOTONIC_RAW = 4;
const CLOCK_REALTIME_COARSE = 5;
const CLOCK_MONOTONIC_COARSE = 6;
const CLOCK_BOOTTIME = 7;

const NS_PER_MS = 1_000_000n;

export function isRealtime(clock: number): boolean {
  return clock === CLOCK_REALTIME || clock === CLOCK_REALTIME_COARSE;
}

function isMonotonic(clock: number): boolean {
  const monotonic = [CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME];
  return monotonic.includes(clock);
}

/** Whether a clock tells what the caller has computed. Of a thread only that of its process is known. */
export function isCpuClock(clock: number): boolean {
  return clock === CLOCK_PROCESS_CPUTIME_ID || clock === CLOCK_THREAD_CPUTIME_ID;
}

/** In ms: since 1970, or since a moment that never changes. EINVAL: no such clock. */
export function clockMs(clock: number): number | Errno {
  if (isRealtime(clock)) return Date.now();
  return isMonotonic(clock) ? performance.now() : errno.EINVAL;
}

/** The same in ns. */
export function clockNs(clock: number, timing: Timing = "precise"): bigint | Errno {
  if (isRealtime(clock)) return BigInt(Date.now()) * NS_PER_MS;
  if (!isMonotonic(clock)) return errno.EINVAL;
  const nowMs = performance.now();
  return timing === "coarse"
    ? BigInt(Math.floor(nowMs)) * NS_PER_MS
    : BigInt(Math.round(nowMs * 1e6));
}

/** The step of a clock in ns. */
export function clockResolutionNs(clock: number, timing: Timing = "precise"): bigint | Errno {
  if (isRealtime(clock) || (isMonotonic(clock) && timing === "coarse")) return NS_PER_MS;
  return isMonotonic(clock) ? 1000n : errno.EINVAL;
}
