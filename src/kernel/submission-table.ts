/**
 * What the event loop of one process waits for: reads, readiness, timers, ended children, sockets. It is
 * a table of intentions only: nothing is read, and no child is reaped, before the process comes to
 * collect, so that nothing is lost when it goes away or cancels. Identifiers are the guest's own.
 */
import { takeCaughtSignal } from "./caught-signals.js";
import { POLLERR, POLLHUP, POLLIN } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import { SIGNAL_MAX } from "./signals.js";
import { Socket } from "./socket.js";
import {
  areaOf,
  checkSocketSubmission,
  type SocketSubmission,
  trySocketOperation,
} from "./socket-submissions.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";
import { waitForChild } from "./wait-for-child.js";

export type Submission =
  | ReadSubmission
  | PollSubmission
  | TimerSubmission
  | ChildSubmission
  | SocketSubmission
  | CancelSubmission;

export type Operation = Submission["operation"] | "signal";

interface Repeating {
  /** Stays until it fails, ends or is cancelled; otherwise it completes once. */
  readonly repeats: boolean;
}

export interface ReadSubmission extends Repeating {
  readonly operation: "read";
  readonly id: number;
  readonly fd: number;
  /** The most bytes of one completion. */
  readonly maxBytes: number;
}

export interface PollSubmission extends Repeating {
  readonly operation: "poll";
  readonly id: number;
  readonly fd: number;
  readonly events: number;
}

export interface TimerSubmission {
  readonly operation: "timer";
  readonly id: number;
  /** When, in ms of `performance.now()`. */
  readonly atMs: number;
}

export interface ChildSubmission extends Repeating {
  readonly operation: "child";
  readonly id: number;
  /** As in waitpid(2). */
  readonly pid: number;
}

export interface CancelSubmission {
  readonly operation: "cancel";
  /** The id of what to forget. */
  readonly id: number;
}

/** Takes completions, as many as there is room for. */
export interface CompletionWriter {
  readonly hasRoom: boolean;
  /** Where a read may put up to `maxBytes` bytes, before `put`. */
  dataArea(maxBytes: number): Uint8Array;
  /**
   * @param result - Of a success; an Errno otherwise.
   * @param extra - A child's wait status, or the bytes put into the data area.
   */
  put(completion: {
    id: number;
    operation: Operation;
    isArmed: boolean;
    result: number | Errno;
    extra?: number;
  }): void;
}

type Armed =
  | (SocketSubmission & { readonly description: Socket })
  | (ReadSubmission & { readonly description: FileDescription })
  | (PollSubmission & { readonly description: FileDescription })
  | TimerSubmission
  | ChildSubmission;

export class SubmissionTable {
  readonly #armed = new Map<number, Armed>();
  /** Whether caught signals complete here: they are told to one thread. */
  readonly #takesSignals: boolean;
  readonly #woken = new WaitQueue();
  /** Somebody has woken it, and it has not collected since. */
  #isWoken = false;

  constructor(takesSignals: boolean) {
    this.#takesSignals = takesSignals;
  }

  get size(): number {
    return this.#armed.size;
  }

  /**
   * Arms or cancels. What cannot be armed completes at once. A cancel has no completion: as nothing
   * happens between two collects, the guest hears no more of what it cancelled.
   */
  submit(
    tables: KernelTables,
    process: Process,
    submission: Submission,
    completions: CompletionWriter,
  ): void {
    if (submission.operation === "cancel") {
      this.#armed.delete(submission.id);
      return;
    }
    const { id, operation } = submission;
    const armed = this.#arm(tables, process, submission);
    if (armed instanceof Errno) completions.put({ id, operation, isArmed: false, result: armed });
    else this.#armed.set(id, armed);
  }

  /** Ends the wait that goes on, or the next one. */
  wake(): void {
    this.#isWoken = true;
    this.#woken.wake();
  }

