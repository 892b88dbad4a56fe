/** The host application's end of a process's standard input: a queue in front of a pipe. */
import type { Errno } from "./errno.js";
import { errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { KernelError } from "./kernel-error.js";
import { ParkingLot } from "./parking.js";
import { Blocked } from "./wait.js";

interface Chunk {
  data: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: KernelError) => void;
}

export class HostInput {
  readonly #writer: FileDescription;
  readonly #limitBytes: number;
  readonly #parking = new ParkingLot();
  readonly #queue: Chunk[] = [];
  #queuedBytes = 0;
  #isClosing = false;
  #isReleased = false;
  /** Set while the first chunk is being written: what comes meanwhile goes behind it. */
  #isWriting = false;

  /** Takes over a reference on `writer`. */
  constructor(writer: FileDescription, limitBytes: number) {
    this.#writer = writer;
    this.#limitBytes = limitBytes;
  }

  /**
   * Queues `data`; the promise resolves when the process's pipe has taken all of it. Who ignores
   * it may have `limitBytes` waiting; more throws ENOSPC. After `close`, or when nobody can read
   * any more, it rejects with EPIPE.
   */
  write(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
    if (this.#queue.length > 0 && this.#queuedBytes + bytes.length > this.#limitBytes) {
      throw new KernelError("ENOSPC", `queuedBytes limit of ${this.#limitBytes} reached on stdin`);
    }
    return this.writeUnlimited(bytes);
  }

  /** `write` for input whose size its owner answers for, such as the `stdin` of `exec`. */
  writeUnlimited(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      if (this.#isClosing) {
        reject(new KernelError("EPIPE", "stdin is closed"));
        return;
      }
      this.#queue.push({ data: bytes, resolve, reject });
      this.#queuedBytes += bytes.length;
      if (!this.#isWriting) this.#drain();
    });
    // Who does not look at the promise shall not crash because the process went away.
    written.catch(() => {});
    return written;
  }

  /** End of file, once everything queued is written. */
  close(): void {
    this.#isClosing = true;
    if (this.#queue.length === 0) this.#release();
  }

  /** Drops what is queued: the process has ended. */
  abandon(): void {
    this.#isClosing = true;
    // Emptied first: a cancelled write must not go on with the next chunk.
    const dropped = this.#queue.splice(0);
    this.#parking.cancelAll(errno.EPIPE);
    for (const chunk of dropped) chunk.reject(new KernelError("EPIPE"));
    this.#release();
  }

  #drain(): void {
    this.#isWriting = true;
    for (let chunk = this.#queue[0]; chunk; chunk = this.#queue[0]) {
      const written = this.#writer.write(chunk.data);
      if (written instanceof Blocked) {
        const waiting = chunk;
        this.#parking.park(written, (result) => {
          this.#written(waiting, result);
          this.#drain();
        });
        return;
      }
      this.#written(chunk, written);
    }
    this.#isWriting = false;
    if (this.#isClosing) this.#release();
  }

  #written(chunk: Chunk, result: number | Errno): void {
    if (this.#queue[0] !== chunk) return;
    if (typeof result === "number" && result < chunk.data.length) {
      chunk.data = chunk.data.subarray(result);
      this.#queuedBytes -= result;
      return;
    }
    this.#queue.shift();
    this.#queuedBytes -= chunk.data.length;
    if (typeof result === "number") chunk.resolve();
    else chunk.reject(new KernelError(result.code, "nobody reads stdin any more"));
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#writer.release();
  }
}
