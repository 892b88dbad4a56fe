/**
 * The inode of an open FIFO, for its attributes. A store may not hand out inodes of FIFOs; then it is
 * known by its path, and when another inode is there by now, this one counts as without name.
 */
import { hostActor } from "./actor.js";
import { Errno, errno } from "./errno.js";
import { inodeKey } from "./inode-key.js";
import type { ExistingLocation } from "./location.js";
import type { VirtualStat } from "./stat.js";
import type { Vfs } from "./vfs.js";
import {
  type AttributeChange,
  openExisting,
  type SynchronousOpenFile,
} from "./virtual-file-system.js";

export class OpenInode {
  readonly #vfs: Vfs;
  readonly #path: string;
  readonly #stat: VirtualStat;
  /** The inode itself, from a store that hands it out. */
  readonly #file: SynchronousOpenFile | undefined;

  constructor(vfs: Vfs, location: ExistingLocation) {
    this.#vfs = vfs;
    this.#path = location.path;
    this.#stat = location.stat;
    const file = vfs.open(location, openExisting);
    this.#file = file instanceof Errno ? undefined : file;
  }

  /** Tells it from all other inodes of the kernel. */
  get key(): string {
    return inodeKey(this.#stat);
  }

  stat(): VirtualStat | Errno {
    const stat = this.#file?.stat();
    if (stat instanceof Errno) return stat;
    if (stat) return { ...stat, dev: this.#stat.dev };
    return this.#named() ?? { ...this.#stat, nlink: 0 };
  }

  setAttributes(change: AttributeChange): undefined | Errno {
    if (this.#file) return this.#file.setAttributes(change);
    if (!this.#named()) return errno.ENOENT;
    return this.#vfs.setAttributes(hostActor, "/", this.#path, change, false);
  }

  close(): void {
    this.#file?.close();
  }

  #named(): VirtualStat | undefined {
    const stat = this.#vfs.stat(hostActor, "/", this.#path, false);
    return stat instanceof Errno || inodeKey(stat) !== this.key ? undefined : stat;
  }
}
