/**
 * `Atomics.waitAsync`. V8's own settles its promises in tasks that never run here, and on Node 20 aborts the whole process. This
 * one looks every other millisecond whether the value has changed, as whoever notifies has changed it before: a notification
 * of another thread that changes nothing wakes nobody. Those of its own thread are heard as they are.
 */
import type { Guest } from "./guest.js";

type Waited = "ok" | "timed-out";
type SharedView = Int32Array | BigInt64Array;

interface Waiter {
  readonly view: SharedView;
  readonly index: number;
  readonly value: number | bigint;
  /** On the guest's clock. */
  readonly untilMs: number;
  resolve(how: Waited): void;
}

interface Interval {
  unref(): void;
}

interface Timers {
  setInterval(callback: () => void, ms: number): Interval;
  clearInterval(interval: Interval): void;
}

const INTERVAL_MS = 2;

const { load, notify } = Atomics;

export function installAsyncWaits(guest: Guest): void {
  let waiters: Waiter[] = [];
  let interval: Interval | null = null;
  const timers = (): Timers => guest.require("timers") as Timers;

  const settle = (waiter: Waiter, how: Waited): void => {
    waiters = waiters.filter((other) => other !== waiter);
    waiter.resolve(how);
    if (waiters.length > 0 || !interval) return;
    timers().clearInterval(interval);
    interval = null;
  };

  const look = (): void => {
    const now = guest.hooks.now();
    for (const waiter of waiters) {
      const { view, index, value, untilMs } = waiter;
      if (load(view as Int32Array, index) !== value) settle(waiter, "ok");
      else if (now >= untilMs) settle(waiter, "timed-out");
    }
  };

  function waitAsync(view: SharedView, index: number, value: number | bigint, timeout?: unknown) {
    const shared = sharedView(view);
    const at = Number(index);
    const expected = shared instanceof Int32Array ? Number(value) | 0 : BigInt(value);
    // It also checks the index.
    if (load(shared as Int32Array, at) !== expected) return { async: false, value: "not-equal" };
    const given = timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout);
    const timeoutMs = Number.isNaN(given) ? Number.POSITIVE_INFINITY : given;
    if (timeoutMs <= 0) return { async: false, value: "timed-out" };
    const promise = new Promise<Waited>((resolve) => {
      const untilMs = guest.hooks.now() + timeoutMs;
      waiters.push({ view: shared, index: at, value: expected, untilMs, resolve });
    });
    interval ??= timers().setInterval(look, INTERVAL_MS);
    interval.unref();
    return { async: true, value: promise };
  }

  function notifyAll(view: SharedView, index: number, count?: unknown): number {
    let woken = notify(view as Int32Array, index, count as number);
    const limit = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
    for (const waiter of waiters) {
      if (woken >= limit) break;
      if (!isSamePlace(waiter, view, Number(index))) continue;
      settle(waiter, "ok");
      woken++;
    }
    return woken;
  }

  for (const [name, value, length] of [
    ["waitAsync", waitAsync, 4],
    ["notify", notifyAll, 3],
  ] as const) {
    Object.defineProperty(value, "name", { value: name, configurable: true });
    Object.defineProperty(value, "length", { value: length, configurable: true });
    Object.defineProperty(Atomics, name, { value, writable: true, configurable: true });
  }
}

function sharedView(view: unknown): SharedView {
  const isView = view instanceof Int32Array || view instanceof BigInt64Array;
  if (!isView) throw new TypeError("[object Array] is not an int32 or BigInt64 typed array.");
  if (view.buffer instanceof SharedArrayBuffer) return view;
  throw new TypeError(`${String(view)} is not a shared typed array.`);
}

function isSamePlace(waiter: Waiter, view: SharedView, index: number): boolean {
  const { view: own } = waiter;
  return (
    own.buffer === view.buffer &&
    own.byteOffset + waiter.index * own.BYTES_PER_ELEMENT ===
      view.byteOffset + index * view.BYTES_PER_ELEMENT
  );
}
