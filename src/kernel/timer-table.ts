/**
 * Timers that send signals: alarm(2), setitimer(2), timer_create(2). Timer 0 of each process is
 * ITIMER_REAL and sends SIGALRM. A timer runs on the host only while it is armed. They go with their
 * process and are not inherited.
 */
import { type Errno, errno } from "./errno.js";
import type { Limits } from "./limits.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { kernelSignal, SI_TIMER, type SignalInfo } from "./signal-info.js";
import { SIGALRM } from "./signals.js";

/** setTimeout takes at most this many milliseconds. */
const LONGEST_MS = 0x7fffffff;
/** The shortest interval, and by how much each other armed timer lengthens it: the host stays free. */
const SHORTEST_MS = 1;
const SHARE_MS = 0.01;

export const ITIMER_REAL = 0;

/** Times in ms; 0 is not armed, or no repetition. */
export interface TimerValue {
  readonly remainingMs: number;
  readonly intervalMs: number;
}

interface Timer {
  readonly process: Process;
  readonly id: number;
  readonly info: SignalInfo;
  /** When it goes off, in ms of `performance.now()`; null: not armed. */
  atMs: number | null;
  intervalMs: number;
  /** Expirations whose signal was still pending, since the last one that was sent. */
  overruns: number;
  handle: ReturnType<typeof setTimeout> | undefined;
}

export class TimerTable {
  readonly #processes: ProcessTable;
  readonly #limits: Limits;
  readonly #timers = new Map<Process, Map<number, Timer>>();
  #lastId = ITIMER_REAL;
  #size = 0;
  #armed = 0;

  constructor(processes: ProcessTable, limits: Limits) {
    this.#processes = processes;
    this.#limits = limits;
  }

  /** Makes a timer of a process, not armed; answers its number. EAGAIN at the limit. */
  create(process: Process, signal: number, value: readonly [number, number]): number | Errno {
    this.#lastId++;
    const id = this.#lastId;
    const info = { signal, code: SI_TIMER, pid: 0, uid: 0, status: id, value };
    return this.#add(process, id, info) ? id : errno.EAGAIN;
  }

  /**
   * Arms a timer, or disarms it with `firstMs` 0; answers what was set.
   * @param intervalMs - 0: it goes off once.
   */
  set(process: Process, id: number, firstMs: number, intervalMs: number): TimerValue | Errno {
    const timer = this.#find(process, id);
    if (!timer) return id === ITIMER_REAL ? errno.EAGAIN : errno.EINVAL;
    const before = valueNow(timer);
    this.#disarm(timer);
    timer.overruns = 0;
    timer.intervalMs = intervalMs;
    if (firstMs > 0) this.#arm(timer, performance.now() + firstMs);
    else if (id === ITIMER_REAL) this.#remove(timer);
    return before;
  }

  get(process: Process, id: number): TimerValue | Errno {
    const timer = this.#timers.get(process)?.get(id);
    if (timer) return valueNow(timer);
    return id === ITIMER_REAL ? { remainingMs: 0, intervalMs: 0 } : errno.EINVAL;
  }

  /** timer_getoverrun(2). */
  overruns(process: Process, id: number): number | Errno {
    return this.#timers.get(process)?.get(id)?.overruns ?? errno.EINVAL;
  }

  delete(process: Process, id: number): undefined | Errno {
    const timer = id === ITIMER_REAL ? undefined : this.#timers.get(process)?.get(id);
    if (!timer) return errno.EINVAL;
    this.#remove(timer);
    return undefined;
  }

  /** How many a process has. */
  count(process: Process): number {
    return this.#timers.get(process)?.size ?? 0;
  }

  /** What is there, for tests and crash reports. */
  dump(): { pid: number; id: number; signal: number; remainingMs: number; intervalMs: number }[] {
    return [...this.#timers.values()].flatMap((timers) =>
      [...timers.values()].map((timer) => ({
        pid: timer.process.pid,
        id: timer.id,
        signal: timer.info.signal,
        ...valueNow(timer),
      })),
    );
  }

  #of(process: Process): Map<number, Timer> {
    let timers = this.#timers.get(process);
    if (!timers) {
      timers = new Map();
      this.#timers.set(process, timers);
      process.endListeners.add(() => this.#closeAll(process));
    }
    return timers;
  }

  #find(process: Process, id: number): Timer | undefined {
    const timer = this.#timers.get(process)?.get(id);
    if (timer || id !== ITIMER_REAL) return timer;
    return this.#add(process, id, kernelSignal(SIGALRM));
  }

  #add(process: Process, id: number, info: SignalInfo): Timer | undefined {
    if (this.#size >= this.#limits.timers) return undefined;
    const timer: Timer = {
      process,
      id,
      info,
      atMs: null,
      intervalMs: 0,
      overruns: 0,
      handle: undefined,
    };
    this.#of(process).set(id, timer);
    this.#size++;
    return timer;
  }

  #remove(timer: Timer): void {
    this.#disarm(timer);
    if (this.#timers.get(timer.process)?.delete(timer.id)) this.#size--;
  }

  #closeAll(process: Process): void {
    for (const timer of this.#timers.get(process)?.values() ?? []) this.#remove(timer);
    this.#timers.delete(process);
  }

  #arm(timer: Timer, atMs: number): void {
    timer.atMs = atMs;
    this.#armed++;
    this.#start(timer, atMs);
  }

  #start(timer: Timer, atMs: number): void {
    const delayMs = Math.min(Math.max(0, Math.ceil(atMs - performance.now())), LONGEST_MS);
    timer.handle = setTimeout(() => this.#tick(timer), delayMs);
  }

  #disarm(timer: Timer): void {
    clearTimeout(timer.handle);
    if (timer.atMs !== null) this.#armed--;
    timer.atMs = null;
  }

  #tick(timer: Timer): void {
    const { process, info, atMs, intervalMs } = timer;
    if (atMs === null) return;
    const nowMs = performance.now();
    if (nowMs < atMs) {
      this.#start(timer, atMs);
      return;
    }
    this.#disarm(timer);
    if (intervalMs > 0) {
      const stepMs = Math.max(intervalMs, SHORTEST_MS + this.#armed * SHARE_MS);
      const missed = Math.floor((nowMs - atMs) / stepMs);
      timer.overruns += missed;
      this.#arm(timer, atMs + (missed + 1) * stepMs);
    }
    if (process.pendingSignals.has(info.signal)) timer.overruns++;
    else {
      timer.overruns = 0;
      this.#processes.deliverInfo(process, info);
    }
  }
}

function valueNow({ atMs, intervalMs }: Timer): TimerValue {
  if (atMs === null) return { remainingMs: 0, intervalMs };
  // An armed timer is never shown as one that is not.
  return { remainingMs: Math.max(0.001, atMs - performance.now()), intervalMs };
}
