// How large the probes are that count: SECURE_EXEC_PROBES=full has their full numbers, which take minutes.

const isFull = process.env.SECURE_EXEC_PROBES === "full";

/** The number that a probe names, or the one that every run of the tests can afford. */
export function sized(full: number, everyRun: number): number {
  return isFull ? full : everyRun;
}
