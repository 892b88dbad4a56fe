/** waitpid(2): finding a child whose status can be fetched, and fetching it. */
import { WCONTINUED, WNOHANG, WUNTRACED } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { Blocked, type Outcome } from "./wait.js";
import { CONTINUED_STATUS } from "./wait-status.js";

export interface ChildStatus {
  /** 0: with WNOHANG, nothing has changed. */
  pid: number;
  /** POSIX wait status. */
  waitStatus: number;
}

/**
 * @param pid - As in POSIX: a child, -1 for any, 0 for the caller's group, -n for group n.
 * @param options - `WNOHANG`, `WUNTRACED` (stopped children, too), `WCONTINUED` (continued ones).
 * @returns the status of an ended child, which is gone then, or of a stop or continuation, which is
 *   told once; ECHILD without such children, EINVAL for other options.
 */
export function waitForChild(
  processes: ProcessTable,
  parent: Process,
  pid: number,
  options: number,
): Outcome<ChildStatus> {
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) return errno.EINVAL;
  let hasCandidate = false;
  for (const child of parent.children) {
    if (!isMeant(child, pid, parent)) continue;
    hasCandidate = true;
    const waitStatus = fetchStatus(processes, child, options);
    if (waitStatus !== undefined) return { pid: child.pid, waitStatus };
  }
  if (!hasCandidate) return errno.ECHILD;
  if (options & WNOHANG) return { pid: 0, waitStatus: 0 };
  return new Blocked<ChildStatus>({
    queues: [parent.childChanged],
    retry: (): Outcome<ChildStatus> | Errno => waitForChild(processes, parent, pid, options),
  });
}

function fetchStatus(processes: ProcessTable, child: Process, options: number): number | undefined {
  if (!child.isRunning) {
    processes.reap(child);
    return child.waitStatus;
  }
  const change = child.unfetchedChange;
  if (change === null) return undefined;
  const wanted = change === CONTINUED_STATUS ? WCONTINUED : WUNTRACED;
  if (!(options & wanted)) return undefined;
  child.unfetchedChange = null;
  return change;
}

function isMeant(child: Process, pid: number, parent: Process): boolean {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.pgid === (pid === 0 ? parent.pgid : -pid);
}
