/**
 * An open regular file: the cursor over an inode that a store opened. When the store answers later,
 * calls that use the cursor wait as calls on a pipe
 * do (`Blocked`), and writes take turns.
 */
import { IN_ATTRIB, IN_MODIFY, O_APPEND, SEEK_CUR, SEEK_END, SEEK_SET } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { GuardedFile } from "./guarded-file.js";
import { modeAfterWrite } from "./permission-bits.js";
import type { Process } from "./process.js";
import type { VirtualStat } from "./stat.js";
import { Journal, type Replay } from "./suspension.js";
import type { Vfs } from "./vfs.js";
import type { AttributeChange, SynchronousOpenFile } from "./virtual-file-system.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

export class RegularFile extends FileDescription {
  override readonly kind = "file";
  readonly #file: SynchronousOpenFile;
  /** Told of changes, for watchers. */
  readonly #vfs: Vfs;
  /** The number of the mount it was opened on. */
  readonly #dev: number;
  /** Set when the store may answer later. */
  readonly #replay: Replay | null;
  /**
   * A read at the cursor that the store has yet to answer. Whoever reads next takes the answer:
   * callers may try again instead of keeping their `Blocked`.
   */
  #asked: { readonly position: number; readonly bytes: Uint8Array; journal: Journal } | null = null;
  /** Woken at the end of the write that is under way. */
  #writing: WaitQueue | null = null;
  #cursor = 0;

  /** Takes over `file`: it is closed with the description. */
  constructor(file: SynchronousOpenFile, dev: number, flags: number, vfs: Vfs) {
    super(flags);
    this.#vfs = vfs;
    this.#file = file;
    this.#dev = dev;
    this.#replay = file instanceof GuardedFile && !file.isSynchronous ? file.replay : null;
  }

  /** A file is always ready: O_NONBLOCK means nothing for it, as on Linux. */
  override get isNonBlocking(): boolean {
    return false;
  }

