/** `performance`: the clock of `performance.now()` and the milestones of the start. */
import type { Binding, Guest } from "../guest/guest.js";
import { histogramClasses } from "./histogram.js";

export function performanceBinding(guest: Guest): Binding {
  const { hooks } = guest;
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
  guest.whenBegun(() => {
    origin = guest.startedAt;
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN", origin * 1e6);
    set("NODE_PERFORMANCE_MILESTONE_TIME_ORIGIN_TIMESTAMP", Date.now() * 1e3);
    for (const name of ["ENVIRONMENT", "NODE_START", "V8_START"]) {
      set(`NODE_PERFORMANCE_MILESTONE_${name}`, origin * 1e6);
    }
  });
  return {
    ...histogramClasses(guest),
    milestones,
    observerCounts: new Uint32Array(16),
    now: () => hooks.now() - origin,
    markBootstrapComplete() {
      set("NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE", hooks.now() * 1e6);
    },
    setupObservers() {},
    installGarbageCollectionTracking() {},
    removeGarbageCollectionTracking() {},
    notify() {},
    loopIdleTime: () => 0,
    uvMetricsInfo: () => [0, 0, 0],
    getTimeOrigin: () => 0,
    getTimeOriginTimestamp: () => Date.now(),
  };
}
