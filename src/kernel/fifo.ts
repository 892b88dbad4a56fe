/**
 * Named pipes (fifo(7)). A FIFO's bytes are a `Pipe` that lives as long as somebody has the FIFO open;
 * the inode in the store only names it. Opening waits for the other side, without O_NONBLOCK: the
 * description counts as reader or writer from the start, so that two who wait for each other meet.
 */
import { O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, POLLHUP, POLLIN, POLLOUT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import type { OpenInode } from "./open-inode.js";
import { type Pipe, PipeReader, PipeWriter } from "./pipe.js";
import type { PipeTable } from "./pipe-table.js";
import type { VirtualStat } from "./stat.js";
import type { AttributeChange } from "./virtual-file-system.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

class Fifo {
  readonly pipe: Pipe;
  /** Woken when somebody opens it. */
  readonly opened = new WaitQueue();
  /** How often it has been opened for each: who opened and closed at once has been there, too. */
  readersSeen = 0;
  writersSeen = 0;

  constructor(pipe: Pipe) {
    this.pipe = pipe;
  }
}

/** A descriptor of a FIFO: one end, or with O_RDWR both. */
export class FifoDescription extends FileDescription {
  override readonly kind = "pipe";
  readonly #fifo: Fifo;
  readonly #inode: OpenInode;
  readonly #reader: PipeReader | undefined;
  readonly #writer: PipeWriter | undefined;
  /** Writers that had been there when it was opened. */
  readonly #writersBefore: number;
  override readonly pollQueues: FileDescription["pollQueues"];

  constructor(fifo: Fifo, inode: OpenInode, flags: number) {
    super(flags);
    this.#fifo = fifo;
    this.#inode = inode;
    this.#writersBefore = fifo.writersSeen;
    const { pipe } = fifo;
    if (this.isReadable) {
      this.#reader = new PipeReader(pipe).retain();
      fifo.readersSeen++;
    }
    if (this.isWritable) {
      this.#writer = new PipeWriter(pipe).retain();
      fifo.writersSeen++;
    }
    this.pollQueues = [pipe.readable, pipe.writable];
    fifo.opened.wake();
  }

  /** What opening still waits for; undefined: nothing. */
  override opening(): undefined | Blocked<undefined> {
    if (this.isNonBlocking || (this.#reader && this.#writer)) return undefined;
    const { pipe } = this.#fifo;
    if (this.#reader ? pipe.writers > 0 : pipe.readers > 0) return undefined;
    const { readersSeen, writersSeen, opened } = this.#fifo;
    const wait = (): undefined | Blocked<undefined> => {
      const seen = this.#reader ? this.#fifo.writersSeen : this.#fifo.readersSeen;
      if (seen !== (this.#reader ? writersSeen : readersSeen)) return undefined;
      return new Blocked<undefined>({ queues: [opened], retry: wait });
    };
    return wait();
  }

  override read(target: Uint8Array): Outcome<number> {
    return this.#reader?.read(target) ?? errno.EBADF;
  }

  override readUntil(target: Uint8Array, delimiter: number): Outcome<number> {
    return this.#reader?.readUntil(target, delimiter) ?? errno.EBADF;
  }

  override write(data: Uint8Array): Outcome<number> {
    return this.#writer?.write(data) ?? errno.EBADF;
  }

  override stat(): VirtualStat | Errno {
    return this.#inode.stat();
  }

  override setAttributes(change: AttributeChange): undefined | Errno {
    return this.#inode.setAttributes(change);
  }

  override poll(): number {
    const writable = this.#writer?.poll() ?? 0;
    if (!this.#reader) return writable;
    const readable = this.#reader.poll();
    if (this.#writer) return (readable & POLLIN) | (writable & POLLOUT);
    // Before the first writer there is nobody who could have hung up.
    const hasHadWriter = this.#fifo.writersSeen > this.#writersBefore || readable & POLLIN;
    return hasHadWriter || !this.isNonBlocking ? readable : readable & ~POLLHUP;
  }

  protected override close(): void {
    this.#reader?.release();
    this.#writer?.release();
    this.#inode.close();
  }
}

/** The FIFOs of a kernel that are open, by inode. */
export class FifoTable {
  readonly #pipes: PipeTable;
  readonly #open = new Map<string, Fifo>();

  constructor(pipes: PipeTable) {
    this.#pipes = pipes;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens a FIFO, and takes over `inode`: ENXIO (nobody reads what would be written), ENFILE. */
  open(inode: OpenInode, flags: number): FifoDescription | Errno {
    const known = this.#open.get(inode.key);
    const wantsToWriteNow = (flags & O_ACCMODE) !== O_RDONLY && (flags & O_NONBLOCK) !== 0;
    if (wantsToWriteNow && (flags & O_ACCMODE) !== O_RDWR && !known?.pipe.readers) {
      inode.close();
      return errno.ENXIO;
    }
    const fifo = known ?? this.#begin(inode);
    if (!(fifo instanceof Errno)) return new FifoDescription(fifo, inode, flags);
    inode.close();
    return fifo;
  }

  #begin(inode: OpenInode): Fifo | Errno {
    const pipe = this.#pipes.createNamed(() => void this.#open.delete(inode.key));
    if (pipe instanceof Errno) return pipe;
    const fifo = new Fifo(pipe);
    this.#open.set(inode.key, fifo);
    return fifo;
  }
}
