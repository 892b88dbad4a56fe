/**
 * An open file description (POSIX 2.1 "open file description"): what descriptors point at.
 * dup and inheritance share it, and with it the cursor and the status flags. It counts its
 * references; the last `release` closes it.
 *
 * Buffers: `read` fills `target`; `write` reads `data` only during the call and, when the call
 * blocks, until it is settled. Neither keeps the buffer: it may be memory of a guest.
 */
import {
  O_ACCMODE,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  POLLIN,
  POLLOUT,
  SEEK_SET,
} from "./constants.js";
import { type Errno, errno } from "./errno.js";
import type { Process } from "./process.js";
import type { VirtualStat } from "./stat.js";
import type { AttributeChange } from "./virtual-file-system.js";
import type { Blocked, Outcome, WaitQueue } from "./wait.js";

export type DescriptionKind =
  | "file"
  | "directory"
  | "pipe"
  | "device"
  | "sink"
  | "watch"
  | "terminal"
  | "socket"
  | "answer";

export abstract class FileDescription {
  abstract readonly kind: DescriptionKind;
  /** Access mode and status flags (`O_*`). */
  flags: number;
  /** Where it was when it was opened, without links; undefined for what has no name, such as a pipe. */
  openedPath: string | undefined;
  #references = 0;
  #closing: (() => void)[] | undefined;

  constructor(flags: number) {
    this.flags = flags;
  }

  /** How many descriptors, and parts of the kernel, point here. */
  get references(): number {
    return this.#references;
  }

  get isReadable(): boolean {
    return (this.flags & O_ACCMODE) !== O_WRONLY;
  }

  get isWritable(): boolean {
    return (this.flags & O_ACCMODE) !== O_RDONLY;
  }

  get isNonBlocking(): boolean {
    return (this.flags & O_NONBLOCK) !== 0;
  }

  /**
   * Reads up to `target.length` bytes at the cursor; 0 is the end of the file.
   * @param caller - Who reads: a terminal stops those in the background.
   */
  abstract read(target: Uint8Array, caller?: Process): Outcome<number>;

  /**
   * `read` that takes nothing after the first byte equal to `delimiter`: a shell's `read` must leave
   * the rest to whoever reads next. Where bytes can't be looked at before they are taken, it takes one.
   */
  readUntil(target: Uint8Array, _delimiter: number, caller?: Process): Outcome<number> {
    return this.read(target.subarray(0, 1), caller);
  }

  /**
   * Takes the `taken` bytes that an earlier call showed, and shows what comes next without taking it; 0 is the end. Only
   * for who alone can read here: others would read what is shown once more.
   */
  readAhead(_taken: number, _target: Uint8Array): Outcome<number> {
    return errno.ENOTSUP;
  }

  /** Writes at the cursor (or the end, with O_APPEND) and returns how many bytes were taken. */
  abstract write(data: Uint8Array, caller?: Process): Outcome<number>;

  abstract stat(): VirtualStat | Errno;

  pread(_target: Uint8Array, _position: number): number | Errno {
    return errno.ESPIPE;
  }

  pwrite(_data: Uint8Array, _position: number, _caller?: Process): number | Errno {
    return errno.ESPIPE;
  }

  /** Moves the cursor and returns where it is now. */
  seek(_offset: number, _whence: number): number | Errno {
    return errno.ESPIPE;
  }

  /** Where an offset with that whence counts from. */
  originOf(whence: number): number | Errno {
    return whence === SEEK_SET ? 0 : errno.EINVAL;
  }

  /** What opening it still waits for, before anybody gets a descriptor; undefined: nothing. */
  opening(): undefined | Blocked<undefined> {
    return undefined;
  }

  truncate(_size: number, _caller?: Process): undefined | Errno {
    return errno.EINVAL;
  }

  /** Changes the inode's attributes; who may is checked before (`changeOpenFile`). */
  setAttributes(_change: AttributeChange): undefined | Errno {
    return errno.EINVAL;
  }

  /** How many bytes a read can have at once (FIONREAD). */
  available(): number | Errno {
    return errno.ENOTTY;
  }

  /** Which of `POLLIN`, `POLLOUT`, `POLLERR` and `POLLHUP` hold now. */
  poll(): number {
    // As in Linux: what never waits is ready for both, whatever it was opened for.
    return POLLIN | POLLOUT;
  }

  /** What is woken when the answer of `poll` may have changed. */
  readonly pollQueues: readonly WaitQueue[] = [];

  /** Takes a reference: one more descriptor points here. */
  retain(): this {
    this.#references++;
    return this;
  }

  /** Gives a reference back; the last one closes the description. */
  release(): void {
    this.#references--;
    if (this.#references !== 0) return;
    this.close();
    for (const tell of this.#closing ?? []) tell();
  }

  /** Calls `tell` once, after the last reference is gone. */
  whenClosed(tell: () => void): void {
    this.#closing ??= [];
    this.#closing.push(tell);
  }

  /** Called once, when no descriptor points here any more. */
  protected close(): void {}
}
