/** An open regular file: the cursor over an inode that a store opened. */
import { O_APPEND, SEEK_CUR, SEEK_END, SEEK_SET } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import type { VirtualStat } from "./stat.js";
import type { AttributeChange, OpenFile } from "./virtual-file-system.js";

export class RegularFile extends FileDescription {
  override readonly kind = "file";
  readonly #file: OpenFile;
  /** The number of the mount it was opened on. */
  readonly #dev: number;
  #cursor = 0;

  /** Takes over `file`: it is closed with the description. */
  constructor(file: OpenFile, dev: number, flags: number) {
    super(flags);
    this.#file = file;
    this.#dev = dev;
  }

  override read(target: Uint8Array): number | Errno {
    const count = this.pread(target, this.#cursor);
    if (typeof count === "number") this.#cursor += count;
    return count;
  }

  override readUntil(target: Uint8Array, delimiter: number): number | Errno {
    const count = this.pread(target, this.#cursor);
    if (count instanceof Errno) return count;
    const found = target.subarray(0, count).indexOf(delimiter);
    const taken = found === -1 ? count : found + 1;
    this.#cursor += taken;
    return taken;
  }

  override write(data: Uint8Array): number | Errno {
    if (!this.isWritable) return errno.EBADF;
    if (this.flags & O_APPEND) {
      const size = this.#size();
      if (size instanceof Errno) return size;
      this.#cursor = size;
    }
    const count = this.#file.write(data, this.#cursor);
    if (typeof count === "number") this.#cursor += count;
    return count;
  }

  override pread(target: Uint8Array, position: number): number | Errno {
    if (!this.isReadable) return errno.EBADF;
    return this.#file.read(target, position);
  }

  override pwrite(data: Uint8Array, position: number): number | Errno {
    if (!this.isWritable) return errno.EBADF;
    return this.#file.write(data, position);
  }

  override seek(offset: number, whence: number): number | Errno {
    const origin = this.#origin(whence);
    if (origin instanceof Errno) return origin;
    const position = origin + offset;
    if (position < 0) return errno.EINVAL;
    if (!Number.isSafeInteger(position)) return errno.EOVERFLOW;
    this.#cursor = position;
    return position;
  }

  override truncate(size: number): undefined | Errno {
    return this.isWritable ? this.#file.truncate(size) : errno.EINVAL;
  }

  override setAttributes(change: AttributeChange): undefined | Errno {
    return this.#file.setAttributes(change);
  }

  override stat(): VirtualStat | Errno {
    const stat = this.#file.stat();
    if (!(stat instanceof Errno)) stat.dev = this.#dev;
    return stat;
  }

  protected override close(): void {
    this.#file.close();
  }

  #size(): number | Errno {
    const stat = this.#file.stat();
    return stat instanceof Errno ? stat : stat.size;
  }

  #origin(whence: number): number | Errno {
    if (whence === SEEK_SET) return 0;
    if (whence === SEEK_CUR) return this.#cursor;
    return whence === SEEK_END ? this.#size() : errno.EINVAL;
  }
}
