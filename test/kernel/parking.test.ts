import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Errno, errno } from "../../src/kernel/errno.js";
import { ParkingLot } from "../../src/kernel/parking.js";
import { Blocked, type Outcome, WaitQueue } from "../../src/kernel/wait.js";
import { forSeeds } from "../random.js";
import { codeOf } from "./tables.js";

/** Something to wait for: calls take a number when there is one. */
class Numbers {
  readonly queue = new WaitQueue();
  readonly items: number[] = [];

  put(item: number): void {
    this.items.push(item);
    this.queue.wake();
  }

  take(): Outcome<number> {
    const item = this.items.shift();
    if (item !== undefined) return item;
    return new Blocked({ queues: [this.queue], retry: () => this.take() });
  }

  /** Parks a `take`, and notes how it ends. */
  park(lot: ParkingLot, name: string, log: string[], fd?: number) {
    const outcome = this.take();
    if (!(outcome instanceof Blocked)) throw new Error("there is a number");
    return lot.park(outcome, (result) => log.push(`${name} ${codeOf(result)}`), fd);
  }
}

describe("a wait queue", () => {
  test("wakes in the order of arrival", () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    for (const name of ["a", "b", "c"]) queue.add(() => log.push(name));
    queue.wake();
    expect(log).toEqual(["a", "b", "c"]);
  });

  test("leaves out who comes, and who goes, during a wake", () => {
    const queue = new WaitQueue();
    const log: string[] = [];
    const last = () => void log.push("last");
    queue.add(() => {
      log.push("first");
      queue.delete(last);
      queue.add(() => log.push("late"));
    });
    queue.add(last);
    queue.wake();
    expect(log).toEqual(["first"]);
    queue.wake();
    expect(log).toEqual(["first", "first", "late"]);
  });
});

describe("a parked call", () => {
  test("ends by the retry that finishes, and leaves its queues and its lot", () => {
    const numbers = new Numbers();
    const lot = new ParkingLot();
    const log: string[] = [];
    numbers.park(lot, "call", log);
    expect([lot.size, numbers.queue.length]).toEqual([1, 1]);
    numbers.put(7);
    expect(log).toEqual(["call 7"]);
    expect([lot.size, numbers.queue.length]).toEqual([0, 0]);
  });

  test("of several, those who find nothing wait on, in their order", () => {
    const numbers = new Numbers();
    const lot = new ParkingLot();
    const log: string[] = [];
    for (const name of ["a", "b", "c"]) numbers.park(lot, name, log);
    numbers.put(1);
    numbers.queue.wake();
    numbers.put(2);
    numbers.put(3);
    expect(log).toEqual(["a 1", "b 2", "c 3"]);
  });

  test("waits on what the last retry named, and on nothing else", () => {
    const [before, after] = [new WaitQueue(), new WaitQueue()];
    const results: (string | Errno)[] = [];
    const second = new Blocked<string>({ queues: [after], retry: () => "done" });
    const first = new Blocked<string>({ queues: [before], retry: () => second });
    new ParkingLot().park(first, (result) => results.push(result));
    before.wake();
    expect([before.length, after.length]).toEqual([0, 1]);
    before.wake();
    expect(results).toEqual([]);
    after.wake();
    expect(results).toEqual(["done"]);
  });

  test("on two queues ends once when both wake", () => {
    const queues = [new WaitQueue(), new WaitQueue()];
    const results: (string | Errno)[] = [];
    const call = new Blocked<string>({ queues, retry: () => "done" });
    new ParkingLot().park(call, (result) => results.push(result));
    for (const queue of queues) queue.wake();
    expect(results).toEqual(["done"]);
  });

  test("is cancelled with its partial result, or with the reason when it has none", () => {
    const queue = new WaitQueue();
    const lot = new ParkingLot();
    const results: (number | Errno)[] = [];
    const note = (result: number | Errno) => void results.push(result);
    const retry = (): Errno => errno.EIO;
    lot.park(new Blocked({ queues: [queue], retry, interrupted: () => 5 }), note);
    lot.park(new Blocked<number>({ queues: [queue], retry }), note);
    lot.cancelAll(errno.EINTR);
    expect(results).toEqual([5, errno.EINTR]);
    queue.wake();
    lot.cancelAll(errno.EINTR);
    expect(results).toHaveLength(2);
    expect([lot.size, queue.length]).toEqual([0, 0]);
  });

  test("about a descriptor is cancelled with that descriptor only", () => {
    const numbers = new Numbers();
    const lot = new ParkingLot();
    const log: string[] = [];
    numbers.park(lot, "three", log, 3);
    numbers.park(lot, "four", log, 4);
    numbers.park(lot, "none", log);
    lot.cancelAll(errno.EBADF, 4);
    expect(log).toEqual(["four EBADF"]);
    expect(lot.size).toBe(2);
  });

  test("that is abandoned ends without a result", () => {
    const numbers = new Numbers();
    const lot = new ParkingLot();
    const log: string[] = [];
    const call = numbers.park(lot, "call", log);
    call.abandon();
    call.cancel(errno.EINTR);
    numbers.put(1);
    expect(log).toEqual([]);
    expect([lot.size, numbers.queue.length, numbers.items.length]).toEqual([0, 0, 1]);
  });

  test("whose retry wakes its own queue is tried once and ends once", () => {
    const queue = new WaitQueue();
    const results: (number | Errno)[] = [];
    let tries = 0;
    const call = new Blocked<number>({
      queues: [queue],
      retry: () => {
        tries++;
        if (tries < 5) queue.wake();
        return tries;
      },
    });
    new ParkingLot().park(call, (result) => results.push(result));
    queue.wake();
    expect(tries).toBe(1);
    expect(results).toEqual([1]);
  });

  test("that is cancelled by its own retry ends once", () => {
    const queue = new WaitQueue();
    const lot = new ParkingLot();
    const results: (number | Errno)[] = [];
    const call = new Blocked<number>({
      queues: [queue],
      retry: () => {
        lot.cancelAll(errno.ESRCH);
        return 1;
      },
    });
    lot.park(call, (result) => results.push(result));
    queue.wake();
    expect(results).toEqual([errno.ESRCH]);
    expect([lot.size, queue.length]).toEqual([0, 0]);
  });

  test("may be cancelled by the end of another, in the same wake", () => {
    const numbers = new Numbers();
    const lot = new ParkingLot();
    const log: string[] = [];
    const outcome = numbers.take() as Blocked<number>;
    lot.park(outcome, (result) => {
      log.push(`first ${codeOf(result)}`);
      lot.cancelAll(errno.EINTR);
    });
    numbers.park(lot, "second", log);
    numbers.items.push(1, 2);
    numbers.queue.wake();
    expect(log).toEqual(["first 1", "second EINTR"]);
    expect(numbers.items).toEqual([2]);
  });
});

