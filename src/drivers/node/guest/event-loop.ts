/**
 * The guest's event loop, in libuv's order: timers, what has completed, waiting for descriptors,
 * immediates, closing. The container calls `turn` until there is nothing to wait for.
 */
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from "../../../kernel/constants.js";
import type { KernelCalls } from "./kernel-calls.js";

/** Something the loop waits for. */
export interface Watcher {
  readonly fd: number;
  /** `POLLIN` and `POLLOUT`. */
  readonly events: number;
  readonly isReferenced: boolean;
  /** Called with what happened. */
  onReady(happened: number): void;
}

/** What Node's timers module put in place. */
export interface TimerHooks {
  processTimers: (now: number) => number;
  processImmediate: () => void;
}

export class EventLoop {
  readonly #kernel: KernelCalls;
  readonly #clock: () => number;
  readonly #startedAt: number;
  readonly #watchers = new Set<Watcher>();
  #pending: (() => void)[] = [];
  #closing: (() => void)[] = [];
  #now = 0;
  /** When timers are due, on the loop's clock; -1: none are set. */
  #timerAt = -1;
  #isTimerReferenced = false;
  timers: TimerHooks | null = null;
  /** Count, referenced count, whether some are outstanding. */
  readonly immediateInfo = new Uint32Array(3);
  readonly timeoutInfo = new Int32Array(1);
  #areImmediatesReferenced = false;
  /** Operations that count as work although no descriptor stands for them. */
  pendingWork = 0;
  /** Called with the signals that have come, by number. */
  onSignal: ((signal: number) => void) | null = null;
  /** Things that keep the loop alive although nothing can be polled: children, signal handlers. */
  readonly waiters = new Set<{ readonly isReferenced: boolean }>();
  /** Runs a callback of Node's, with its ticks. */
  runCallback: (callback: () => void) => void = (callback) => callback();

  constructor(kernel: KernelCalls, clock: () => number) {
    this.#kernel = kernel;
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** Milliseconds since the loop was made, as of the begin of this turn. */
  get now(): number {
    return this.#now;
  }

  updateNow(): number {
    this.#now = Math.floor(this.#clock() - this.#startedAt);
    return this.#now;
  }

  scheduleTimer(afterMs: number): void {
    this.#timerAt = this.updateNow() + Math.max(1, afterMs);
  }

  toggleTimerReference(isReferenced: boolean): void {
    this.#isTimerReferenced = isReferenced;
  }

  toggleImmediateReference(areReferenced: boolean): void {
    this.#areImmediatesReferenced = areReferenced;
  }

  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  /** Calls back in the loop's next round. Counts as work. */
  enqueue(callback: () => void): void {
    this.#pending[this.#pending.length] = callback;
  }

  /** Calls back in the closing phase. */
  enqueueClose(callback: () => void): void {
    this.#closing[this.#closing.length] = callback;
  }

  /** One round. Answers whether there is another one to come. */
  turn(): boolean {
    this.updateNow();
    this.#runTimers();
    this.#runAll(this.#takePending());
    this.#wait();
    this.#runImmediates();
    const closing = this.#closing;
    this.#closing = [];
    this.#runAll(closing);
    return this.isAlive;
  }

  /** Whether something is still to come. */
  get isAlive(): boolean {
    if (this.#pending.length > 0 || this.#closing.length > 0 || this.pendingWork > 0) return true;
    if (this.#timerAt >= 0 && this.#isTimerReferenced) return true;
    if ((this.immediateInfo[1] as number) > 0) return true;
    for (const watcher of this.#watchers) if (watcher.isReferenced) return true;
    for (const waiter of this.waiters) if (waiter.isReferenced) return true;
    return false;
  }

  #takePending(): (() => void)[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  #runAll(callbacks: readonly (() => void)[]): void {
    for (let index = 0; index < callbacks.length; index++) {
      (callbacks[index] as () => void)();
    }
  }

  #runTimers(): void {
    const { timers } = this;
    if (!timers || this.#timerAt < 0 || this.#timerAt > this.#now) return;
    this.#timerAt = -1;
    let next = 0;
    let hasReturned = false;
    // An error that was handled leaves the timers behind it: they are due still.
    while (!hasReturned) {
      this.runCallback(() => {
        next = timers.processTimers(this.#now);
        hasReturned = true;
      });
    }
    if (next === 0) return;
    // Below 0: none of them is referenced.
    const dueAt = Math.abs(next);
    this.updateNow();
    this.#timerAt = Math.max(dueAt, this.#now + 1);
    this.#isTimerReferenced = next > 0;
  }

  #runImmediates(): void {
    const { timers } = this;
    if (!timers) return;
    const [count, , outstanding] = this.immediateInfo as unknown as [number, number, number];
    if (count === 0 && outstanding === 0) return;
    do {
      this.runCallback(() => timers.processImmediate());
    } while (this.immediateInfo[2] as number);
  }

  /** How long the loop may sleep: 0 when something is ready, below 0 without limit. */
  #timeout(): number {
    if (this.#pending.length > 0 || this.#closing.length > 0) return 0;
    if ((this.immediateInfo[1] as number) > 0 || (this.immediateInfo[2] as number) > 0) return 0;
    if (this.#areImmediatesReferenced && (this.immediateInfo[0] as number) > 0) return 0;
    if (!this.isAlive) return 0;
    if (this.#timerAt < 0) return -1;
    return Math.max(0, this.#timerAt - (this.#clock() - this.#startedAt));
  }

  #takeSignals(): void {
    if (!this.#kernel.hasPendingSignals) return;
    for (const signal of this.#kernel.takeSignals()) this.onSignal?.(signal);
  }

  #wait(): void {
    this.#takeSignals();
    const timeout = this.#timeout();
    const watchers: Watcher[] = [];
    const entries: { fd: number; events: number }[] = [];
    for (const watcher of this.#watchers) {
      watchers[watchers.length] = watcher;
      entries[entries.length] = { fd: watcher.fd, events: watcher.events };
    }
    if (timeout === 0 && entries.length === 0) return;
    const happened = this.#kernel.poll(entries, timeout);
    this.updateNow();
    this.#takeSignals();
    if (typeof happened === "number") return;
    for (let index = 0; index < watchers.length; index++) {
      const watcher = watchers[index] as Watcher;
      const events = happened[index] as number;
      // An earlier callback may have stopped this one.
      if (events !== 0 && this.#watchers.has(watcher)) watcher.onReady(events);
    }
  }
}

export function isReadable(happened: number): boolean {
  return (happened & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) !== 0;
}

export function isWritable(happened: number): boolean {
  return (happened & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) !== 0;
}
