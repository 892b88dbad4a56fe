/**
 * Waiting, as values. A call that can't finish returns a `Blocked`, which says what it waits for
 * and how to try again; `parking.ts` is the one place that holds on to it.
 */
import { Errno } from "./errno.js";

/** Who is to be told when something changes. Each waiter is woken at every change and looks itself. */
export class WaitQueue {
  readonly #waiters = new Set<() => void>();

  get length(): number {
    return this.#waiters.size;
  }

  add(waiter: () => void): void {
    this.#waiters.add(waiter);
  }

  delete(waiter: () => void): void {
    this.#waiters.delete(waiter);
  }

  /** Wakes those who wait now, in the order they came; who starts to wait meanwhile is left out. */
  wake(): void {
    if (this.#waiters.size === 0) return;
    for (const waiter of [...this.#waiters]) {
      if (this.#waiters.has(waiter)) waiter();
    }
  }
}

export interface BlockedCall<T> {
  /** What to wait on: a wake of any of them leads to a retry. */
  readonly queues: readonly WaitQueue[];
  /** Tries again. Another `Blocked` means to wait on. */
  readonly retry: () => T | Errno | Blocked<T>;
  /** What the call returns when it is cut short: its partial result if it has one, else `reason`. */
  readonly interrupted?: (reason: Errno) => T | Errno;
  /** When to give up waiting, in ms of `performance.now()`, and what the call returns then. */
  readonly deadline?: { readonly atMs: number; readonly result: () => T | Errno } | undefined;
}

/** A call that can't finish yet. */
export class Blocked<T> implements BlockedCall<T> {
  readonly queues: readonly WaitQueue[];
  readonly retry: () => T | Errno | Blocked<T>;
  readonly interrupted: (reason: Errno) => T | Errno;
  readonly deadline: BlockedCall<T>["deadline"];

  constructor(call: BlockedCall<T>) {
    this.queues = call.queues;
    this.retry = call.retry;
    this.interrupted = call.interrupted ?? ((reason) => reason);
    this.deadline = call.deadline;
  }
}

/** The same call with another result. */
export function mapOutcome<T, U>(outcome: Outcome<T>, map: (result: T) => U | Errno): Outcome<U> {
  if (outcome instanceof Errno) return outcome;
  if (!(outcome instanceof Blocked)) return map(outcome);
  const mapResult = (result: T | Errno): U | Errno =>
    result instanceof Errno ? result : map(result);
  const { deadline } = outcome;
  return new Blocked<U>({
    queues: outcome.queues,
    retry: () => mapOutcome(outcome.retry(), map),
    interrupted: (reason) => mapResult(outcome.interrupted(reason)),
    deadline: deadline && { atMs: deadline.atMs, result: () => mapResult(deadline.result()) },
  });
}

/** What a call that may block answers. */
export type Outcome<T> = T | Errno | Blocked<T>;
