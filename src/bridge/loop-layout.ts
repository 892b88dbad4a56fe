/**
 * The binary layouts of the `loop` call. Little-endian; guests write and read the same structures
 * (`guest/loop-client.ts`).
 *
 * A submission has 24 bytes:
 *
 *      0  u32  id          the guest's own; completions carry it. cancel: what to forget
 *      4  u16  operation   1 read, 2 poll, 3 timer, 4 child, 5 cancel,
 *                          7 accept, 8 connect (one that has begun), 9 receive
 *      6  u16  flags       1 = stays armed after a completion (read, poll, child,
 *                          accept, receive)
 *      8  i32  target      read, poll, accept, connect, receive: descriptor;
 *                          child: pid as in waitpid(2)
 *     12  u32  detail      read, receive: most bytes of one completion; poll: events; accept: flags
 *     16  i64  delayUs     timer: microseconds from now
 *
 * A completion has 16 bytes, and after a read, accept or receive its data, padded with up to 7 bytes:
 *
 *      0  u32  id          0 for a signal
 *      4  u16  operation   as above, or 6 signal
 *      6  u16  flags       1 = is still armed
 *      8  i32  result      read: bytes, 0 = end of file; poll: events; timer: 0; child: pid;
 *                          signal: its number; accept: the descriptor; connect: 0;
 *                          receive: the message's length; below 0: minus Linux's error number
 *     12  u32  extra       child: wait status; read, accept, receive: bytes of data that follow:
 *                          what was read, the caller's address, `kernel/received-message.ts`
 */
import { Errno, errno } from "../kernel/errno.js";
import type { CompletionWriter, Operation, Submission } from "../kernel/submission-table.js";

export const SUBMISSION_BYTES = 24;
export const COMPLETION_BYTES = 16;
/** Flag of a submission: stays armed. Flag of a completion: is still armed. */
export const LOOP_REPEATS = 1;

/** Operations by number. */
export const loopOperation = {
  read: 1,
  poll: 2,
  timer: 3,
  child: 4,
  cancel: 5,
  signal: 6,
  accept: 7,
  connect: 8,
  receive: 9,
} as const satisfies Record<Operation, number>;

/** The operations whose completions have data behind them. */
const withData: readonly number[] = [
  loopOperation.read,
  loopOperation.accept,
  loopOperation.receive,
];

/** Whether completions of an operation have data. */
export function hasData(operation: number): boolean {
  return withData.includes(operation);
}

/** How many bytes of data follow a completion. */
export function completionData(operation: number, extra: number): number {
  return hasData(operation) ? extra : 0;
}

const ALIGNMENT = 8;

/** Where the completion after one with `dataBytes` bytes of data starts. */
export function completionEnd(start: number, dataBytes: number): number {
  return start + COMPLETION_BYTES + Math.ceil(dataBytes / ALIGNMENT) * ALIGNMENT;
}

/** Copies submissions out of the guest's memory. EINVAL when one is none. */
export function parseSubmissions(bytes: Uint8Array, nowMs: number): Submission[] | Errno {
  if (bytes.length % SUBMISSION_BYTES !== 0) return errno.EINVAL;
  const view = new DataView(bytes.slice().buffer);
  const submissions: Submission[] = [];
  for (let at = 0; at < view.byteLength; at += SUBMISSION_BYTES) {
    const submission = parseSubmission(view, at, nowMs);
    if (submission instanceof Errno) return submission;
    submissions.push(submission);
  }
  return submissions;
}

function parseSubmission(view: DataView, at: number, nowMs: number): Submission | Errno {
  const id = view.getUint32(at, true);
  const repeats = (view.getUint16(at + 6, true) & LOOP_REPEATS) !== 0;
  const target = view.getInt32(at + 8, true);
  const detail = view.getUint32(at + 12, true);
  switch (view.getUint16(at + 4, true)) {
    case loopOperation.read:
      return { operation: "read", id, fd: target, maxBytes: detail, repeats };
    case loopOperation.poll:
      return { operation: "poll", id, fd: target, events: detail, repeats };
    case loopOperation.timer: {
      const delayUs = view.getBigInt64(at + 16, true);
      return { operation: "timer", id, atMs: nowMs + Number(delayUs) / 1000 };
    }
    case loopOperation.accept:
      return { operation: "accept", id, fd: target, flags: detail, repeats };
    case loopOperation.connect:
      return { operation: "connect", id, fd: target, repeats: false };
    case loopOperation.receive:
      return { operation: "receive", id, fd: target, maxBytes: detail, repeats };
    case loopOperation.child:
      return { operation: "child", id, pid: target, repeats };
    case loopOperation.cancel:
      return { operation: "cancel", id };
    default:
      return errno.EINVAL;
  }
}

/** Lays completions out in a guest's buffer, one after the other. */
export class CompletionBuffer implements CompletionWriter {
  readonly #target: Uint8Array;
  readonly #view: DataView;
  #filled = 0;

  constructor(target: Uint8Array) {
    this.#target = target;
    this.#view = new DataView(target.buffer, target.byteOffset, target.length);
  }

  /** Bytes laid out so far. */
  get filled(): number {
    return this.#filled;
  }

  get hasRoom(): boolean {
    return this.#filled + COMPLETION_BYTES <= this.#target.length;
  }

  dataArea(maxBytes: number): Uint8Array {
    const start = this.#filled + COMPLETION_BYTES;
    // What follows the data is aligned, so the data may reach to the last aligned place only.
    const end = this.#target.length - (this.#target.length % ALIGNMENT);
    return this.#target.subarray(start, Math.max(start, Math.min(start + maxBytes, end)));
  }

  put(completion: Parameters<CompletionWriter["put"]>[0]): void {
    const { id, operation, isArmed, result, extra = 0 } = completion;
    const at = this.#filled;
    this.#view.setUint32(at, id, true);
    this.#view.setUint16(at + 4, loopOperation[operation], true);
    this.#view.setUint16(at + 6, isArmed ? LOOP_REPEATS : 0, true);
    this.#view.setInt32(at + 8, result instanceof Errno ? -result.number : result, true);
    this.#view.setUint32(at + 12, extra, true);
    const end = completionEnd(at, completionData(loopOperation[operation], extra));
    if (end > at + COMPLETION_BYTES) this.#target.fill(0, at + COMPLETION_BYTES + extra, end);
    this.#filled = end;
  }
}
