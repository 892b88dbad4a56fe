/** Makes the pipes of a kernel and counts the open ones. */
import { Errno, errno } from "./errno.js";
import { Pipe, PipeReader, PipeWriter } from "./pipe.js";

export class PipeTable {
  readonly #limit: number;
  readonly #open = new Set<Pipe>();
  #lastIno = 0;

  /** @param limit - How many pipes may be open at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  /** A new pipe's two ends, without references yet: the caller installs both. ENFILE at the limit. */
  create(): { reader: PipeReader; writer: PipeWriter } | Errno {
    const pipe = this.createNamed(() => {});
    if (pipe instanceof Errno) return pipe;
    return { reader: new PipeReader(pipe), writer: new PipeWriter(pipe) };
  }

  /** A pipe for a FIFO, without ends yet; `onClose` is told when both sides have gone. ENFILE. */
  createNamed(onClose: () => void): Pipe | Errno {
    if (this.#open.size >= this.#limit) return errno.ENFILE;
    this.#lastIno++;
    const pipe: Pipe = new Pipe(this.#lastIno, () => {
      this.#open.delete(pipe);
      onClose();
    });
    this.#open.add(pipe);
    return pipe;
  }

  /** Each open pipe: its number, the bytes in it, how many descriptions read and write it. */
  dump(): { ino: number; bytes: number; readers: number; writers: number }[] {
    return Array.from(this.#open, ({ ino, length, readers, writers }) => ({
      ino,
      bytes: length,
      readers,
      writers,
    }));
  }
}
