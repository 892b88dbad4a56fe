/** `performance`: the clock of `performance.now()` and the milestones of the start. */
import type { Binding, Guest } from "../guest/guest.js";
import { HRTIME_BASE_MS } from "../guest/high-resolution-time.js";
import { histogramClasses } from "./histogram.js";

type Observe = (
  name: string,
  type: string,
  startMs: number,
  durationMs: number,
  detail: unknown,
) => void;

export function performanceBinding(guest: Guest): Binding {
  const { hooks, loop, native } = guest;
  let origin = 0;
  const surface = guest.configuration.surface.performance?.constants;
  // The milestones' places are among those that are not enumerable.
  const constants: Readonly<Record<string, number>> =
    surface?.kind === "value" ? Object.assign({}, surface.value, surface.hidden) : {};
  const milestones = new Float64Array(16).fill(-1);
  const set = (name: string, value: number): void => {
    const index = constants[name];
    if (index !== undefined) milestones[index] = value;
  };
  /** Nanoseconds on the clock of `process.hrtime()`. */
  const hrtimeOf = (ms: number): number => (ms + HRTIME_BASE_MS) * 1e6;
  guest.whenBegun(() => {
    origin = guest.processOrigin.startedAt;
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN", hrtimeOf(origin));
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP", guest.processOrigin.calendarMs * 1e3);
    // The library had booted before: these steps follow each other at once.
    for (const [index, name] of ["NODE_START", "V8_START", "ENVIRONMENT"].entries()) {
      set(`NODE_PERFORMANCE_MILESTONE_${name}`, hrtimeOf(guest.startedAt) + index * 1000);
    }
  });
  let observe: Observe = () => {};
  const tellOfGc = (): void => {
    const records = native.takeGcRecords() ?? [];
    const now = hooks.now() - origin;
    for (let at = 0; at < records.length; at += 4) {
      const [kind, flags, ago = 0, duration = 0] = records.slice(at, at + 4);
      const entry = ["gc", "gc", now - ago, duration, { kind, flags }];
      guest.callback(guest.process, observe, entry);
    }
  };
  loop.onEnd = (ms) => set("NODE_PERFORMANCE_MILESTONE_LOOP_EXIT", hrtimeOf(ms));
  loop.onStart = (ms) => set("NODE_PERFORMANCE_MILESTONE_LOOP_START", hrtimeOf(ms));
  return {
    ...histogramClasses(guest),
    milestones,
    observerCounts: new Uint32Array(16),
    now: () => hooks.now() - origin,
    markBootstrapComplete() {
      set("NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE", hrtimeOf(hooks.now()));
    },
    setupObservers(callback: Observe) {
      observe = callback;
    },
    installGarbageCollectionTracking() {
      native.recordGc(true);
      guest.onTurn = tellOfGc;
    },
    removeGarbageCollectionTracking() {
      native.recordGc(false);
      guest.onTurn = null;
    },
    notify() {},
    loopIdleTime: () => loop.board?.idleTime(hooks.now()) ?? 0,
    uvMetricsInfo: () => [loop.turns, loop.events, 0],
    getTimeOrigin: () => 0,
    getTimeOriginTimestamp: () => guest.processOrigin.calendarMs,
  };
}
