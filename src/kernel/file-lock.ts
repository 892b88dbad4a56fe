/**
 * Advisory locks, by inode. flock(2) locks belong to an open file description and go at its last close;
 * record locks (fcntl(2) F_SETLK) belong to a process and a range of bytes, and go when the process
 * closes any descriptor of the file, or ends. The two kinds do not see each other, as on Linux.
 */
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { inodeKey } from "./inode-key.js";
import type { Process } from "./process.js";
import { type LockRange, type LockType, RecordLocks } from "./record-locks.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

interface LockedFile {
  readonly flocks: Map<FileDescription, LockType>;
  readonly records: RecordLocks;
  /** Woken when a lock goes or becomes weaker. */
  readonly changed: WaitQueue;
}

export class FileLockTable {
  readonly #limit: number;
  readonly #files = new Map<string, LockedFile>();
  /** By waiting process, whose lock it waits for: what EDEADLK is found with. */
  readonly #waitsFor = new Map<Process, Process>();
  /** The files that a process has had record locks on. */
  readonly #filesOf = new Map<Process, Set<string>>();
  #recordCount = 0;

  /** @param limit - How many record locks there may be. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many files have locks. */
  get size(): number {
    return this.#files.size;
  }

  /** flock(2). A change of a lock gives the old one up first. */
  flock(description: FileDescription, operation: number): Outcome<undefined> {
    const key = keyOf(description);
    if (key instanceof Errno) return key;
    const wanted = operation & ~LOCK_NB;
    if (wanted === LOCK_UN) {
      this.#unflock(key, description);
      return undefined;
    }
    if (wanted !== LOCK_SH && wanted !== LOCK_EX) return errno.EINVAL;
    const type = wanted === LOCK_SH ? "shared" : "exclusive";
    const file = this.#file(key);
    const had = file.flocks.get(description);
    if (had === type) return undefined;
    if (had) this.#unflock(key, description);
    else description.whenClosed(() => this.#unflock(key, description));
    const outcome = this.#tryFlock(key, description, type);
    if (outcome instanceof Blocked && operation & LOCK_NB) return errno.EAGAIN;
    return outcome;
  }

  /** F_SETLK, or with `waits` F_SETLKW: EAGAIN, EDEADLK, ENOLCK. Without `type` it unlocks. */
  lock(
    process: Process,
    description: FileDescription,
    type: LockType | undefined,
    range: LockRange,
    waits: boolean,
  ): Outcome<undefined> {
    const key = keyOf(description);
    if (key instanceof Errno) return key;
    if (type === "shared" && !description.isReadable) return errno.EBADF;
    if (type === "exclusive" && !description.isWritable) return errno.EBADF;
    return this.#tryLock(key, process, type, range, waits);
  }

  /** F_GETLK: the first lock that keeps `process` from taking one, undefined when none does. */
  conflict(
    process: Process,
    description: FileDescription,
    type: LockType,
    range: LockRange,
  ): { process: Process; type: LockType; range: LockRange } | undefined | Errno {
    const key = keyOf(description);
    if (key instanceof Errno) return key;
    return this.#files.get(key)?.records.conflict(process, type, range);
  }

  /** A process has closed a descriptor: its record locks on that file go, whatever else it has open. */
  closedBy(process: Process, description: FileDescription): void {
    const files = this.#filesOf.get(process);
    if (!files) return;
    const key = keyOf(description);
    if (!(key instanceof Errno) && files.has(key)) this.#unlockAll(key, process);
  }

  /** A process has ended. */
  ended(process: Process): void {
    for (const key of this.#filesOf.get(process) ?? []) this.#unlockAll(key, process);
    this.#filesOf.delete(process);
    this.#waitsFor.delete(process);
  }

  /** What is locked, for tests and crash reports. */
  dump(): { inode: string; flocks: LockType[]; records: object[] }[] {
    return Array.from(this.#files, ([inode, { flocks, records }]) => ({
      inode,
      flocks: [...flocks.values()],
      records: records.dump(),
    }));
  }

  #tryFlock(key: string, description: FileDescription, type: LockType): Outcome<undefined> {
    const { flocks, changed } = this.#file(key);
    for (const [other, held] of flocks) {
      if (other === description || (held === "shared" && type === "shared")) continue;
      return new Blocked<undefined>({
        queues: [changed],
        retry: () => this.#tryFlock(key, description, type),
        interrupted: (reason) => {
          this.#forgetUnused(key);
          return reason;
        },
      });
    }
    // Whoever waited may have been closed by somebody else meanwhile.
    if (description.references === 0) return errno.EBADF;
    flocks.set(description, type);
    return undefined;
  }

  #unflock(key: string, description: FileDescription): void {
    const file = this.#files.get(key);
    if (!file?.flocks.delete(description)) return;
    file.changed.wake();
    this.#forgetUnused(key);
  }

  #tryLock(
    key: string,
    process: Process,
    type: LockType | undefined,
    range: LockRange,
    waits: boolean,
  ): Outcome<undefined> {
    this.#waitsFor.delete(process);
    const file = this.#file(key);
    const obstacle = type && file.records.conflict(process, type, range);
    if (obstacle)
      return waits ? this.#wait(key, process, type, range, obstacle.process) : errno.EAGAIN;
    // One lock may split one into two.
    if (this.#recordCount + 2 > this.#limit && type) return errno.ENOLCK;
    this.#recordCount += file.records.set(process, type, range);
    this.#noteFile(key, process);
    file.changed.wake();
    this.#forgetUnused(key);
    return undefined;
  }

  #wait(
    key: string,
    process: Process,
    type: LockType,
    range: LockRange,
    obstacle: Process,
  ): Outcome<undefined> {
    for (let at: Process | undefined = obstacle; at; at = this.#waitsFor.get(at)) {
      if (at === process) return errno.EDEADLK;
    }
    this.#waitsFor.set(process, obstacle);
    return new Blocked<undefined>({
      queues: [this.#file(key).changed],
      retry: () => this.#tryLock(key, process, type, range, true),
      interrupted: (reason) => {
        this.#waitsFor.delete(process);
        this.#forgetUnused(key);
        return reason;
      },
    });
  }

  #noteFile(key: string, process: Process): void {
    const files = this.#filesOf.get(process) ?? new Set();
    files.add(key);
    if (this.#filesOf.has(process)) return;
    this.#filesOf.set(process, files);
    process.fds.onClose = (description) => this.closedBy(process, description);
    process.endListeners.add(() => this.ended(process));
  }

  #unlockAll(key: string, process: Process): void {
    const file = this.#files.get(key);
    this.#filesOf.get(process)?.delete(key);
    if (!file) return;
    const removed = file.records.removeOf(process);
    this.#recordCount -= removed;
    if (removed > 0) file.changed.wake();
    this.#forgetUnused(key);
  }

  #file(key: string): LockedFile {
    let file = this.#files.get(key);
    if (!file) {
      file = { flocks: new Map(), records: new RecordLocks(), changed: new WaitQueue() };
      this.#files.set(key, file);
    }
    return file;
  }

  #forgetUnused(key: string): void {
    const file = this.#files.get(key);
    if (!file || file.flocks.size > 0 || file.records.size > 0 || file.changed.length > 0) return;
    this.#files.delete(key);
  }
}

function keyOf(description: FileDescription): string | Errno {
  const stat = description.stat();
  return stat instanceof Errno ? stat : inodeKey(stat);
}
