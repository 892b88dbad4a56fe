/**
 * Promises nobody handles. The container learns of one when a turn ends, as a copy of its reason;
 * the promise itself is out of reach, so Node's library gets another one with the same reason.
 */
import type { RejectionHandler } from "../bindings/task_queue.js";
import type { Guest } from "./guest.js";
import type { StackTraces } from "./stack-traces.js";

const WITHOUT_HANDLER = 0;

/** A module evaluation that may fail. */
interface Evaluation {
  /** Whether it would be done by now, had it not failed. */
  readonly isSynchronous: boolean;
  fail(error: unknown): void;
}

export class Rejections {
  readonly #guest: Guest;
  readonly #stacks: StackTraces;
  handler: RejectionHandler | null = null;
  /** Module evaluations under way: a rejection may be theirs. */
  readonly evaluations = new Set<Evaluation>();

  constructor(guest: Guest, stacks: StackTraces) {
    this.#guest = guest;
    this.#stacks = stacks;
  }

  /** The evaluation that has failed, if one has: the last one that should be done, else the last one. */
  #likeliest(): Evaluation | undefined {
    let last: Evaluation | undefined;
    let synchronous: Evaluation | undefined;
    for (const evaluation of this.evaluations) {
      last = evaluation;
      if (evaluation.isSynchronous) synchronous = evaluation;
    }
    return synchronous ?? last;
  }

  /** A turn has ended with a promise that was rejected and not handled. */
  report(copy: unknown): void {
    const reason = this.#stacks.originalOf(copy);
    const evaluation = this.#likeliest();
    if (evaluation) {
      evaluation.fail(reason);
      this.#guest.runTicks();
      return;
    }
    const promise = Promise.reject(reason);
    promise.catch(() => {});
    this.handler?.(WITHOUT_HANDLER, promise, reason);
    this.#guest.runTicks();
  }
}
