// Measures two ways to do the same thing in pairs: one round runs both, one after the other, and every other
// round in the other order, so that a slow minute of the machine hits both. tinybench times each run.

import { Bench } from "tinybench";

/** The middle value; of two middle ones their mean. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs `rounds` pairs after one pair that does not count.
 *
 * @param row - `ours` and `host`: functions that do the work once, or return `{ overriddenDuration }` in ms
 *   when only a part of what they do is to be counted. `after`: tidies up after each run of `ours`, untimed. `aim`: the
 *   ratio it should stay under.
 * @returns Medians in milliseconds, the median of the pairs' ratios, and every sample.
 */
export async function measurePairs({ title, aim, ours, host, after }, rounds) {
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
  bench.add("ours", ours, { async: true, afterEach: after });
  bench.add("host", host, { async: true });
  const samples = { ours: [], host: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? ["ours", "host"] : ["host", "ours"]) {
      const task = bench.getTask(name);
      task.reset();
      await task.run();
      if (round > 0) samples[name].push(task.result.latency.mean);
    }
  }
  return {
    title,
    aim,
    n: rounds,
    oursMs: median(samples.ours),
    hostMs: median(samples.host),
    ratio: median(samples.ours.map((sample, index) => sample / samples.host[index])),
    samples,
  };
}
