/** `FileHandle`: an open file of `fs.promises`, which can be read as a stream. */
import type { Reader } from "../../guest/event-loop.js";
import type { Guest } from "../../guest/guest.js";
import { type Done, type StreamBaseClass, UV_EOF } from "../../guest/stream-base.js";
import { bindingClass } from "../../guest/transferables.js";
import { Failure } from "./requests.js";

export type FileHandleClass = new (fd: number, offset?: number, length?: number) => object;

const FILE_HANDLE_CLASS = bindingClass("fs", "FileHandle");
const CHUNK_BYTES = 64 * 1024;
const EBADF = -9;
const ENOSYS = -38;
const NOTHING = new Uint8Array(0);

export function fileHandleClass(guest: Guest, StreamBase: StreamBaseClass): FileHandleClass {
  const { kernel, loop } = guest;
  let hasWarned = false;
  /** Closes what a program forgot to close, and says so. */
  const forgotten = new FinalizationRegistry<{ fd: number }>((open) => {
    if (open.fd < 0) return;
    kernel.close(open.fd);
    const emitWarning = guest.process.emitWarning as (...args: unknown[]) => void;
    loop.enqueue(() =>
      guest.callback(guest.process, () => {
        emitWarning(`Closing file descriptor ${open.fd} on garbage collection`);
        if (hasWarned) return;
        hasWarned = true;
        emitWarning(
          "Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects " +
            "explicitly using FileHandle.prototype.close(). In the future, an error will be thrown if a file " +
            "descriptor is closed during garbage collection.",
          "DeprecationWarning",
          "DEP0137",
        );
      }, []),
    );
  });

  class FileHandle extends StreamBase {
    readonly #open: { fd: number };
    #offset: number;
    /** How much may be read as a stream; below 0: all. */
    #left: number;
    #isReading = false;
    /** A read is on its way. */
    #hasRead = false;
    readonly #reader: Reader;

    /** @param offset - Where to begin as a stream, below 0: wherever the descriptor is; and how much of it, below 0: all. */
    constructor(fd: number, offset = -1, length = -1) {
      super("FILEHANDLE");
      this.#open = { fd };
      this.#offset = offset;
      this.#left = length;
      this.#reader = {
        fd,
        maxBytes: CHUNK_BYTES,
        isReferenced: true,
        onRead: (result, data) => this.#take(result, data),
      };
      forgotten.register(this, this.#open, this.#open);
    }

    get fd(): number {
      return this.#open.fd;
    }

    override readStart(): number {
      if (this.fd < 0) return UV_EOF;
      this.#isReading = true;
      if (!this.#hasRead) {
        this.#hasRead = true;
        loop.enqueueCheck(() => this.#pull());
      }
      return 0;
    }

    override readStop(): number {
      this.#isReading = false;
      return 0;
    }

    #pull(): void {
      const room = this.#left < 0 ? CHUNK_BYTES : Math.min(CHUNK_BYTES, this.#left);
      if (room === 0 || this.fd < 0) {
        this.#take(room === 0 ? 0 : EBADF, NOTHING);
        return;
      }
      // What has no places, such as a pipe, is read as it comes.
      if (this.#offset < 0) {
        loop.watch(this.#reader);
        return;
      }
      const bytes = new Uint8Array(room);
      const count = kernel.readFully(this.fd, bytes, this.#offset);
      this.#take(count, bytes.subarray(0, Math.max(0, count)));
    }

    #take(result: number, data: Uint8Array): void {
      loop.unwatch(this.#reader);
      this.#hasRead = false;
      this.#isReading = false;
      if (result <= 0) {
        this.deliver(result === 0 ? UV_EOF : result, NOTHING);
        return;
      }
      const part = this.#left < 0 ? data : data.subarray(0, this.#left);
      if (this.#left > 0) this.#left -= part.length;
      if (this.#offset >= 0) this.#offset += part.length;
      this.#isReading = true;
      this.deliver(part.length, part);
      // Unless who has got it has stopped it.
      if (this.#isReading) this.readStart();
    }

    /** As of Node's: a file is written by `fs`. */
    override writeBytes(): number {
      return ENOSYS;
    }

    override endWriting(done: Done): number {
      if (this.fd >= 0) this.#closeNow(this.releaseFD(), done);
      else loop.enqueue(() => done(0));
      return 0;
    }

    // The promise is what Node's FileHandle waits for.
    override close(): never {
      const fd = this.releaseFD();
      return new Promise<void>((resolve, reject) => {
        this.#closeNow(fd, (status) => {
          if (status < 0) reject(guest.uv.exception(new Failure(status, "close")));
          else resolve();
          guest.runTicks();
        });
      }) as never;
    }

    #closeNow(fd: number, done: Done): void {
      loop.enqueue(() => done(Math.min(0, kernel.close(fd))));
    }

    releaseFD(): number {
      const { fd } = this.#open;
      this.#open.fd = -1;
      forgotten.unregister(this.#open);
      return fd;
    }

    /** Its descriptor goes with a message to another thread; undefined while it is in use, or closed. */
    get isMovable(): boolean {
      return this.fd >= 0 && !this.#hasRead;
    }
  }

  Object.defineProperty(FileHandle.prototype, guest.symbols.messaging_transfer_symbol as symbol, {
    get(this: FileHandle) {
      if (!this.isMovable) return undefined;
      return () => ({ data: this.releaseFD(), deserializeInfo: FILE_HANDLE_CLASS });
    },
  });
  guest.revivers.set(FILE_HANDLE_CLASS, (fd) => new FileHandle(Number(fd)));
  return FileHandle;
}