  /**
   * Completes what is ready, and waits when nothing is.
   * @param atMs - When to return with nothing, in ms of `performance.now()`; undefined: never.
   * @param count - Answers how much `completions` holds by now: 0 is nothing.
   */
  collect(
    tables: KernelTables,
    process: Process,
    completions: CompletionWriter,
    count: () => number,
    atMs: number | undefined,
  ): Outcome<number> {
    const nowMs = performance.now();
    const queues: WaitQueue[] = [this.#woken];
    if (this.#takesSignals) queues.push(process.signalled);
    let wakeAtMs = atMs ?? Number.POSITIVE_INFINITY;
    if (this.#takesSignals) this.#takeSignals(process, completions);
    // A copy: what repeats goes to the end of the table, so that none is starved for room.
    for (const armed of [...this.#armed.values()]) {
      if (!completions.hasRoom) break;
      if (armed.operation === "timer") {
        if (armed.atMs <= nowMs) this.#complete(armed, 0, completions);
        else wakeAtMs = Math.min(wakeAtMs, armed.atMs);
        continue;
      }
      const waitsFor = this.#try(tables, process, armed, completions);
      if (waitsFor) queues.push(...waitsFor);
    }
    const isWoken = this.#isWoken;
    this.#isWoken = false;
    if (count() > 0 || isWoken || (atMs !== undefined && nowMs >= atMs)) return count();
    const retry = () => this.collect(tables, process, completions, count, atMs);
    const result = (): number | Errno => {
      const outcome = retry();
      return outcome instanceof Blocked ? 0 : outcome;
    };
    return new Blocked<number>({
      queues,
      retry,
      deadline: Number.isFinite(wakeAtMs) ? { atMs: wakeAtMs, result } : undefined,
    });
  }

  /** What is armed, for tests and crash reports. */
  dump(): { id: number; operation: Operation }[] {
    return [...this.#armed.values()].map(({ id, operation }) => ({ id, operation }));
  }

  #arm(
    tables: KernelTables,
    process: Process,
    submission: Exclude<Submission, CancelSubmission>,
  ): Armed | Errno {
    if (this.#armed.has(submission.id)) return errno.EEXIST;
    if (this.#armed.size >= tables.limits.submissions) return errno.EAGAIN;
    if (submission.operation === "timer" || submission.operation === "child") return submission;
    const description = process.fds.get(submission.fd);
    if (description instanceof Errno) return description;
    if (submission.operation === "poll") return { ...submission, description };
    if (submission.operation !== "read") {
      const failed = checkSocketSubmission(submission, description);
      if (failed) return failed;
      return description instanceof Socket ? { ...submission, description } : errno.ENOTSOCK;
    }
    if (!description.isReadable) return errno.EBADF;
    return submission.maxBytes > 0 ? { ...submission, description } : errno.EINVAL;
  }

  #takeSignals(process: Process, completions: CompletionWriter): void {
    for (let taken = 0; taken < SIGNAL_MAX && completions.hasRoom; taken++) {
      const taken = takeCaughtSignal(process);
      if (!taken) return;
      completions.put({ id: 0, operation: "signal", isArmed: true, result: taken.signal });
    }
  }

  /** Completes `armed`, or answers what it waits for. */
  #try(
    tables: KernelTables,
    process: Process,
    armed: Exclude<Armed, TimerSubmission>,
    completions: CompletionWriter,
  ): readonly WaitQueue[] | undefined {
    if (armed.operation === "child") {
      const child = waitForChild(tables.processes, process, armed.pid, 0);
      if (child instanceof Blocked) return child.queues;
      if (child instanceof Errno) this.#complete(armed, child, completions);
      else this.#complete(armed, child.pid, completions, child.waitStatus);
      return undefined;
    }
    // The number may lead elsewhere by now: the guest closed it without cancelling.
    if (process.fds.get(armed.fd) !== armed.description) {
      this.#complete(armed, errno.EBADF, completions);
      return undefined;
    }
    if (armed.operation === "poll") return this.#tryPoll(armed, completions);
    if (armed.operation === "read") return this.#tryRead(process, armed, completions);
    const area = completions.dataArea(areaOf(armed));
    const tried = trySocketOperation(process, armed, armed.description, area);
    if (!("result" in tried)) return tried;
    this.#complete(armed, tried.result, completions, tried.extra);
    return undefined;
  }

  #tryPoll(
    armed: PollSubmission & { readonly description: FileDescription },
    completions: CompletionWriter,
  ): readonly WaitQueue[] | undefined {
    const happened = armed.description.poll() & (armed.events | POLLERR | POLLHUP);
    if (happened === 0) return armed.description.pollQueues;
    this.#complete(armed, happened, completions);
    return undefined;
  }

  #tryRead(
    process: Process,
    armed: ReadSubmission & { readonly description: FileDescription },
    completions: CompletionWriter,
  ): readonly WaitQueue[] | undefined {
    // Most of many have nothing: a look costs less than a read that has to wait. And a terminal stops
    // who reads in the background, so nobody reads it before there is something.
    const ready = armed.description.poll();
    const isQuietTerminal =
      armed.description.kind === "terminal" && (ready & (POLLIN | POLLERR | POLLHUP)) === 0;
    if (ready === 0 || isQuietTerminal) return armed.description.pollQueues;
    const area = completions.dataArea(armed.maxBytes);
    // No room for data in this round: it stays ready.
    if (area.length === 0) return [];
    const result = armed.description.read(area, process);
    if (result instanceof Blocked) return result.queues;
    this.#complete(armed, result, completions, typeof result === "number" ? result : 0);
    return undefined;
  }

  #complete(armed: Armed, result: number | Errno, completions: CompletionWriter, extra = 0): void {
    const { id, operation } = armed;
    const isEnd = result instanceof Errno || (operation === "read" && result === 0);
    const isOnce = !("repeats" in armed) || !armed.repeats || operation === "connect";
    const isArmed = !isOnce && !isEnd;
    this.#armed.delete(id);
    if (isArmed) this.#armed.set(id, armed);
    completions.put({ id, operation, isArmed, result, extra });
  }
}
