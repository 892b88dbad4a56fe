/** Handlers about advisory locks. */
import { Errno, errno } from "../kernel/errno.js";
import type { FileDescription } from "../kernel/file-description.js";
import type { LockRange, LockType } from "../kernel/record-locks.js";
import type { Caller, Handlers } from "./handler.js";

/** `kind`: the type in bits 0 and 1, the origin of `start` in bits 2 and 3, and whether to wait. */
const KIND_WAITS = 16;
const F_UNLCK = 2;
const lockTypes: readonly (LockType | undefined)[] = ["shared", "exclusive", undefined];

/** F_GETLK's answer: type, pid, start, length (0: to the end). */
const ANSWER_BYTES = 24;

export const lockCalls = {
  flock({ tables, process }, { fd, operation }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    return tables.locks.flock(description, operation);
  },

  lock_record(caller, { fd, kind, start, length }) {
    const lock = parseLock(caller, fd, kind, start, length);
    if (lock instanceof Errno) return lock;
    const waits = (kind & KIND_WAITS) !== 0;
    return caller.tables.locks.lock(caller.process, lock.description, lock.type, lock.range, waits);
  },

  test_record_lock(caller, { fd, kind, start, length }) {
    const lock = parseLock(caller, fd, kind, start, length);
    if (lock instanceof Errno) return lock;
    if (!lock.type) return errno.EINVAL;
    const { tables, process } = caller;
    const found = tables.locks.conflict(process, lock.description, lock.type, lock.range);
    if (found instanceof Errno) return found;
    const answer = new DataView(new ArrayBuffer(ANSWER_BYTES));
    answer.setInt32(0, found ? lockTypes.indexOf(found.type) : F_UNLCK, true);
    if (found) {
      const { start: from, end } = found.range;
      answer.setInt32(4, found.process.pid, true);
      answer.setBigInt64(8, BigInt(from), true);
      answer.setBigInt64(16, Number.isFinite(end) ? BigInt(end - from) : 0n, true);
    }
    return new Uint8Array(answer.buffer);
  },
} satisfies Partial<Handlers>;

interface ParsedLock {
  readonly description: FileDescription;
  readonly type: LockType | undefined;
  readonly range: LockRange;
}

function parseLock(
  { process }: Caller,
  fd: number,
  kind: number,
  start: number,
  length: number,
): ParsedLock | Errno {
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  const type = kind & 3;
  if (type > F_UNLCK) return errno.EINVAL;
  const origin = description.originOf((kind >> 2) & 3);
  if (origin instanceof Errno) return origin;
  const at = origin + start;
  const range = {
    start: length < 0 ? at + length : at,
    end: length > 0 ? at + length : length < 0 ? at : Number.POSITIVE_INFINITY,
  };
  if (range.start < 0) return errno.EINVAL;
  if (range.end !== Number.POSITIVE_INFINITY && !Number.isSafeInteger(range.end)) {
    return errno.EOVERFLOW;
  }
  return { description, type: lockTypes[type], range };
}
