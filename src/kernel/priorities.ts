/** getpriority(2), setpriority(2): nice values are kept and inherited, and passed on to nobody. */
import { isPrivileged } from "./change-credentials.js";
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";

const PRIO_PROCESS = 0;
const PRIO_PGRP = 1;
const PRIO_USER = 2;
const NICE_MIN = -20;
const NICE_MAX = 19;

/** Who is meant: a process, a group or a user; `who` 0 is the caller's. EINVAL, ESRCH. */
function meant(
  processes: ProcessTable,
  caller: Process,
  which: number,
  who: number,
): Process[] | Errno {
  const all = [...processes.all()].filter(({ family }) => family === caller.family);
  const { realUid } = caller.credentials;
  const tests = new Map<number, (process: Process) => boolean>([
    [PRIO_PROCESS, ({ pid }) => pid === (who || caller.pid)],
    [PRIO_PGRP, ({ pgid }) => pgid === (who || caller.pgid)],
    [PRIO_USER, ({ credentials }) => credentials.realUid === (who || realUid)],
  ]);
  const test = tests.get(which);
  if (!test) return errno.EINVAL;
  const found = all.filter(test);
  return found.length === 0 ? errno.ESRCH : found;
}

/** The highest priority, that is the lowest nice value, of those who are meant. */
export function getPriority(
  processes: ProcessTable,
  caller: Process,
  which: number,
  who: number,
): number | Errno {
  const found = meant(processes, caller, which, who);
  return Array.isArray(found) ? Math.min(...found.map(({ nice }) => nice)) : found;
}

/** EPERM: another user's process; EACCES: a lower nice value, by who is not privileged. */
export function setPriority(
  processes: ProcessTable,
  caller: Process,
  which: number,
  who: number,
  nice: number,
): undefined | Errno {
  const found = meant(processes, caller, which, who);
  if (!Array.isArray(found)) return found;
  const wanted = Math.max(NICE_MIN, Math.min(NICE_MAX, nice));
  const { effectiveUid } = caller.credentials;
  let failed: Errno | undefined;
  for (const process of found) {
    const { realUid, effectiveUid: theirs } = process.credentials;
    const isOwn = isPrivileged(caller.credentials) || [realUid, theirs].includes(effectiveUid);
    if (!isOwn) failed = errno.EPERM;
    else if (wanted < process.nice && !isPrivileged(caller.credentials)) failed = errno.EACCES;
    else process.nice = wanted;
  }
  return failed;
}
