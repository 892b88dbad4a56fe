// How large the probes are that count: SECURE_EXEC_PROBES=full has their full numbers, which take minutes.

const isFull = process.env.SECURE_EXEC_PROBES === "full";

/** What a probe names, or what every run of the tests can afford. */
export function sized<Size>(full: Size, everyRun: Size): Size {
  return isFull ? full : everyRun;
}
