// A041: a guest killed in each call, waiting or not → nothing of it is left. A042: random calls of every row, by the
// table's grammar; `npm run fuzz` makes 10^7 of them.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SIGKILL } from "../../src/kernel/signals.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { RandomCalls } from "../bridge/random-calls.js";
import { RandomWorld } from "../bridge/random-world.js";
import { leftAfterAll } from "../kernel/invariants.js";
import { bootTables, start } from "../kernel/tables.js";
import { forSeeds, Random } from "../random.js";
import { underOracle } from "./universal-oracle.js";

// The oracle's own neighbour needs real ones.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("A041: killed after any call, a guest leaves nothing", () =>
  underOracle(() => {
    forSeeds(400, (random) => {
      const tables = bootTables();
      const fresh = tables.dump();
      const process = start(tables);
      const guest = new DirectGuest(tables, process);
      const calls = new RandomCalls(random, tables);
      for (let count = 1 + random.below(12); count > 0 && process.isRunning; count--) {
        const { name, args } = calls.next(process);
        guest.post(name, args);
        if (process.parked.size > 0 || process.gate.size > 0) break;
      }
      tables.processes.deliver(process, SIGKILL);
      expect(process.isRunning).toBe(false);
      expect(process.parked.size).toBe(0);
      expect(process.fds.numbers()).toEqual([]);
      expect(leftAfterAll(tables, fresh)).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    });
  }));

test("A042: random calls of every row, under the universal oracle", () =>
  underOracle(() => {
    const world = new RandomWorld(new Random(42));
    while (world.calls < 20_000) world.step();
    world.check();
    expect(leftAfterAll(world.tables, world.fresh)).toEqual([]);
  }));
