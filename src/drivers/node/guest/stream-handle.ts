/** Byte streams over descriptors, as libuv has them. */
import { POLLOUT } from "../../../kernel/constants.js";
import { isWritable, type Reader, type Watcher } from "./event-loop.js";
import type { Guest } from "./guest.js";
import {
  type Done,
  type PassedHandle,
  type StreamBase,
  type StreamBaseClass,
  UV_EOF,
} from "./stream-base.js";

/** As much as a pipe or a connection usually holds: each read is a call. */
const READ_BYTES = 224 * 1024;
const EAGAIN = -11;
const EBADF = -9;
const EPIPE = -32;
const ENOTCONN = -107;
const ECANCELED = -125;

interface PendingWrite {
  readonly done: Done;
  data: Uint8Array;
  passed: PassedHandle | undefined;
}

/** A byte stream. */
export interface Stream extends StreamBase {
  /** Where bytes are read from, or -1. */
  readFd: number;
  /** Where bytes are written to, or -1. */
  writeFd: number;
  /** Whether a write waits for room: standard streams do, as Node documents for pipes. */
  writesBlock: boolean;
  readonly fd: number;
  /** What brings the bytes: the loop reads, unless the stream does so itself. */
  readonly readSource: Reader | Watcher;
  /** Hands out what has been read: bytes, 0 at the end, or below 0 minus an error number. */
  takeRead(result: number, data: Uint8Array): void;
  /** Writes as much as there is room for, at once: the count, or minus an error number. */
  tryWrite(data: Uint8Array, passed?: PassedHandle): number;
  /** Tells the other end that no more comes: 0, or minus an error number. */
  shutWriting(): number;
}

export type StreamClass = new (type: string) => Stream;

