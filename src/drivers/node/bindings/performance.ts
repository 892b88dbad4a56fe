/** `performance`: the clock of `performance.now()` and the milestones of the start. */
import type { Binding, Guest } from "../guest/guest.js";
import { HRTIME_BASE_MS } from "../guest/high-resolution-time.js";
import { histogramClasses } from "./histogram.js";

export function performanceBinding(guest: Guest): Binding {
  const { hooks, loop } = guest;
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
    origin = guest.startedAt;
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN", hrtimeOf(origin));
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP", Date.now() * 1e3);
    for (const name of ["ENVIRONMENT", "NODE_START", "V8_START"]) {
      set(`NODE_PERFORMANCE_MILESTONE_${name}`, hrtimeOf(origin));
    }
  });
  loop.onStart = (ms) => set("NODE_PERFORMANCE_MILESTONE_LOOP_START", hrtimeOf(ms));
  return {
    ...histogramClasses(guest),
    milestones,
    observerCounts: new Uint32Array(16),
    now: () => hooks.now() - origin,
    markBootstrapComplete() {
      set("NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE", hrtimeOf(hooks.now()));
    },
    setupObservers() {},
    installGarbageCollectionTracking() {},
    removeGarbageCollectionTracking() {},
    notify() {},
    loopIdleTime: () => loop.board?.idleTime(hooks.now()) ?? 0,
    uvMetricsInfo: () => [0, 0, 0],
    getTimeOrigin: () => 0,
    getTimeOriginTimestamp: () => Date.now(),
  };
}
