// Clocks, sleeping and timers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SIGALRM, SIGINT, SIGKILL, SIGSTOP } from "../../src/kernel/signals.js";
import { bootTables, start } from "../kernel/tables.js";
import { DirectGuest } from "./direct-guest.js";

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "performance", "Date"],
    now: 1_700_000_000_000,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const [REALTIME, MONOTONIC, CPU] = [0, 1, 2];
const S = 1_000_000;

function boot(overrides = {}) {
  const tables = bootTables(overrides);
  const process = start(tables);
  const guest = new DirectGuest(tables, process);
  const action = { signal: SIGALRM, disposition: 2, flags: 0, maskLow: 0, maskHigh: 0 };
  guest.do("signal_action", action);
  return { tables, process, guest };
}

/** The two i64 of the last answer. */
function pair({ resultBytes }: DirectGuest): number[] {
  return [...new BigInt64Array(resultBytes.slice().buffer)].map(Number);
}

function setTimer(guest: DirectGuest, timer: number, firstUs: number, intervalUs = 0): number[] {
  guest.do("set_timer", { timer, firstUs, intervalUs });
  return pair(guest);
}

/** How many alarms have come. */
function alarms(guest: DirectGuest): number {
  return guest.do("take_signals", {}) & (1 << (SIGALRM - 1)) ? 1 : 0;
}

describe("clocks", () => {
  test("realtime is the time of files, monotonic goes on", () => {
    const { guest } = boot();
    guest.do("clock_time", { clock: REALTIME });
    expect(pair(guest)).toEqual([1_700_000_000, 0]);
    guest.do("clock_time", { clock: MONOTONIC });
    const [before = 0] = pair(guest);
    vi.advanceTimersByTime(5000);
    guest.do("clock_time", { clock: MONOTONIC });
    expect(pair(guest)[0]).toBe(before + 5);
    guest.do("clock_resolution", { clock: REALTIME });
    expect(pair(guest)).toEqual([0, 1_000_000]);
  });

  test("CPU time is what the driver has measured, in steps of 10 ms", () => {
    const { guest, process } = boot();
    process.cpu.start(() => ({ userMs: 1230, systemMs: 20 }));
    guest.do("clock_time", { clock: CPU });
    expect(pair(guest)).toEqual([1, 250_000_000]);
    guest.do("clock_resolution", { clock: CPU });
    expect(pair(guest)).toEqual([0, 10_000_000]);
    expect(guest.try("sleep", { clock: CPU, flags: 0, timeUs: 1 })).toBe("EINVAL");
  });

  test.each([8, 99])("clock %d is EINVAL", (clock) => {
    const { guest } = boot();
    expect(guest.try("clock_time", { clock })).toBe("EINVAL");
    expect(guest.try("clock_resolution", { clock })).toBe("EINVAL");
    expect(guest.try("sleep", { clock, flags: 0, timeUs: 1 })).toBe("EINVAL");
  });
});

describe("sleep", () => {
  test("ends when the time is up, with nothing left", () => {
    const { guest } = boot();
    expect(guest.try("sleep", { clock: MONOTONIC, flags: 0, timeUs: 2 * S })).toBe("waits");
    vi.advanceTimersByTime(1999);
    expect(guest.answers).toBe(1);
    vi.advanceTimersByTime(2);
    expect([guest.outcome, guest.longResult]).toEqual(["ok", 0n]);
  });

  test("ends at a caught signal, and tells what is left", () => {
    const { tables, process, guest } = boot();
    guest.post("sleep", { clock: REALTIME, flags: 0, timeUs: 2 * S });
    vi.advanceTimersByTime(500);
    tables.processes.deliver(process, SIGALRM);
    expect([guest.outcome, Number(guest.longResult)]).toEqual(["ok", 1.5 * S]);
  });

  test("until a time of the clock: a past one does not wait", () => {
    const { guest } = boot();
    const until = (timeUs: number) => guest.try("sleep", { clock: REALTIME, flags: 1, timeUs });
    expect(until(1_600_000_000 * S)).toBe("ok");
    expect(until(1_700_000_003 * S)).toBe("waits");
    vi.advanceTimersByTime(3001);
    expect(guest.answers).toBe(3);
  });

  test("a negative time is EINVAL", () => {
    expect(boot().guest.try("sleep", { clock: REALTIME, flags: 0, timeUs: -1 })).toBe("EINVAL");
  });
});

