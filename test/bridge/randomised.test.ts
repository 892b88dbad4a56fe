// 100,000 random calls of every row by many processes, with kills at random moments: nothing is left in the end,
// and the tables' invariants hold all the time. TEST_SEED=n repeats one seed; `npm run fuzz` makes 10^7 calls
// with seeds that nobody has tried (FUZZ_CALLS).

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { leftAfterAll } from "../kernel/invariants.js";
import { Random } from "../random.js";
import { RandomWorld } from "./random-world.js";

const CALLS_PER_SEED = 10_000;
const fuzzCalls = Number(process.env.FUZZ_CALLS ?? 0);
const seedCount = fuzzCalls > 0 ? Math.ceil(fuzzCalls / CALLS_PER_SEED) : 12;
const firstSeed = fuzzCalls > 0 ? Math.floor(Date.now() / 1000) : 1;
/** About fifty times what it takes. */
const timeoutMs = 60_000 + seedCount * 10_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test(
  "random calls and kills leave no descriptor, pipe, timer, zombie or process",
  async () => {
    const only = process.env.TEST_SEED;
    const seeds = only
      ? [Number(only)]
      : Array.from({ length: seedCount }, (_, index) => firstSeed + index);
    let [calls, succeeded, kills] = [0, 0, 0];
    for (const seed of seeds) {
      try {
        const world = await play(seed);
        calls += world.calls;
        succeeded += world.succeeded;
        kills += world.kills;
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        throw new Error(`TEST_SEED=${seed} repeats this: ${reason}`, { cause: thrown });
      }
    }
    if (only) return;
    expect(calls).toBeGreaterThanOrEqual(100_000);
    expect(kills).toBeGreaterThan(100);
    // The arguments must reach past the first check.
    expect(succeeded / calls).toBeGreaterThan(0.2);
  },
  timeoutMs,
);

async function play(seed: number): Promise<RandomWorld> {
  const world = new RandomWorld(new Random(seed));
  while (world.calls < CALLS_PER_SEED) {
    for (let count = 0; count < 50; count++) world.step();
    world.check();
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(leftAfterAll(world.tables, world.fresh)).toEqual([]);
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  return world;
}
