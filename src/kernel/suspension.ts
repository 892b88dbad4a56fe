/**
 * Stores and permission functions that answer later, without asynchronous code in the kernel.
 *
 * A call of the kernel runs with a journal. When a question to a store is answered by a promise, the
 * question is noted and the call leaves by throwing `SUSPENDED`, which only `Replay` catches. When
 * the promise settles, the call runs AGAIN from its beginning, and the n-th question that was
 * answered later gets its noted answer. A question that differs from the noted one (names changed
 * meanwhile) cuts the journal there and is asked anew.
 *
 * So, in a call that may suspend: what it changes in the kernel comes after its last question, and
 * nothing between a question and its end catches what it does not know. What a store has changed
 * once is not asked of it again: the noted answer is taken.
 */
import { type Errno, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import { ParkingLot } from "./parking.js";
import type { Answer } from "./virtual-file-system.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** What a suspended call is left with. Not an Error: nothing went wrong, and no stack is needed. */
export const SUSPENDED = Symbol("suspended");

/** How many questions of one call may be answered later: each replays all before it. ENOMEM. */
const QUESTIONS_MAX = 10_000;

/** What identifies a question: two with equal parts are the same question. */
interface Question {
  /** Who is asked: a store, an open file, a policy. */
  readonly subject: object;
  readonly operation: string;
  readonly first: unknown;
  readonly second: unknown;
}

interface Noted extends Question {
  readonly answer: unknown;
  /** Frees an answer that nobody takes. */
  readonly drop: ((answer: unknown) => void) | undefined;
  isTaken: boolean;
}

/** The answers that one call has got so far. */
export class Journal {
  /** Woken when the question that is still open has its answer. */
  readonly answered = new WaitQueue();
  readonly #noted: Noted[] = [];
  #next = 0;
  #open: Question | null = null;
  readonly #closing: (() => void)[] = [];

  /** Begins a replay. */
  rewind(): void {
    this.#next = 0;
    this.#closing.length = 0;
    for (const noted of this.#noted) noted.isTaken = false;
  }

  /** The noted answer to the next question, when it is that question; throws when it is still open. */
  take(question: Question): { readonly answer: unknown } | undefined {
    const noted = this.#noted[this.#next];
    if (noted && isSame(noted, question)) {
      this.#next++;
      noted.isTaken = true;
      return noted;
    }
    if (!noted && this.#open && isSame(this.#open, question)) throw SUSPENDED;
    return undefined;
  }

  /** Notes a question whose answer comes later; what was noted behind this place is forgotten. */
  suspend(question: Question, later: Promise<unknown>, drop?: (answer: unknown) => void): void {
    for (const { answer, drop: dropNoted } of this.#noted.splice(this.#next)) dropNoted?.(answer);
    this.#open = question;
    later.then((answer) => {
      if (this.#open !== question) {
        drop?.(answer);
        return;
      }
      this.#open = null;
      this.#noted.push({ ...question, answer, drop, isTaken: false });
      this.answered.wake();
    });
  }

  get isFull(): boolean {
    return this.#next >= QUESTIONS_MAX;
  }

  /** Does `close` when the call has ended: a replay may come to the same place again. */
  atEnd(close: () => void): void {
    this.#closing.push(close);
  }

  /** The call has ended: what it did not take is dropped. */
  finish(): void {
    this.#open = null;
    for (const { answer, drop, isTaken } of this.#noted.splice(0)) if (!isTaken) drop?.(answer);
    for (const close of this.#closing.splice(0)) close();
  }

  /** The call ends without a result. */
  abandon(): void {
    this.#open = null;
    for (const { answer, drop } of this.#noted.splice(0)) drop?.(answer);
    this.#closing.length = 0;
  }
}

function isSame(a: Question, b: Question): boolean {
  return (
    a.subject === b.subject &&
    a.operation === b.operation &&
    a.first === b.first &&
    a.second === b.second
  );
}

/** Whether the call that runs may wait: it may, it must have an answer now, or there is no call. */
type Mode = "wait" | "now" | "outside";

/** Runs the calls of one kernel so that they can be suspended. */
export class Replay {
  #mode: Mode = "outside";
  /** Made when the first question of a call is answered later: a call that needs none pays nothing. */
  #journal: Journal | null = null;
  /** Who has answered later before: asked nothing by calls that can't wait. */
  readonly #slow = new WeakSet<object>();
  readonly #hostCalls = new ParkingLot();
  /** Set while the name space is being furnished: every other call waits for it. */
  #furnishing: WaitQueue | null = null;

  /** Runs `call`; when it suspends the outcome is a `Blocked` that runs it again. */
  run<T>(call: () => Outcome<T>, journal: Journal | null = null): Outcome<T> {
    if (this.#mode === "now") return call();
    if (this.#furnishing && !journal) {
      return new Blocked({ queues: [this.#furnishing], retry: () => this.run(call) });
    }
    const [outerMode, outerJournal] = [this.#mode, this.#journal];
    journal?.rewind();
    this.#mode = "wait";
    this.#journal = journal;
    try {
      const outcome = call();
      this.#journal?.finish();
      return outcome;
    } catch (thrown) {
      // Noted by `ask` before it was thrown.
      const noted = this.#journal;
      if (thrown === SUSPENDED && noted) return this.#suspended(call, noted);
      noted?.abandon();
      throw thrown;
    } finally {
      this.#mode = outerMode;
      this.#journal = outerJournal;
    }
  }

  /** Runs `call`, which needs its answer now: EAGAIN when somebody answers later. */
  runNow<T>(call: () => T | Errno): T | Errno {
    if (this.#furnishing) return errno.EAGAIN;
    const [outerMode, outerJournal] = [this.#mode, this.#journal];
    this.#mode = "now";
    this.#journal = null;
    try {
      return call();
    } catch (thrown) {
      if (thrown === SUSPENDED) return errno.EAGAIN;
      throw thrown;
    } finally {
      this.#mode = outerMode;
      this.#journal = outerJournal;
    }
  }

  /** `run` for the host application, which has promises. */
  promise<T>(call: () => Outcome<T>): Promise<T | Errno> {
    const outcome = this.run(call);
    return outcome instanceof Blocked ? this.settled(outcome) : Promise.resolve(outcome);
  }

  /** `run` for a store over other stores: it answers at once when they do. */
  answer<T>(call: () => Outcome<T>): Answer<T> {
    const outcome = this.run(call);
    return outcome instanceof Blocked ? this.settled(outcome) : outcome;
  }

  /** Waits for a call that belongs to no process. */
  settled<T>(blocked: Blocked<T>): Promise<T | Errno> {
    return new Promise((resolve) => this.#hostCalls.park(blocked, resolve));
  }

  /** Runs the call that makes the name space ready; all others wait until it has ended. */
  furnish(call: () => undefined): void {
    const outcome = this.run(call);
    if (!(outcome instanceof Blocked)) return;
    const furnished = new WaitQueue();
    this.#furnishing = furnished;
    this.#hostCalls.park(outcome, () => {
      this.#furnishing = null;
      furnished.wake();
    });
  }

  /**
   * Asks somebody who may answer later. Throws `SUSPENDED` to leave the call until then.
   * @param subject, operation, first, second - What the question is known by in a replay.
   * @param put - Asks. What it throws is an answer, too: see `errnoOf`.
   * @param drop - Frees an answer that comes too late for its call.
   */
  ask<T>(
    subject: object,
    operation: string,
    first: unknown,
    second: unknown,
    put: () => T | Errno | Promise<T | Errno>,
    drop?: (answer: unknown) => void,
  ): T | Errno {
    const question = { subject, operation, first, second };
    const noted = this.#journal?.take(question);
    // The same question is put by the same code: its answer has the same type.
    if (noted) return noted.answer as T | Errno;
    if (this.#mode === "now" && this.#slow.has(subject)) throw SUSPENDED;
    const answer = guard(put);
    if (!isPromise(answer)) return answer;
    this.#slow.add(subject);
    const later = answer.then((value) => value, errnoOf);
    if (this.#mode === "wait") {
      this.#journal ??= new Journal();
      if (this.#journal.isFull) return errno.ENOMEM;
      this.#journal.suspend(question, later, drop);
      throw SUSPENDED;
    }
    if (drop) later.then(drop);
    if (this.#mode === "now") throw SUSPENDED;
    return errno.EAGAIN;
  }

  /** Does `close` now, or when the call has ended if it may come here again. */
  close(close: () => void): void {
    if (this.#journal) this.#journal.atEnd(close);
    else close();
  }

  #suspended<T>(call: () => Outcome<T>, journal: Journal): Blocked<T> {
    return new Blocked<T>({
      queues: [journal.answered],
      retry: () => this.run(call, journal),
      interrupted: (reason) => {
        journal.abandon();
        return reason;
      },
    });
  }
}

/** Goes on with an answer as soon as it is there. */
export function whenAnswered<T, Result>(
  answer: Answer<T>,
  next: (answer: T | Errno) => Answer<Result>,
): Answer<Result> {
  return isPromise(answer) ? answer.then(next) : next(answer);
}

/** Calls somebody's code: a thrown `KernelError` counts as its errno, anything else as EIO. */
export function guard<T>(call: () => T | Errno): T | Errno {
  try {
    return call();
  } catch (thrown) {
    if (thrown === SUSPENDED) throw thrown;
    return errnoOf(thrown);
  }
}

function errnoOf(thrown: unknown): Errno {
  return thrown instanceof KernelError ? errno[thrown.code] : errno.EIO;
}

function isPromise<T>(answer: T | Promise<T>): answer is Promise<T> {
  return answer instanceof Promise;
}
