/**
 * A pipe: a bounded queue of bytes between two kinds of descriptions. It owns the bytes; who may
 * read or write is counted here, once a description, so that the last writer's close is the end
 * of the file and the last reader's close breaks the pipe. POSIX.1-2024 write(): up to PIPE_BUF
 * bytes go in as a whole, more may go in piece by piece.
 */
import { ByteRing } from "./byte-ring.js";
import {
  O_RDONLY,
  O_WRONLY,
  PIPE_BUF,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  S_IFIFO,
} from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { pipeCapacity } from "./limits.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

export class Pipe {
  readonly ino: number;
  readonly #onClose: () => void;
  readonly #bytes = new ByteRing(pipeCapacity);
  readers = 0;
  writers = 0;
  #isClosed = false;
  /** Woken when bytes arrive or the last writer goes. */
  readonly readable = new WaitQueue();
  /** Woken when room appears or the last reader goes. */
  readonly writable = new WaitQueue();

  constructor(ino: number, onClose: () => void) {
    this.ino = ino;
    this.#onClose = onClose;
  }

  get length(): number {
    return this.#bytes.length;
  }

  get room(): number {
    return this.#bytes.room;
  }

  /** Moves up to `target.length` bytes out. Does not block: 0 means there are none. */
  take(target: Uint8Array): number {
    return this.#bytes.take(target);
  }

  /** Copies up to `target.length` bytes out and leaves them here. */
  peek(target: Uint8Array): number {
    return this.#bytes.peek(target);
  }

  /** Drops `count` bytes, at most all, at the front. */
  drop(count: number): void {
    this.#bytes.drop(count);
  }

  /** How many bytes there are up to and with the first `delimiter`, or all of them without one. */
  lengthThrough(delimiter: number): number {
    return this.#bytes.lengthThrough(delimiter);
  }

  /** Moves as much of `data` in as there is room for. Does not block. */
  put(data: Uint8Array): number {
    return this.#bytes.put(data);
  }

  endReader(): void {
    this.readers--;
    if (this.readers === 0) this.writable.wake();
    this.#closeWhenUnused();
  }

  endWriter(): void {
    this.writers--;
    if (this.writers === 0) this.readable.wake();
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    // Who is woken by the end of one side may end the other, and be here first.
    if (this.readers > 0 || this.writers > 0 || this.#isClosed) return;
    this.#isClosed = true;
    this.#bytes.clear();
    this.#onClose();
  }
}

/** The read end. */
export class PipeReader extends FileDescription {
  override readonly kind = "pipe";
  readonly #pipe: Pipe;

  constructor(pipe: Pipe, flags = 0) {
    super(O_RDONLY | flags);
    this.#pipe = pipe;
    pipe.readers++;
    this.pollQueues = [pipe.readable];
  }

  override readonly pollQueues: FileDescription["pollQueues"];

  override read(target: Uint8Array): Outcome<number> {
    const pipe = this.#pipe;
    if (target.length === 0) return 0;
    const count = pipe.take(target);
    if (count > 0) {
      pipe.writable.wake();
      return count;
    }
    if (pipe.writers === 0) return 0;
    return new Blocked({ queues: [pipe.readable], retry: () => this.read(target) });
  }

  override readUntil(target: Uint8Array, delimiter: number): Outcome<number> {
    const pipe = this.#pipe;
    if (pipe.length > 0) return this.read(target.subarray(0, pipe.lengthThrough(delimiter)));
    if (target.length === 0 || pipe.writers === 0) return 0;
    return new Blocked({
      queues: [pipe.readable],
      retry: () => this.readUntil(target, delimiter),
    });
  }

  override readAhead(taken: number, target: Uint8Array): Outcome<number> {
    const pipe = this.#pipe;
    if (taken > 0) {
      pipe.drop(taken);
      pipe.writable.wake();
    }
    // A FIFO may be open for reading elsewhere, too.
    if (pipe.readers > 1) return errno.ENOTSUP;
    const count = pipe.peek(target);
    if (count > 0 || target.length === 0 || pipe.writers === 0) return count;
    return new Blocked({ queues: [pipe.readable], retry: () => this.readAhead(0, target) });
  }

  override write(): Errno {
    return errno.EBADF;
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFIFO | 0o600, this.#pipe.ino);
  }

  override available(): number {
    return this.#pipe.length;
  }

  override poll(): number {
    return (this.#pipe.length > 0 ? POLLIN : 0) | (this.#pipe.writers === 0 ? POLLHUP : 0);
  }

  protected override close(): void {
    this.#pipe.endReader();
  }
}

/** The write end. */
export class PipeWriter extends FileDescription {
  override readonly kind = "pipe";
  readonly #pipe: Pipe;

  constructor(pipe: Pipe, flags = 0) {
    super(O_WRONLY | flags);
    this.#pipe = pipe;
    pipe.writers++;
    this.pollQueues = [pipe.writable];
  }

  override readonly pollQueues: FileDescription["pollQueues"];

  override read(): Errno {
    return errno.EBADF;
  }

  override write(data: Uint8Array): Outcome<number> {
    return this.#write(data, 0);
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFIFO | 0o600, this.#pipe.ino);
  }

  override poll(): number {
    const { readers, room } = this.#pipe;
    return (room >= PIPE_BUF ? POLLOUT : 0) | (readers === 0 ? POLLERR : 0);
  }

  protected override close(): void {
    this.#pipe.endWriter();
  }

  /** Writes on from `written`. A reader gone in the middle ends it with what went in, as on Linux. */
  #write(data: Uint8Array, written: number): Outcome<number> {
    const pipe = this.#pipe;
    if (pipe.readers === 0) return written > 0 ? written : errno.EPIPE;
    const mustFitWhole = data.length <= PIPE_BUF;
    let count = written;
    // A woken reader may take bytes at once and make room, so one call can pass many pipefuls.
    while (count < data.length && !(mustFitWhole && pipe.room < data.length)) {
      const moved = pipe.put(data.subarray(count));
      if (moved === 0) break;
      count += moved;
      pipe.readable.wake();
    }
    if (count === data.length) return count;
    return new Blocked({
      queues: [pipe.writable],
      retry: () => this.#write(data, count),
      interrupted: (reason) => (count > 0 ? count : reason),
    });
  }
}
