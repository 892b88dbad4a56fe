/**
 * Where blocked calls wait. A parked call ends exactly once: by a retry that finishes, by its
 * deadline, or by `cancel` (a signal, a closed descriptor, the end of its process).
 */
import type { Errno } from "./errno.js";
import { Blocked } from "./wait.js";

/** setTimeout takes at most this many milliseconds. */
const LONGEST_TIMER_MS = 0x7fffffff;

/**
 * What a caught signal does to a call: end it, or only when it was caught without SA_RESTART. A promise
 * of a driver in process is ended by every signal that its driver is told of.
 */
export type OnSignal = "end" | "end unless restarting" | "end when the driver is told" | "nothing";

export class ParkedCall<T> {
  #blocked: Blocked<T> | null;
  readonly #settle: (result: T | Errno) => void;
  readonly #lot: ParkingLot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The descriptor the call is about: closing it cancels the call. */
  readonly fd: number | undefined;
  readonly onSignal: OnSignal;

  constructor(
    lot: ParkingLot,
    blocked: Blocked<T>,
    settle: (result: T | Errno) => void,
    fd: number | undefined,
    onSignal: OnSignal,
  ) {
    this.#lot = lot;
    this.#blocked = blocked;
    this.#settle = settle;
    this.fd = fd;
    this.onSignal = onSignal;
    this.#wait(blocked);
  }

  /** Ends the call with its partial result, or with `reason` when it has none. */
  cancel(reason: Errno): void {
    const blocked = this.#blocked;
    if (blocked) this.#end(blocked.interrupted(reason));
  }

  /** Ends the call without a result: nobody is there to take one. */
  abandon(): void {
    this.#stopWaiting();
    this.#blocked = null;
    this.#lot.delete(this);
  }

  /** Looks again: what happened while its process was stopped was not looked at. */
  lookAgain(): void {
    this.#wake();
    this.#tick();
  }

  readonly #wake = (): void => {
    const blocked = this.#blocked;
    if (!blocked || this.#lot.isPaused) return;
    // The retry may wake what this call waits on, or others who then cancel it.
    this.#stopWaiting();
    const outcome = blocked.retry();
    if (this.#blocked !== blocked) return;
    if (!(outcome instanceof Blocked)) {
      this.#end(outcome);
      return;
    }
    this.#blocked = outcome;
    this.#wait(outcome);
  };

  readonly #tick = (): void => {
    const deadline = this.#blocked?.deadline;
    if (!deadline || this.#lot.isPaused) return;
    clearTimeout(this.#timer);
    if (performance.now() < deadline.atMs) this.#startTimer(deadline.atMs);
    else this.#end(deadline.result());
  };

  #wait(blocked: Blocked<T>): void {
    for (const queue of blocked.queues) queue.add(this.#wake);
    if (blocked.deadline) this.#startTimer(blocked.deadline.atMs);
  }

  #startTimer(atMs: number): void {
    const delayMs = Math.min(Math.max(0, Math.ceil(atMs - performance.now())), LONGEST_TIMER_MS);
    this.#timer = setTimeout(this.#tick, delayMs);
  }

  #stopWaiting(): void {
    for (const queue of this.#blocked?.queues ?? []) queue.delete(this.#wake);
    clearTimeout(this.#timer);
  }

  #end(result: T | Errno): void {
    this.abandon();
    this.#settle(result);
  }
}

/** What a lot needs of its calls, whatever they result in. */
type AnyParkedCall = Pick<ParkedCall<unknown>, "fd" | "onSignal" | "cancel" | "lookAgain">;

/** The parked calls of one process. */
export class ParkingLot {
  readonly #calls = new Set<AnyParkedCall>();
  #isPaused = false;

  get size(): number {
    return this.#calls.size;
  }

  /** Whether nothing that happens ends or advances a call: its process is stopped. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on: every call looks at what has happened, until one of them stops the process again. */
  resume(): void {
    this.#isPaused = false;
    for (const call of [...this.#calls]) {
      if (this.#isPaused) return;
      if (this.#calls.has(call)) call.lookAgain();
    }
  }

  /**
   * Waits until `blocked` ends, then hands its result to `settle`, once.
   * @param fd - The descriptor the call is about, if it is about one.
   */
  park<T>(
    blocked: Blocked<T>,
    settle: (result: T | Errno) => void,
    fd?: number,
    onSignal: OnSignal = "nothing",
  ): ParkedCall<T> {
    const call = new ParkedCall<T>(this, blocked, settle, fd, onSignal);
    this.#calls.add(call);
    return call;
  }

  delete(call: AnyParkedCall): void {
    this.#calls.delete(call);
  }

  /** Cancels every call, or those about one descriptor. */
  cancelAll(reason: Errno, fd?: number): void {
    for (const call of [...this.#calls]) {
      if (fd === undefined || call.fd === fd) call.cancel(reason);
    }
  }

  /**
   * Ends the calls that a caught signal ends.
   * @param restarts - Whether the signal was caught with SA_RESTART.
   */
  interrupt(reason: Errno, restarts: boolean): void {
    for (const call of [...this.#calls]) {
      const isEnded =
        call.onSignal === "end" || (call.onSignal === "end unless restarting" && !restarts);
      if (isEnded) call.cancel(reason);
    }
  }

  /** Ends the promises of a driver in process that has been told of a signal. */
  interruptDriver(reason: Errno): void {
    for (const call of [...this.#calls]) {
      if (call.onSignal === "end when the driver is told") call.cancel(reason);
    }
  }
}
