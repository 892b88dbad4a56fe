/**
 * Stores that look different to each process: /proc and /dev. The name space asks such a store for
 * the view of whoever calls, once a lookup, and then uses that view like any other store.
 */
import type { Errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { Process } from "./process.js";
import type { SynchronousFileSystem, VirtualFileSystem } from "./virtual-file-system.js";

/** What one process sees of a store. */
export interface StoreView extends SynchronousFileSystem {
  /**
   * What a name stands for that leads to an open description and not to a file: /dev/fd/N and
   * /proc/PID/fd/N. Undefined for all other names; EBADF or ENOENT when nothing is open there.
   */
  descriptionAt(path: string): FileDescription | Errno | undefined;
}

export interface PersonalStore extends SynchronousFileSystem {
  /** @param caller - null: the host application. */
  seenBy(caller: Process | null): StoreView;
}

export function isPersonal(store: VirtualFileSystem): store is PersonalStore {
  return "seenBy" in store;
}
