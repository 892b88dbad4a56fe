/** What a guest's threads and the container that holds them tell each other beside messages: how a worker starts and has ended. */

/** A worker as its parent asks for it. */
export interface ThreadStart {
  /** From `create_thread`. */
  readonly thread: number;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
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
export const BOARD_BYTES = THREADS * END_MARK.words * 4;

/** Says how a thread has ended. */
export function markEnd(board: Int32Array, thread: number, outcome: number, code: number): void {
  const at = (thread * END_MARK.words) % board.length;
  board[at + END_MARK.code] = code;
  Atomics.store(board, at + END_MARK.outcome, outcome);
}