/** The base class of pipes, terminals and sockets, made for one guest. */
export function makeStreamClass(guest: Guest, StreamBase: StreamBaseClass): StreamClass {
  const { kernel, loop } = guest;

  return class LibuvStreamWrap extends StreamBase {
    readFd = -1;
    writeFd = -1;
    writesBlock = false;
    #isReading = false;
    readonly #writes: PendingWrite[] = [];
    #shutdown: Done | null = null;
    #isWriteEnded = false;
    readonly #reader: Reader;
    /** What came after reading had been stopped: given out when it starts again. */
    readonly #kept: { result: number; data: Uint8Array }[] = [];
    readonly #writer: Watcher;

    constructor(type: string) {
      super(type);
      const isReferenced = (): boolean => this.isHandleReferenced;
      const readFd = (): number => this.readFd;
      const writeFd = (): number => this.writeFd;
      const room = (): number => this.userBuffer?.length ?? READ_BYTES;
      this.#reader = {
        get fd() {
          return readFd();
        },
        get maxBytes() {
          return Math.min(room(), READ_BYTES);
        },
        get isReferenced() {
          return isReferenced();
        },
        onRead: (result, data) => this.takeRead(result, data),
      };
      this.#writer = {
        get fd() {
          return writeFd();
        },
        events: POLLOUT,
        isReferenced: true,
        onReady: (happened) => {
          if (isWritable(happened)) this.#flush();
        },
      };
    }

    get readSource(): Reader | Watcher {
      return this.#reader;
    }

    get fd(): number {
      return this.readFd >= 0 ? this.readFd : this.writeFd;
    }

    override get isHandleActive(): boolean {
      return this.#isReading || this.#writes.length > 0;
    }

    get writeQueueSize(): number {
      let size = 0;
      for (const { data } of this.#writes) size += data.length;
      return size;
    }

    setBlocking(isBlocking: boolean): number {
      this.writesBlock = isBlocking;
      return 0;
    }

    override readStart(): number {
      if (this.readFd < 0) return this.isHandleClosed ? EBADF : ENOTCONN;
      if (this.#isReading) return 0;
      this.#isReading = true;
      if (this.#kept.length > 0) loop.enqueue(() => this.#deliverKept());
      else loop.watch(this.readSource);
      return 0;
    }

    override readStop(): number {
      this.#isReading = false;
      loop.unwatch(this.readSource);
      return 0;
    }

    #deliverKept(): void {
      while (this.#isReading && this.#kept.length > 0) {
        const first = this.#kept.shift();
        if (first) this.takeRead(first.result, first.data);
      }
      if (this.#isReading && this.readFd >= 0) loop.watch(this.readSource);
    }

    takeRead(result: number, data: Uint8Array): void {
      if (this.isHandleClosed) return;
      if (!this.#isReading) {
        this.#kept.push({ result, data });
        return;
      }
      if (result > 0) {
        this.deliver(result, data);
        return;
      }
      this.readStop();
      this.deliver(result === 0 ? UV_EOF : result, data);
    }

    tryWrite(data: Uint8Array, _passed?: PassedHandle): number {
      return kernel.tryWrite(this.writeFd, data);
    }

    override writeBytes(data: Uint8Array, done: Done, passed?: PassedHandle): boolean | number {
      if (this.#isWriteEnded || this.#shutdown) return EPIPE;
      if (this.writeFd < 0) return EBADF;
      if (this.writesBlock) {
        const count = kernel.writeFully(this.writeFd, data, -1);
        return count < 0 ? count : true;
      }
      let rest = data;
      let unsent = passed;
      if (this.#writes.length === 0 && rest.length > 0) {
        // Once: what finds no room would cross to the kernel for nothing.
        const count = this.tryWrite(rest, unsent);
        if (count < 0 && count !== EAGAIN) return count;
        if (count > 0) {
          rest = rest.subarray(count);
          unsent = undefined;
        }
      }
      if (rest.length === 0 && this.#writes.length === 0) return true;
      this.#writes.push({ done, data: rest, passed: unsent });
      loop.watch(this.#writer);
      return false;
    }

    /** There is room: writes what was asked for, up to the first part that does not fit. */
    #flush(): void {
      for (let first = this.#writes[0]; first; first = this.#writes[0]) {
        const { length } = first.data;
        const count = length === 0 ? 0 : this.tryWrite(first.data, first.passed);
        if (count === EAGAIN) return;
        if (count > 0) first.passed = undefined;
        if (count >= 0 && count < length) {
          first.data = first.data.subarray(count);
          return;
        }
        this.#writes.shift();
        first.done(Math.min(count, 0));
        if (this.isHandleClosed) return;
      }
      loop.unwatch(this.#writer);
      this.#finishShutdown();
    }

    override endWriting(done: Done): number {
      if (this.writeFd < 0) return ENOTCONN;
      this.#shutdown = done;
      if (this.#writes.length === 0) loop.enqueue(() => this.#finishShutdown());
      return 0;
    }

    #finishShutdown(): void {
      const done = this.#shutdown;
      if (!done || this.#writes.length > 0) return;
      this.#shutdown = null;
      if (this.isHandleClosed) {
        done(ECANCELED);
        return;
      }
      this.#isWriteEnded = true;
      done(this.shutWriting());
    }

    /** Closes a pipe's write side, unless the process's standard streams are meant. */
    shutWriting(): number {
      if (this.writeFd > 2 && this.writeFd !== this.readFd) kernel.close(this.writeFd);
      this.writeFd = -1;
      return 0;
    }

    override onHandleClose(): void {
      this.readStop();
      loop.unwatch(this.#writer);
      const fds = new Set([this.readFd, this.writeFd]);
      // As libuv: standard streams stay open.
      for (const fd of fds) if (fd > 2) kernel.close(fd);
      this.readFd = -1;
      this.writeFd = -1;
      const shutdown = this.#shutdown;
      this.#shutdown = null;
      for (const { done } of this.#writes.splice(0)) {
        loop.enqueueClose(() => done(ECANCELED));
      }
      if (shutdown) loop.enqueueClose(() => shutdown(ECANCELED));
    }
  };
}
