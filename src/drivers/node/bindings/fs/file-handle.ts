/** `FileHandle`: an open file of `fs.promises`. */
import type { Guest } from "../../guest/guest.js";
import type { HandleClass } from "../../guest/handle.js";
import { Failure } from "./requests.js";

type FileHandleClass = new (fd: number, offset?: number, length?: number) => object;

export function fileHandleClass(guest: Guest, HandleWrap: HandleClass): FileHandleClass {
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

  return class FileHandle extends HandleWrap {
    readonly #open: { fd: number };
    onread: unknown;
    /** What a `StreamPipe` reads of it. */
    readonly range: readonly [offset: number, length: number];

    constructor(fd: number, offset = -1, length = -1) {
      super("FILEHANDLE");
      this.#open = { fd };
      this.range = [offset, length];
      forgotten.register(this, this.#open, this.#open);
    }

    get fd(): number {
      return this.#open.fd;
    }

    // The promise is what Node's FileHandle waits for.
    override close(): never {
      const fd = this.releaseFD();
      return new Promise<void>((resolve, reject) => {
        loop.enqueue(() => {
          const code = kernel.close(fd);
          if (code < 0) reject(guest.uv.exception(new Failure(code, "close")));
          else resolve();
          guest.runTicks();
        });
      }) as never;
    }

    releaseFD(): number {
      const { fd } = this.#open;
      this.#open.fd = -1;
      forgotten.unregister(this.#open);
      return fd;
    }
  };
}
