/**
 * Ending a session: a process that leads one, and whatever it has started and left in it. Programs get
 * a second to end themselves. Who has called setsid has a session of their own and goes on.
 */
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import { SIGCONT, SIGKILL, SIGTERM } from "./signals.js";

/** How long a session has to end itself between SIGTERM and SIGKILL. */
const GRACE_MS = 1000;

/** Ends all processes of a session: SIGTERM, a second later SIGKILL. Resolves when none is left. */
export async function endSession({ processes }: KernelTables, sid: number): Promise<void> {
  const running = () => [...processes.all()].filter((one) => one.sid === sid && one.isRunning);
  if (running().length === 0) return;
  const grace = setTimeout(() => processes.signalSession(sid, SIGKILL), GRACE_MS);
  processes.signalSession(sid, SIGTERM);
  processes.signalSession(sid, SIGCONT);
  // A process may start others while it ends.
  for (let left = running(); left.length > 0; left = running()) await Promise.all(left.map(ended));
  clearTimeout(grace);
}

/** Resolves with the wait status of a process when it has ended. */
export function ended(process: Process): Promise<number> {
  if (!process.isRunning) return Promise.resolve(process.waitStatus);
  return new Promise((resolve) => process.endListeners.add(resolve));
}