describe("alarm and setitimer", () => {
  test("sends SIGALRM once, and answers what was left of the one before", () => {
    const { tables, guest } = boot();
    expect(setTimer(guest, 0, 10 * S)).toEqual([0, 0]);
    vi.advanceTimersByTime(4000);
    expect(setTimer(guest, 0, 1 * S)).toEqual([6 * S, 0]);
    vi.advanceTimersByTime(1001);
    expect([alarms(guest), tables.timers.dump()[0]?.remainingMs]).toEqual([1, 0]);
    vi.advanceTimersByTime(60_000);
    expect([alarms(guest), vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("repeats at its interval, and is disarmed by 0", () => {
    const { tables, guest } = boot();
    setTimer(guest, 0, 1 * S, 2 * S);
    let count = 0;
    for (let second = 0; second < 10; second++) {
      vi.advanceTimersByTime(1001);
      count += alarms(guest);
    }
    expect(count).toBe(5);
    guest.do("get_timer", { timer: 0 });
    expect(pair(guest)[1]).toBe(2 * S);
    setTimer(guest, 0, 0);
    expect([vi.getTimerCount(), tables.timers.dump()]).toEqual([0, []]);
  });

  test("interrupts a wait", () => {
    const { guest } = boot();
    setTimer(guest, 0, 1 * S);
    guest.post("suspend", { low: 0, high: 0 });
    vi.advanceTimersByTime(1001);
    expect([guest.outcome, guest.resultBytes[0]]).toEqual(["ok", SIGALRM]);
  });

  test("is the process's own: a child has none, and its end takes it away", () => {
    const { tables, process, guest } = boot();
    setTimer(guest, 0, 1 * S);
    const child = new DirectGuest(tables, start(tables, { parent: process }));
    child.do("get_timer", { timer: 0 });
    expect(pair(child)).toEqual([0, 0]);
    tables.processes.deliver(process, SIGKILL);
    expect([vi.getTimerCount(), tables.timers.dump()]).toEqual([0, []]);
  });

  test("a stopped process gets the signal when it is continued", () => {
    const { tables, process, guest } = boot();
    setTimer(guest, 0, 1 * S);
    tables.processes.deliver(process, SIGSTOP);
    vi.advanceTimersByTime(1001);
    expect([process.pendingSignals.has(SIGALRM), process.isStopped]).toEqual([true, true]);
  });
});

describe("timer_create", () => {
  test("sends its signal with its value and number; what comes while it is pending is counted", () => {
    const { guest } = boot();
    guest.do("signal_mask", { how: 0, low: 1 << (SIGINT - 1), high: 0 });
    const timer = guest.do("create_timer", { clock: MONOTONIC, signal: SIGINT, low: 7, high: 8 });
    setTimer(guest, timer, 1 * S, 1 * S);
    vi.advanceTimersByTime(3500);
    expect(guest.do("timer_overruns", { timer })).toBe(2);
    guest.do("wait_signal", { low: 1 << (SIGINT - 1), high: 0, timeoutUs: 0 });
    const words = new Int32Array(guest.resultBytes.slice().buffer);
    expect([...words.slice(0, 8)]).toEqual([SIGINT, -2, 0, 0, timer, 0, 7, 8]);
  });

  test("a deleted timer is no more: EINVAL", () => {
    const { guest } = boot();
    const timer = guest.do("create_timer", { clock: MONOTONIC, signal: 0, low: 0, high: 0 });
    expect(guest.try("delete_timer", { timer })).toBe("ok");
    expect(guest.try("delete_timer", { timer })).toBe("EINVAL");
    expect(guest.try("get_timer", { timer })).toBe("EINVAL");
    expect(guest.try("timer_overruns", { timer })).toBe("EINVAL");
    expect(guest.try("set_timer", { timer, firstUs: 1, intervalUs: 0 })).toBe("EINVAL");
  });

  test("the limit is EAGAIN", () => {
    const { guest } = boot({ timers: 2 });
    const create = () =>
      guest.try("create_timer", { clock: MONOTONIC, signal: 0, low: 0, high: 0 });
    expect([create(), create(), create()]).toEqual(["ok", "ok", "EAGAIN"]);
    expect(guest.try("set_timer", { timer: 0, firstUs: 1, intervalUs: 0 })).toBe("EAGAIN");
  });
});
