/** `process.hrtime()` counts from a moment that is this much before the clock of the hooks begins, in ms: never near 0. */
export const HRTIME_BASE_MS = 1000;
