/**
 * The guest's end of the `loop` call: collects what to wait for, sleeps, and hands out what has
 * happened. An event loop such as libuv's maps onto it:
 *
 *     readStart → armRead(fd, 65536, true)    readStop, close → cancel(id)
 *     process exit event → armChild(pid)      uv_poll → armPoll(fd, events, true)
 *     the next timer, or "do not wait" → the timeout of wait()
 *     signals set to be caught (`signal_action`) → completions of their own
 *
 * Arming and cancelling cost nothing by themselves: they go with the next `wait`. After `cancel`
 * nothing more comes for an id, and no data is lost: bytes leave a pipe in `wait` only.
 */
import {
  COMPLETION_BYTES,
  completionData,
  completionEnd,
  hasData,
  LOOP_REPEATS,
  loopOperation,
  SUBMISSION_BYTES,
} from "../loop-layout.js";
import type { GuestStub } from "./guest-stub.js";

export interface Completion {
  /** What `arm…` returned; 0 for a signal. */
  readonly id: number;
  /** One of `loopOperation`. */
  readonly operation: number;
  /** Whether more will come for this id. */
  readonly isArmed: boolean;
  /** As `loop-layout.ts` says; below 0: minus Linux's error number. */
  readonly result: number;
  /** Of a child: its wait status. */
  readonly extra: number;
  /** Of a read, accept or receive: a copy of the bytes. */
  readonly data: Uint8Array | null;
}

/** Submissions of one call: their completions fit into its answer. */
const BATCH = 4096;
const BATCH_BYTES = BATCH * SUBMISSION_BYTES;

export class LoopClient {
  readonly #stub: GuestStub;
  #submissions = new Uint8Array(16 * SUBMISSION_BYTES);
  #length = 0;
  #lastId = 0;

  constructor(stub: GuestStub) {
    this.#stub = stub;
  }

  /** Reads when there is something; with `repeats` again and again, to the end of the file or an error. */
  armRead(fd: number, maxBytes: number, repeats: boolean): number {
    return this.#arm(loopOperation.read, repeats, fd, maxBytes, 0);
  }

  /** Waits until one of `events` (POLLIN, POLLOUT) holds. With `repeats` it completes in every `wait` in which it does. */
  armPoll(fd: number, events: number, repeats: boolean): number {
    return this.#arm(loopOperation.poll, repeats, fd, events, 0);
  }

  armTimer(delayMs: number): number {
    return this.#arm(loopOperation.timer, false, 0, 0, delayMs * 1000);
  }

  /** Waits for the end of a child and fetches its status; `pid` as in waitpid(2). */
  armChild(pid: number, repeats = false): number {
    return this.#arm(loopOperation.child, repeats, pid, 0, 0);
  }

  /** Takes connections of a listener: descriptors, with the callers' addresses as data. `flags` as accept4(2). */
  armAccept(fd: number, flags: number, repeats: boolean): number {
    return this.#arm(loopOperation.accept, repeats, fd, flags, 0);
  }

  /** Waits for a connection that a non-blocking `connect` has begun: 0, or why it is not made. */
  armConnect(fd: number): number {
    return this.#arm(loopOperation.connect, false, fd, 0, 0);
  }

  /** Receives messages with their senders, as `kernel/received-message.ts` lays them out, head included. */
  armReceive(fd: number, maxBytes: number, repeats: boolean): number {
    return this.#arm(loopOperation.receive, repeats, fd, maxBytes, 0);
  }

  cancel(id: number): void {
    this.#submit(loopOperation.cancel, false, id, 0, 0, 0);
  }

  /**
   * Sleeps until something has happened, at most `timeoutMs` (-1: for ever; 0: not at all).
   * @returns what has happened; nothing after the timeout, and when a caught signal was too quick.
   */
  wait(timeoutMs: number): Completion[] {
    const completions: Completion[] = [];
    const length = this.#length;
    this.#length = 0;
    let start = 0;
    while (length - start > BATCH_BYTES) {
      this.#call(this.#submissions.subarray(start, start + BATCH_BYTES), 0, completions);
      start += BATCH_BYTES;
    }
    const rest = this.#submissions.subarray(start, length);
    const timeoutUs = timeoutMs < 0 ? -1 : Math.ceil(timeoutMs * 1000);
    this.#call(rest, completions.length > 0 ? 0 : timeoutUs, completions);
    return completions;
  }

  #arm(operation: number, repeats: boolean, target: number, detail: number, us: number): number {
    // 32 bits, and 0 is for signals. What is armed for so long that ids come round is EEXIST.
    this.#lastId = (this.#lastId + 1) >>> 0 || 1;
    this.#submit(operation, repeats, this.#lastId, target, detail, us);
    return this.#lastId;
  }

  #submit(
    operation: number,
    repeats: boolean,
    id: number,
    target: number,
    detail: number,
    delayUs: number,
  ): void {
    if (this.#length + SUBMISSION_BYTES > this.#submissions.length) {
      const grown = new Uint8Array(this.#submissions.length * 2);
      grown.set(this.#submissions);
      this.#submissions = grown;
    }
    const view = new DataView(this.#submissions.buffer, this.#length, SUBMISSION_BYTES);
    view.setUint32(0, id, true);
    view.setUint16(4, operation, true);
    view.setUint16(6, repeats ? LOOP_REPEATS : 0, true);
    view.setInt32(8, target, true);
    view.setUint32(12, detail, true);
    view.setBigInt64(16, BigInt(Math.ceil(delayUs)), true);
    this.#length += SUBMISSION_BYTES;
  }

  #call(submissions: Uint8Array, timeoutUs: number, completions: Completion[]): void {
    const target = this.#stub.payload.length;
    // EINTR: a signal came; the next wait has it.
    if (this.#stub.call("loop", { submissions, timeoutUs, target })) return;
    completions.push(...readCompletions(this.#stub.resultBytes));
  }
}

/** Reads the answer of a `loop` call; data is copied. */
export function readCompletions(bytes: Uint8Array): Completion[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const completions: Completion[] = [];
  for (let at = 0; at < bytes.length; ) {
    const operation = view.getUint16(at + 4, true);
    const extra = view.getUint32(at + 12, true);
    const dataBytes = completionData(operation, extra);
    const dataStart = at + COMPLETION_BYTES;
    completions.push({
      id: view.getUint32(at, true),
      operation,
      isArmed: (view.getUint16(at + 6, true) & LOOP_REPEATS) !== 0,
      result: view.getInt32(at + 8, true),
      extra,
      data: hasData(operation) ? bytes.slice(dataStart, dataStart + dataBytes) : null,
    });
    at = completionEnd(at, dataBytes);
  }
  return completions;
}
