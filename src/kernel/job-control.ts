/**
 * Job control (POSIX.1-2024 XBD 11.1.4): what a process outside the foreground group meets when it uses its
 * controlling terminal. Its whole group is stopped, unless it has asked otherwise or nobody could continue it.
 */
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import { isOrphanedGroup } from "./process-groups.js";
import type { ProcessTable } from "./process-table.js";
import type { Pty } from "./pty.js";
import { SIGTTIN, type SIGTTOU } from "./signals.js";
import { Blocked, type Outcome } from "./wait.js";

/**
 * Lets `process` use its terminal, or not.
 * @param signal - SIGTTIN for a read; SIGTTOU for a write with `tostop`, or a change.
 * @param retry - The call again, for when the process is continued.
 * @returns undefined: it may go on. EIO: its group is orphaned, or it reads and ignores or blocks SIGTTIN.
 *   EINTR: it catches the signal.
 */
export function checkForeground<T>(
  processes: ProcessTable,
  process: Process,
  pty: Pty,
  signal: typeof SIGTTIN | typeof SIGTTOU,
  retry: () => Outcome<T>,
): undefined | Errno | Blocked<T> {
  if (pty.sid === 0 || pty.sid !== process.sid) return undefined;
  if (pty.foregroundPgid === 0 || pty.foregroundPgid === process.pgid) return undefined;
  if (process.ignoredSignals.has(signal) || process.blockedSignals.has(signal)) {
    return signal === SIGTTIN ? errno.EIO : undefined;
  }
  if (isOrphanedGroup(processes.all(), process.pgid)) return errno.EIO;
  processes.signalGroup(process.pgid, signal);
  if (!process.isStopped) return errno.EINTR;
  return new Blocked<T>({ queues: [], retry });
}
