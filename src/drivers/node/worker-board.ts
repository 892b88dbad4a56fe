/** What a guest's threads and the container that holds them tell each other beside messages: how a worker starts and has ended. */

/** When a process began: `performance.timeOrigin` of all its threads. */
export interface ProcessOrigin {
  readonly startedAt: number;
  readonly calendarMs: number;
}

/** A worker as its parent asks for it. */
export interface ThreadStart {
  /** From `create_thread`. */
  readonly thread: number;
  /** Who starts it. */
  readonly parent: number;
  readonly execArgv: readonly string[];
  /** V8's flags are those of the whole process. */
  readonly v8Flags: readonly string[];
  /** When the process began, on its clock and on the calendar's, in ms. */
  readonly processOrigin: ProcessOrigin;
  readonly env: Readonly<Record<string, string>>;
  /** The number of the environment that it has together with its parent; 0: its own. */
  readonly sharedEnvironment: number;
  /** The message port that it has with its parent. */
  readonly port: number;
  /** In the order of Node's `resourceLimits`; below 0: none. */
  readonly resourceLimits: readonly number[];
}

/** How a thread has ended. */
export const threadEnd = { running: 0, exited: 1, stopped: 2, outOfMemory: 3, failed: 4 } as const;

/** The shared board: two words a thread, by its number. Numbers far apart share a place. */
export const END_MARK = { words: 2, outcome: 0, code: 1 } as const;
const THREADS = 4096;
const END_MARKS_BYTES = THREADS * END_MARK.words * 4;

/** Behind the marks: what each thread tells of its loop. Fewer places, as only those that run have one. */
const LOOP_PLACES = 1024;
const LOOP_BYTES = 32;
export const BOARD_BYTES = END_MARKS_BYTES + LOOP_PLACES * LOOP_BYTES;

/** Where a thread's words are. */
export function endMarkOf(thread: number): number {
  return (thread * END_MARK.words) % (END_MARKS_BYTES / 4);
}

/** Says how a thread has ended. */
export function markEnd(board: Int32Array, thread: number, outcome: number, code: number): void {
  const at = endMarkOf(thread);
  board[at + END_MARK.code] = code;
  Atomics.store(board, at + END_MARK.outcome, outcome);
}

/** What a thread has been asked for, and has done of it. */
export const snapshotState = { none: 0, asked: 1, taken: 2, failed: 3 } as const;

/** What others see of a thread's event loop; times in ms, on the clock of the process. */
export class LoopBoard {
  readonly #times: Float64Array;
  readonly #words: Int32Array;

  constructor(board: SharedArrayBuffer, thread: number) {
    const at = END_MARKS_BYTES + (thread % LOOP_PLACES) * LOOP_BYTES;
    this.#times = new Float64Array(board, at, 3);
    this.#words = new Int32Array(board, at + 24, 2);
  }

  /** A thread begins. */
  reset(): void {
    this.#times.fill(0);
    this.#words.fill(0);
  }

  /** When its first turn began; 0: it has not. */
  get startedAt(): number {
    return this.#times[0] as number;
  }

  set startedAt(ms: number) {
    this.#times[0] = ms;
  }

  /** How long it has slept by `now`. */
  idleTime(now: number): number {
    const [, slept = 0, since = 0] = this.#times;
    return slept + (since > 0 ? Math.max(0, now - since) : 0);
  }

  sleeps(now: number): void {
    this.#times[2] = now;
  }

  wakes(now: number): void {
    this.#times[1] = this.idleTime(now);
    this.#times[2] = 0;
  }

  /** One of `snapshotState`. */
  get snapshot(): number {
    return Atomics.load(this.#words, 0);
  }

  set snapshot(state: number) {
    Atomics.store(this.#words, 0, state);
  }

  /** Which parts a snapshot that is asked for shall have: bits. */
  get snapshotOptions(): number {
    return Atomics.load(this.#words, 1);
  }

  set snapshotOptions(bits: number) {
    Atomics.store(this.#words, 1, bits);
  }
}
