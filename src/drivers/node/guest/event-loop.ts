/**
 * The guest's event loop, in libuv's order: timers, what has completed, waiting for descriptors,
 * immediates, closing. The container calls `turn` until there is nothing to wait for.
 */

import type { Completion, LoopClient } from "../../../bridge/guest/loop-client.js";
import { loopOperation } from "../../../bridge/loop-layout.js";
import { MESSAGE_HEAD_BYTES } from "../../../bridge/socket-layout.js";
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT } from "../../../kernel/constants.js";
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from "../../../kernel/socket-constants.js";
import type { LoopBoard } from "../worker-board.js";
import { HandleTable } from "./handle-table.js";
import type { KernelCalls } from "./kernel-calls.js";

/** A descriptor the loop watches. */
export interface Watcher {
  readonly fd: number;
  /** `POLLIN` and `POLLOUT`. */
  readonly events: number;
  readonly isReferenced: boolean;
  /** Called with what happened: `POLL…` bits. */
  onReady(happened: number): void;
}

/** A descriptor whose bytes the loop brings along. */
export interface Reader {
  readonly fd: number;
  /** Most bytes of one delivery. */
  readonly maxBytes: number;
  readonly isReferenced: boolean;
  /** Called with bytes; or with how it ended: 0 the end of the file, below 0 minus an error number. */
  onRead(result: number, data: Uint8Array): void;
}

/** A call on a socket that the loop makes as soon as it can be made without waiting. */
export interface SocketWait {
  readonly fd: number;
  readonly operation: "accept" | "connect" | "receive";
  readonly isReferenced: boolean;
  /** Called with what the call answers, as the `loop` call's completions have it; below 0: minus an error number. */
  onDone(result: number, data: Uint8Array): void;
}

type Source = Watcher | Reader | SocketWait;

/** What an accepted socket is made with. */
const ACCEPT_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;
/** The longest datagram, and room for its head. */
const DATAGRAM_BYTES = 64 * 1024 + MESSAGE_HEAD_BYTES;

/** What Node's timers module put in place. */
export interface TimerHooks {
  processTimers: (now: number) => number;
  processImmediate: () => void;
}

export class EventLoop {
  readonly #kernel: KernelCalls;
  readonly #clock: () => number;
  readonly #startedAt: number;
  readonly #client: LoopClient;
  /** What is watched, with its id once the kernel has been told. */
  readonly #armed = new Map<Source, number>();
  readonly #byId = new Map<number, Source>();
  #pending: (() => void)[] = [];
  #checks: (() => void)[] = [];
  #closing: (() => void)[] = [];
  #now = 0;
  /** When timers are due, on the loop's clock; -1: none are set. */
  #timerAt = -1;
  #isTimerReferenced = false;
  timers: TimerHooks | null = null;
  /** Count, referenced count, whether some are outstanding. */
  readonly immediateInfo = new Uint32Array(3);
  readonly timeoutInfo = new Int32Array(1);
  readonly handles = new HandleTable();
  #areImmediatesReferenced = false;
  /** Operations that count as work although no descriptor stands for them. */
  pendingWork = 0;
  /** Called with the signals that have come, by number. */
  onSignal: ((signal: number) => void) | null = null;
  /** What other threads see of this loop. */
  board: LoopBoard | null = null;
  /** What does not keep the loop going, but is done when it comes that far, and before the end. */
  beforeImmediates: (() => void) | null = null;
  /** Told when the first turn begins. */
  onStart: ((ms: number) => void) | null = null;
  /** Told when there is nothing more to come. */
  onEnd: ((ms: number) => void) | null = null;
  /** Turns so far, and what they brought. */
  turns = 0;
  events = 0;
  #hasStarted = false;
  /** Another thread may have woken this one. */
  onWake: (() => void) | null = null;
  /** Something may have become of this thread's requests for locks. */
  onLocks: (() => void) | null = null;
  /** Things that keep the loop alive although nothing can be polled: children, signal handlers. */
  readonly waiters = new Set<{ readonly isReferenced: boolean }>();
  /** Runs a callback of Node's, with its ticks. */
  runCallback: (callback: () => void) => void = (callback) => callback();

