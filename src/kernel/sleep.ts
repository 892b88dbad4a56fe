/** clock_nanosleep(2). */
import { clockMs } from "./clocks.js";
import { Errno, errno } from "./errno.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/**
 * Sleeps until the time is up or a caught signal comes; answers how many ms are left then, 0 when
 * none are. EINVAL: no such clock, or a negative time.
 * @param isAbsolute - `timeMs` is a time of the clock, not a distance.
 */
export function sleep(clock: number, timeMs: number, isAbsolute: boolean): Outcome<number> {
  const nowMs = clockMs(clock);
  if (nowMs instanceof Errno) return nowMs;
  if (timeMs < 0) return errno.EINVAL;
  const distanceMs = isAbsolute ? timeMs - nowMs : timeMs;
  if (distanceMs <= 0) return 0;
  const atMs = performance.now() + distanceMs;
  const leftMs = (): number => Math.max(0.001, atMs - performance.now());
  const attempt = (): Outcome<number> =>
    new Blocked<number>({
      queues: [new WaitQueue()],
      retry: attempt,
      interrupted: (reason) => (reason === errno.EINTR ? leftMs() : reason),
      deadline: { atMs, result: () => 0 },
    });
  return attempt();
}
