/** Stores may be written by third parties: here what they throw becomes an errno. */
import { type Errno, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { VirtualStat } from "./stat.js";
import type { AttributeChange, OpenFile } from "./virtual-file-system.js";

/** Calls a store: a thrown `KernelError` counts as its errno, anything else as EIO. */
export function guard<T>(call: () => T | Errno): T | Errno {
  try {
    return call();
  } catch (thrown) {
    return thrown instanceof KernelError ? errno[thrown.code] : errno.EIO;
  }
}

/** A store's open file that never throws. */
export class GuardedFile implements OpenFile {
  readonly #file: OpenFile;

  /** Takes over `file`. */
  constructor(file: OpenFile) {
    this.#file = file;
  }

  read(target: Uint8Array, position: number): number | Errno {
    return guard(() => this.#file.read(target, position));
  }
  write(data: Uint8Array, position: number): number | Errno {
    return guard(() => this.#file.write(data, position));
  }
  truncate(size: number): undefined | Errno {
    return guard(() => this.#file.truncate(size));
  }
  stat(): VirtualStat | Errno {
    return guard(() => this.#file.stat());
  }
  setAttributes(change: AttributeChange): undefined | Errno {
    return guard(() => this.#file.setAttributes(change));
  }
  close(): void {
    guard(() => this.#file.close());
  }
}
