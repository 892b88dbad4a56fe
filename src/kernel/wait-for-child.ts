/** waitpid(2): finding a child whose status can be fetched, and fetching it. */
import { WCONTINUED, WNOHANG, WUNTRACED } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { Blocked, type Outcome } from "./wait.js";

export interface ChildStatus {
  /** 0: with WNOHANG, nothing has changed. */
  pid: number;
  /** POSIX wait status. */
  waitStatus: number;
}

/**
 * @param pid - As in POSIX: a child, -1 for any, 0 for the caller's group, -n for group n.
 * @param options - `WNOHANG`; WUNTRACED and WCONTINUED are accepted, as nothing stops yet.
 * @returns the status of an ended child, which is gone then; ECHILD without such children,
 *   EINVAL for other options.
 */
export function waitForChild(
  processes: ProcessTable,
  parent: Process,
  pid: number,
  options: number,
): Outcome<ChildStatus> {
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED)) return errno.EINVAL;
  const candidates = [...parent.children].filter((child) => isMeant(child, pid, parent));
  if (candidates.length === 0) return errno.ECHILD;
  const ended = candidates.find((child) => !child.isRunning);
  if (ended) {
    processes.reap(ended);
    return { pid: ended.pid, waitStatus: ended.waitStatus };
  }
  if (options & WNOHANG) return { pid: 0, waitStatus: 0 };
  return new Blocked<ChildStatus>({
    queues: [parent.childChanged],
    retry: (): Outcome<ChildStatus> | Errno => waitForChild(processes, parent, pid, options),
  });
}

function isMeant(child: Process, pid: number, parent: Process): boolean {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.pgid === (pid === 0 ? parent.pgid : -pid);
}
