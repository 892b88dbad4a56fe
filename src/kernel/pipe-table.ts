/** Makes the pipes of a kernel and counts the open ones. */
import { type Errno, errno } from "./errno.js";
import { Pipe, PipeReader, PipeWriter } from "./pipe.js";

export class PipeTable {
  readonly #limit: number;
  #open = 0;
  #lastIno = 0;

  /** @param limit - How many pipes may be open at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open;
  }

  /** A new pipe's two ends, without references yet: the caller installs both. ENFILE at the limit. */
  create(): { reader: PipeReader; writer: PipeWriter } | Errno {
    if (this.#open >= this.#limit) return errno.ENFILE;
    this.#open++;
    this.#lastIno++;
    const pipe = new Pipe(this.#lastIno, () => {
      this.#open--;
    });
    return { reader: new PipeReader(pipe), writer: new PipeWriter(pipe) };
  }
}