describe("a deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Parks a call that gives up with "late" after `afterMs`. */
  function parkUntil(afterMs: number, queue = new WaitQueue()) {
    const results: (string | Errno)[] = [];
    const atMs = performance.now() + afterMs;
    const call: Blocked<string> = new Blocked({
      queues: [queue],
      retry: () => call,
      deadline: { atMs, result: () => "late" },
    });
    const lot = new ParkingLot();
    lot.park(call, (result) => results.push(result));
    return { results, queue, lot };
  }

  test("ends the call when it has come, not before, and leaves no timer", () => {
    const { results, lot } = parkUntil(100);
    vi.advanceTimersByTime(99);
    expect(results).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(results).toEqual(["late"]);
    expect([lot.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("stands through wakes that find nothing", () => {
    const { results, queue } = parkUntil(100);
    vi.advanceTimersByTime(60);
    queue.wake();
    vi.advanceTimersByTime(39);
    expect(results).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(results).toEqual(["late"]);
  });

  test("in the past ends the call at the next turn", () => {
    const { results } = parkUntil(-5);
    expect(results).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(results).toEqual(["late"]);
  });

  test("beyond what a timer can hold is kept", () => {
    const days = 24 * 3600 * 1000;
    const { results } = parkUntil(60 * days);
    vi.advanceTimersByTime(59 * days);
    expect(results).toEqual([]);
    vi.advanceTimersByTime(days);
    expect(results).toEqual(["late"]);
  });

  test("of a cancelled call leaves no timer", () => {
    const { results, lot } = parkUntil(100);
    lot.cancelAll(errno.EINTR);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(results).toEqual([errno.EINTR]);
  });
});

test("whatever happens to parked calls, each ends once", () => {
  forSeeds(100, (random) => {
    const lot = new ParkingLot();
    const sources = [new Numbers(), new Numbers(), new Numbers()] as const;
    const endings = new Map<number, string[]>();
    const abandoned = new Set<number>();
    let lastCall = 0;
    let budget = 400;

    const act = (): void => {
      if (budget-- <= 0) return;
      const source = random.pick(sources);
      if (random.chance(0.5)) {
        lastCall++;
        const id = lastCall;
        const outcome = source.take();
        const log: string[] = [];
        endings.set(id, log);
        const settle = (result: number | Errno): void => {
          log.push(String(codeOf(result)));
          if (random.chance(0.5)) act();
        };
        if (!(outcome instanceof Blocked)) settle(outcome);
        else {
          const call = lot.park(outcome, settle, random.below(3));
          if (random.chance(0.1)) {
            call.abandon();
            abandoned.add(id);
          }
        }
      } else if (random.chance(0.7)) source.put(random.below(100));
      else if (random.chance(0.3)) lot.cancelAll(errno.EINTR, random.below(3));
      else source.queue.wake();
    };
    while (budget > 0) act();
    lot.cancelAll(errno.EINTR);
    while (lot.size > 0) lot.cancelAll(errno.EINTR);

    for (const [id, log] of endings) {
      const expected = abandoned.has(id) ? 0 : 1;
      if (log.length !== expected) throw new Error(`call ${id} ended ${log.length} times: ${log}`);
    }
    for (const { queue } of sources) expect(queue.length).toBe(0);
  });
});