  constructor(kernel: KernelCalls, clock: () => number) {
    this.#kernel = kernel;
    this.#client = kernel.loopClient();
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

  watch(source: Source): void {
    if (!this.#armed.has(source)) this.#arm(source);
  }

  /** Bytes of a reader that are here already still come: its owner keeps them for later. */
  unwatch(source: Source): void {
    const id = this.#armed.get(source);
    if (id === undefined) return;
    this.#armed.delete(source);
    if (!this.#byId.delete(id)) return;
    this.#client.cancel(id);
  }

  /** Whether something watches a descriptor: libuv then makes no second handle of it. */
  watches(fd: number): boolean {
    for (const source of this.#armed.keys()) if (source.fd === fd) return true;
    return false;
  }

  #arm(source: Source): void {
    const id = this.#submit(source);
    this.#armed.set(source, id);
    this.#byId.set(id, source);
  }

  #submit(source: Source): number {
    if ("onRead" in source) return this.#client.armRead(source.fd, source.maxBytes, false);
    if (!("onDone" in source)) return this.#client.armPoll(source.fd, source.events, false);
    switch (source.operation) {
      case "accept":
        return this.#client.armAccept(source.fd, ACCEPT_FLAGS, false);
      case "connect":
        return this.#client.armConnect(source.fd);
      case "receive":
        return this.#client.armReceive(source.fd, DATAGRAM_BYTES, false);
    }
  }

  /** Calls back in the loop's next round. Counts as work. */
  enqueue(callback: () => void): void {
    this.#pending[this.#pending.length] = callback;
  }

  /** Calls back behind this round's wait, before the program's immediates. Counts as work. */
  enqueueCheck(callback: () => void): void {
    this.#checks[this.#checks.length] = callback;
  }

  /** Calls back in the closing phase. */
  enqueueClose(callback: () => void): void {
    this.#closing[this.#closing.length] = callback;
  }

  /** One round. Answers whether there is another one to come. */
  turn(): boolean {
    if (!this.#hasStarted) this.#begin();
    this.turns++;
    this.updateNow();
    this.#runTimers();
    this.#runAll(this.#takePending());
    this.#wait();
    const checks = this.#checks;
    this.#checks = [];
    this.#runAll(checks);
    this.beforeImmediates?.();
    this.#runImmediates();
    const closing = this.#closing;
    this.#closing = [];
    this.#runAll(closing);
    return this.isAlive;
  }

  #begin(): void {
    this.#hasStarted = true;
    const now = this.#clock();
    this.onStart?.(now);
    if (this.board) this.board.startedAt = now;
  }

  /** The program has come to its end. */
  end(): void {
    this.onEnd?.(this.#clock());
  }

  /** Whether something is still to come. */
  get isAlive(): boolean {
    if (this.hasQueued || this.pendingWork > 0) return true;
    if (this.#timerAt >= 0 && this.#isTimerReferenced) return true;
    if ((this.immediateInfo[1] as number) > 0) return true;
    for (const source of this.#armed.keys()) if (source.isReferenced) return true;
    for (const waiter of this.waiters) if (waiter.isReferenced) return true;
    return false;
  }

  get hasQueued(): boolean {
    return this.#pending.length > 0 || this.#checks.length > 0 || this.#closing.length > 0;
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
    if (this.hasQueued) return 0;
    if ((this.immediateInfo[1] as number) > 0 || (this.immediateInfo[2] as number) > 0) return 0;
    if (this.#areImmediatesReferenced && (this.immediateInfo[0] as number) > 0) return 0;
    if (!this.isAlive) return 0;
    if (this.#timerAt < 0) return -1;
    return Math.max(0, this.#timerAt - (this.#clock() - this.#startedAt));
  }

  #takeSignals(): void {
    if (!this.#kernel.hasPendingSignals) return;
    const signals = this.#kernel.takeSignals();
    for (let index = 0; index < signals.length; index++) this.onSignal?.(signals[index] as number);
  }

  /**
   * Sleeps until something happens. Signals come after what descriptors have to tell, as with libuv: a child's last words
   * and the end of its channel were there before its end.
   */
  #wait(): void {
    const timeout = this.#kernel.hasPendingSignals ? 0 : this.#timeout();
    // Nothing can have happened but what `#takeSignals` hears of.
    if (timeout === 0 && this.#armed.size === 0 && this.waiters.size === 0) {
      this.#takeSignals();
      return;
    }
    const signals = this.#takeCompletions(timeout);
    // What was armed since, or with the wait that a signal ended, has not been looked at.
    const hasSignals = signals.length > 0 || this.#kernel.hasPendingSignals;
    if (hasSignals && this.#armed.size > 0) signals.push(...this.#takeCompletions(0));
    for (let index = 0; index < signals.length; index++) this.onSignal?.(signals[index] as number);
    this.#takeSignals();
    this.onWake?.();
  }

  /** Waits, and tells of everything but the signals that have come: it answers those. */
  #takeCompletions(timeoutMs: number): number[] {
    if (timeoutMs !== 0) this.board?.sleeps(this.#clock());
    const completions = this.#kernel.waitInLoop(this.#client, timeoutMs);
    if (timeoutMs !== 0) this.board?.wakes(this.#clock());
    this.updateNow();
    const sources: (Source | undefined)[] = [];
    for (let index = 0; index < completions.length; index++) {
      const { id } = completions[index] as Completion;
      sources[index] = this.#byId.get(id);
      // It is armed no more: the kernel forgets it with its completion.
      this.#byId.delete(id);
    }
    this.events += completions.length;
    const signals: number[] = [];
    for (let index = 0; index < completions.length; index++) {
      const completion = completions[index] as Completion;
      if (completion.operation === loopOperation.signal) signals.push(completion.result);
      else this.#complete(completion, sources[index]);
    }
    return signals;
  }

  #complete(completion: Completion, source: Source | undefined): void {
    const { result, data } = completion;
    if (!source) return;
    if ("onRead" in source) source.onRead(result, data ?? new Uint8Array(0));
    else if ("onDone" in source) source.onDone(result, data ?? new Uint8Array(0));
    // An earlier callback may have stopped this one.
    else if (this.#armed.has(source)) source.onReady(result < 0 ? POLLERR : result);
    // Its owner may have stopped it, or stopped it and begun again.
    const id = this.#armed.get(source);
    if (id === undefined || this.#byId.has(id)) return;
    if (result < 0 || ("onRead" in source && result === 0)) this.#armed.delete(source);
    else this.#arm(source);
  }
}

export function isReadable(happened: number): boolean {
  return (happened & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) !== 0;
}

export function isWritable(happened: number): boolean {
  return (happened & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) !== 0;
}
