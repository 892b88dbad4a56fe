/**
 * The threads of a process: all share its descriptors, directory, mask and signals; each makes its own calls and sleeps in its own
 * event loop. Thread 0 is the one the process starts with; signals are told to it.
 */
import { type Errno, errno } from "./errno.js";
import { SubmissionTable } from "./submission-table.js";

/** Threads of one process, the main one included. Enforced by `create_thread`: EAGAIN. */
export const threadsMaximum = 64;

export class Thread {
  readonly number: number;
  /** What its event loop waits for. */
  readonly submissions: SubmissionTable;

  constructor(number: number) {
    this.number = number;
    this.submissions = new SubmissionTable(number === 0);
  }
}

export class ThreadTable {
  readonly main = new Thread(0);
  readonly #threads = new Map<number, Thread>([[0, this.main]]);
  #last = 0;

  get size(): number {
    return this.#threads.size;
  }

  /** A new thread: numbers are never used again. */
  create(): Thread | Errno {
    if (this.#threads.size >= threadsMaximum) return errno.EAGAIN;
    const thread = new Thread(++this.#last);
    this.#threads.set(thread.number, thread);
    return thread;
  }

  get(number: number): Thread | undefined {
    return this.#threads.get(number);
  }

  /** Forgets a thread that has ended. */
  end(thread: Thread): void {
    if (thread !== this.main) this.#threads.delete(thread.number);
  }
}
