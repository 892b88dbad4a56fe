/**
 * What processes and threads of the host have computed, as Linux's /proc tells it (proc(5), the
 * columns utime and stime of `stat`), in steps of 10 ms. Other systems do not show one process the
 * threads of another, and Node 20 has no clock of a thread's: null there.
 */
import { readFileSync, readlinkSync } from "node:fs";
import type { CpuTime } from "../../kernel/cpu-time.js";

/** USER_HZ is 100 on all that Node runs on. */
const MS_PER_TICK = 10;
/** Columns behind the command's name: the third is the first of them. */
const UTIME = 14 - 3;
const STIME = 15 - 3;

/** All threads of a process, those that have ended included; null when it is gone. */
export function processCpuTime(pid: number): CpuTime | null {
  return readTimes(`/proc/${pid}/stat`);
}

/** One thread of this process. */
export function threadCpuTime(thread: number): CpuTime | null {
  return readTimes(`/proc/self/task/${thread}/stat`);
}

/** The number of the thread that calls; 0 where there is none. */
export function threadNumber(): number {
  try {
    return Number(/\d+$/.exec(readlinkSync("/proc/thread-self"))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

function readTimes(file: string): CpuTime | null {
  try {
    const text = readFileSync(file, "latin1");
    // The command's name, in parentheses, may hold anything.
    const columns = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [userMs, systemMs] = [UTIME, STIME].map((at) => Number(columns[at]) * MS_PER_TICK);
    if (userMs === undefined || systemMs === undefined) return null;
    return { userMs, systemMs };
  } catch {
    return null;
  }
}