  override read(target: Uint8Array): Outcome<number> {
    if (this.#replay) return this.#readAhead(this.#replay, target, ({ length }) => length);
    const count = this.pread(target, this.#cursor);
    if (typeof count === "number") this.#cursor += count;
    return count;
  }

  override readUntil(target: Uint8Array, delimiter: number): Outcome<number> {
    const take = (bytes: Uint8Array): number => countUntil(bytes, delimiter);
    if (this.#replay) return this.#readAhead(this.#replay, target, take);
    const count = this.pread(target, this.#cursor);
    if (count instanceof Errno) return count;
    const taken = take(target.subarray(0, count));
    this.#cursor += taken;
    return taken;
  }

  override readAhead(taken: number, target: Uint8Array): Outcome<number> {
    if (this.#replay) return errno.ENOTSUP;
    this.#cursor += taken;
    return this.pread(target, this.#cursor);
  }

  override write(data: Uint8Array, caller?: Process): Outcome<number> {
    if (!this.isWritable) return errno.EBADF;
    return this.#replay ? this.#writeInTurn(this.#replay, data, caller) : this.#write(data, caller);
  }

  #write(data: Uint8Array, caller: Process | undefined): number | Errno {
    if (this.flags & O_APPEND) {
      const size = this.#size();
      if (size instanceof Errno) return size;
      this.#cursor = size;
    }
    const count = this.#writeAt(data, this.#cursor, caller);
    if (typeof count === "number") this.#cursor += count;
    return count;
  }

  #writeAt(data: Uint8Array, position: number, caller: Process | undefined): number | Errno {
    const dropped = data.length > 0 && this.#dropSetIds(caller);
    if (dropped instanceof Errno) return dropped;
    const count = this.#file.write(data, position);
    if (typeof count === "number" && count > 0) this.#changed(...contentEvents(dropped));
    return count;
  }

  override pread(target: Uint8Array, position: number): number | Errno {
    if (!this.isReadable) return errno.EBADF;
    return this.#file.read(target, position);
  }

  override pwrite(data: Uint8Array, position: number, caller?: Process): number | Errno {
    if (!this.isWritable) return errno.EBADF;
    // POSIX would have it at the position; Linux appends (pwrite(2), "BUGS").
    const at = this.flags & O_APPEND ? this.#size() : position;
    return at instanceof Errno ? at : this.#writeAt(data, at, caller);
  }

  override seek(offset: number, whence: number): number | Errno {
    const origin = this.originOf(whence);
    if (origin instanceof Errno) return origin;
    const position = origin + offset;
    if (position < 0) return errno.EINVAL;
    if (!Number.isSafeInteger(position)) return errno.EOVERFLOW;
    this.#cursor = position;
    return position;
  }

  override truncate(size: number, caller?: Process): undefined | Errno {
    if (!this.isWritable) return errno.EINVAL;
    const dropped = this.#dropSetIds(caller);
    if (dropped instanceof Errno) return dropped;
    const failed = this.#file.truncate(size);
    if (!failed) this.#changed(...contentEvents(dropped));
    return failed;
  }

  /** Takes away the set-id bits that do not outlive a change by `caller`; whether there were any. */
  #dropSetIds(caller: Process | undefined): boolean | Errno {
    if (!caller || caller.actor.uid === 0) return false;
    const stat = this.#file.stat();
    if (stat instanceof Errno) return stat;
    const mode = modeAfterWrite(caller.actor, stat);
    return mode !== undefined && (this.#file.setAttributes({ mode }) ?? true);
  }

  override setAttributes(change: AttributeChange): undefined | Errno {
    const failed = this.#file.setAttributes(change);
    if (!failed) this.#changed(IN_ATTRIB);
    return failed;
  }

  override stat(): VirtualStat | Errno {
    const stat = this.#file.stat();
    if (!(stat instanceof Errno)) stat.dev = this.#dev;
    return stat;
  }

  protected override close(): void {
    this.#file.close();
  }

  #changed(...masks: number[]): void {
    if (this.#vfs.watches.size === 0) return;
    const stat = this.stat();
    if (!(stat instanceof Errno)) this.#vfs.changed(this.openedPath, stat, ...masks);
  }

  #size(): number | Errno {
    const stat = this.#file.stat();
    return stat instanceof Errno ? stat : stat.size;
  }

  override originOf(whence: number): number | Errno {
    if (whence === SEEK_SET) return 0;
    if (whence === SEEK_CUR) return this.#cursor;
    return whence === SEEK_END ? this.#size() : errno.EINVAL;
  }

  /** Reads at the cursor; `take` says how many of the bytes are wanted. */
  #readAhead(
    replay: Replay,
    target: Uint8Array,
    take: (bytes: Uint8Array) => number,
  ): Outcome<number> {
    let asked = this.#asked;
    if (asked?.position !== this.#cursor) {
      const bytes = new Uint8Array(target.length);
      asked = { position: this.#cursor, bytes, journal: new Journal() };
    }
    const { position, bytes, journal } = asked;
    const outcome = replay.run(() => this.pread(bytes, position), journal);
    this.#asked = outcome instanceof Blocked ? asked : null;
    if (outcome instanceof Blocked) {
      const retry = () => this.#readAhead(replay, target, take);
      return new Blocked<number>({ queues: outcome.queues, retry });
    }
    if (outcome instanceof Errno) return outcome;
    const taken = take(bytes.subarray(0, Math.min(outcome, target.length)));
    target.set(bytes.subarray(0, taken));
    this.#cursor += taken;
    return taken;
  }

  /** Writes that use the cursor take turns. */
  #writeInTurn(replay: Replay, data: Uint8Array, caller: Process | undefined): Outcome<number> {
    const other = this.#writing;
    if (other) {
      const retry = () => this.#writeInTurn(replay, data, caller);
      return new Blocked<number>({ queues: [other], retry });
    }
    const turn = new WaitQueue();
    return this.#written(
      turn,
      replay.run(() => this.#write(data, caller)),
    );
  }

  /** Gives the turn to the next when the write is through. */
  #written(turn: WaitQueue, outcome: Outcome<number>): Outcome<number> {
    if (!(outcome instanceof Blocked)) {
      if (this.#writing === turn) this.#writing = null;
      turn.wake();
      return outcome;
    }
    this.#writing = turn;
    return new Blocked<number>({
      queues: outcome.queues,
      retry: () => this.#written(turn, outcome.retry()),
      interrupted: (reason) => {
        const result = outcome.interrupted(reason);
        if (this.#writing === turn) this.#writing = null;
        turn.wake();
        return result;
      },
    });
  }
}

/** What watchers are told of a change of content. */
function contentEvents(hasDroppedSetIds: boolean): number[] {
  return hasDroppedSetIds ? [IN_ATTRIB, IN_MODIFY] : [IN_MODIFY];
}

/** How many of `bytes` there are up to the first `delimiter`, it included. */
function countUntil(bytes: Uint8Array, delimiter: number): number {
  const found = bytes.indexOf(delimiter);
  return found === -1 ? bytes.length : found + 1;
}
