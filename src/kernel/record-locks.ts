/**
 * The record locks on one file: ranges of bytes, each of one process. A process's own ranges never
 * overlap: a new one splits and shortens those under it, and joins its neighbours of the same type.
 */
import type { Process } from "./process.js";

export type LockType = "shared" | "exclusive";

/** Bytes from `start` up to `end`, which is not part of it; Infinity is "to the end, however far". */
export interface LockRange {
  readonly start: number;
  readonly end: number;
}

export interface RecordLock {
  readonly process: Process;
  readonly type: LockType;
  readonly range: LockRange;
}

export class RecordLocks {
  /** By start. */
  #locks: RecordLock[] = [];

  get size(): number {
    return this.#locks.length;
  }

  /** The first lock of another process that `type` over `range` would run into. */
  conflict(process: Process, type: LockType, range: LockRange): RecordLock | undefined {
    return this.#locks.find(
      (lock) =>
        lock.process !== process &&
        (type === "exclusive" || lock.type === "exclusive") &&
        overlaps(lock.range, range),
    );
  }

  /**
   * Locks `range`, or unlocks it without a `type`. Conflicts have been looked for.
   * @returns how many locks there are more than before.
   */
  set(process: Process, type: LockType | undefined, range: LockRange): number {
    const before = this.#locks.length;
    let { start, end } = range;
    const kept: RecordLock[] = [];
    for (const lock of this.#locks) {
      if (lock.process !== process) {
        kept.push(lock);
      } else if (lock.type === type && lock.range.start <= end && lock.range.end >= start) {
        start = Math.min(start, lock.range.start);
        end = Math.max(end, lock.range.end);
      } else {
        kept.push(...without(lock, range));
      }
    }
    if (type) kept.push({ process, type, range: { start, end } });
    this.#locks = kept.sort((a, b) => a.range.start - b.range.start);
    return this.#locks.length - before;
  }

  /** Removes all locks of a process and answers how many there were. */
  removeOf(process: Process): number {
    const before = this.#locks.length;
    this.#locks = this.#locks.filter((lock) => lock.process !== process);
    return before - this.#locks.length;
  }

  dump(): { pid: number; type: LockType; start: number; end: number }[] {
    return this.#locks.map(({ process, type, range }) => ({ pid: process.pid, type, ...range }));
  }
}

function overlaps(a: LockRange, b: LockRange): boolean {
  return a.start < b.end && b.start < a.end;
}

/** What is left of a lock when `range` is taken out. */
function without(lock: RecordLock, range: LockRange): RecordLock[] {
  if (!overlaps(lock.range, range)) return [lock];
  const { start, end } = lock.range;
  const rest = [
    { start, end: range.start },
    { start: range.end, end },
  ];
  return rest.filter((part) => part.start < part.end).map((part) => ({ ...lock, range: part }));
}
