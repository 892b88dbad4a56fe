/**
 * An open file as the kernel asks it: it answers at once or suspends the call, and never throws an
 * error. A file that may answer later never sees memory of a guest: it reads and writes buffers of
 * the kernel, since the guest's call may have ended when it does.
 */
import { Errno, errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";
import { guard, type Replay } from "./suspension.js";
import type { AttributeChange, OpenFile, SynchronousOpenFile } from "./virtual-file-system.js";

export { guard };

export class GuardedFile implements SynchronousOpenFile {
  readonly replay: Replay;
  /** Whether its store has promised to answer at once. */
  readonly isSynchronous: boolean;
  /** What is guarded. */
  readonly file: OpenFile;

  readonly #closed: (file: OpenFile) => void;

  /**
   * Takes over `file`.
   * @param closed - Told when it is closed.
   */
  constructor(
    file: OpenFile,
    isSynchronous: boolean,
    replay: Replay,
    closed: (file: OpenFile) => void,
  ) {
    this.file = file;
    this.isSynchronous = isSynchronous;
    this.#closed = closed;
    this.replay = replay;
  }

  read(target: Uint8Array, position: number): number | Errno {
    if (this.isSynchronous) return now(() => this.file.read(target, position));
    const answer = this.#ask("read", target.length, position, () => {
      const bytes = new Uint8Array(target.length);
      const count = this.file.read(bytes, position);
      return count instanceof Promise
        ? count.then((settled) => taken(bytes, settled))
        : taken(bytes, count);
    });
    if (answer instanceof Errno) return answer;
    target.set(answer);
    return answer.length;
  }

  write(data: Uint8Array, position: number): number | Errno {
    if (this.isSynchronous) return now(() => this.file.write(data, position));
    return this.#ask("write", data.length, position, () => this.file.write(data.slice(), position));
  }

  truncate(size: number): undefined | Errno {
    return this.#ask("truncate", size, 0, () => this.file.truncate(size));
  }

  stat(): VirtualStat | Errno {
    return this.#ask("stat", 0, 0, () => this.file.stat());
  }

  setAttributes(change: AttributeChange): undefined | Errno {
    const key = JSON.stringify(change);
    return this.#ask("setAttributes", key, 0, () => this.file.setAttributes(change));
  }

  /** Closes it; nobody waits for that. */
  close(): void {
    if (this.isSynchronous) this.#close();
    else this.replay.close(() => this.#close());
  }

  #close(): void {
    this.#closed(this.file);
    closeFile(this.file);
  }

  #ask<T>(
    operation: string,
    first: unknown,
    second: unknown,
    put: () => T | Errno | Promise<T | Errno>,
  ): T | Errno {
    if (this.isSynchronous) return now(put);
    return this.replay.ask(this.file, operation, first, second, put);
  }
}

/** Closes a store's open file, whatever comes of it. */
export function closeFile(file: OpenFile): void {
  const closed = guard(() => file.close());
  if (closed instanceof Promise) closed.catch(() => {});
}

/** Asks somebody who has promised to answer at once: a promise from there is a broken store. */
export function now<T>(put: () => T | Errno | Promise<T | Errno>): T | Errno {
  const answer = guard(put);
  return answer instanceof Promise ? errno.EIO : answer;
}

/** The bytes that were read, when the count can be true. */
function taken(bytes: Uint8Array, count: number | Errno): Uint8Array | Errno {
  if (count instanceof Errno) return count;
  const isCount = Number.isInteger(count) && count >= 0 && count <= bytes.length;
  return isCount ? bytes.subarray(0, count) : errno.EIO;
}
