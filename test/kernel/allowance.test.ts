// The kill ladder of a call's limits, and RLIMIT_CPU, on processes whose CPU time the test sets.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Allowance } from "../../src/kernel/allowance.js";
import type { CallLimits, LimitReached } from "../../src/kernel/call-limits.js";
import type { Process } from "../../src/kernel/process.js";
import { RLIMIT_CPU } from "../../src/kernel/resource-limits.js";
import { SIGKILL, SIGTERM, SIGXCPU } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { bootTables, start, tryStart } from "./tables.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A family of two: a parent that catches `caught`, and a child that does not. */
function family(limits: CallLimits, caught: number) {
  const tables = bootTables();
  const told: LimitReached[] = [];
  const allowance = new Allowance(tables.limits, limits, (reached) => void told.push(reached));
  const parent = start(tables, { allowance });
  const child = start(tables, { parent });
  parent.caughtSignals.set(caught, { interrupts: false });
  return { tables, told, allowance, parent, child };
}

function computes(process: Process, userMs: number): void {
  process.cpu.start(() => ({ userMs, systemMs: 0 }));
}

test("wall time: SIGTERM to all of the family, a second later SIGKILL", async () => {
  const { told, parent, child, tables } = family({ wallMs: 500 }, SIGTERM);
  vi.advanceTimersByTime(499);
  expect([parent.isRunning, child.isRunning, told]).toEqual([true, true, []]);
  // A driver's word of an end comes a turn later.
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toEqual([
    { limit: "wallMs", value: 500, pid: parent.pid, command: "idle", isDeadly: true },
  ]);
  expect([child.isRunning, child.waitStatus]).toEqual([false, signalStatus(SIGTERM)]);
  expect([parent.isRunning, parent.pendingSignals.has(SIGTERM)]).toEqual([true, true]);
  expect(tryStart(tables, { parent })).toMatchObject({ code: "EAGAIN" });
  vi.advanceTimersByTime(1000);
  expect([parent.isRunning, parent.waitStatus]).toEqual([false, signalStatus(SIGKILL)]);
  expect(vi.getTimerCount()).toBe(0);
});

test("CPU time is the family's together, that of the ended included; the busiest is named", () => {
  const { told, parent, child, tables } = family({ cpuMs: 1000 }, SIGXCPU);
  computes(child, 600);
  tables.processes.deliver(child, SIGKILL);
  computes(parent, 300);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([]);
  computes(parent, 400);
  vi.advanceTimersByTime(1000);
  expect(told).toMatchObject([{ limit: "cpuMs", value: 1000, pid: parent.pid }]);
  expect(parent.pendingSignals.has(SIGXCPU)).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(parent.isRunning).toBe(false);
});

test("nothing is left of a call that ends in time", () => {
  const { tables, parent, child } = family({ wallMs: 500, cpuMs: 500 }, SIGTERM);
  for (const process of [child, parent]) tables.processes.end(process, 0);
  expect(vi.getTimerCount()).toBe(0);
});

test("RLIMIT_CPU: SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one", () => {
  const { parent, allowance, told } = family({}, SIGXCPU);
  const take = (): boolean => parent.pendingSignals.take(SIGXCPU) !== undefined;
  parent.limits.set(RLIMIT_CPU, { soft: 1, hard: 3 }, true);
  allowance.onCpuLimit?.();
  const seen = [900, 1000, 1900, 2100, 2900].map((userMs) => {
    computes(parent, userMs);
    vi.advanceTimersByTime(2000);
    return take();
  });
  expect(seen).toEqual([false, true, false, true, false]);
  expect(parent.isRunning).toBe(true);
  computes(parent, 3000);
  vi.advanceTimersByTime(2000);
  expect([parent.isRunning, parent.waitStatus]).toEqual([false, signalStatus(SIGKILL)]);
  expect(told).toEqual([]);
});
