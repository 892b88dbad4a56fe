/**
 * What watchers (inotify(7)) are told when names and inodes change. Making events asks stores; telling
 * them changes the kernel, and comes after the last question of a call. Without watches nothing is asked.
 */

import { hostActor } from "./actor.js";
import {
  IN_ATTRIB,
  IN_DELETE_SELF,
  IN_ISDIR,
  IN_MOVE_SELF,
  IN_MOVED_FROM,
  IN_MOVED_TO,
} from "./constants.js";
import { Errno } from "./errno.js";
import type { FileWatchTable, InodeEvent } from "./file-watch.js";
import { inodeKey } from "./inode-key.js";
import type { ExistingLocation, Location } from "./location.js";
import { baseName, parentPath } from "./path.js";
import type { PathResolution } from "./path-resolution.js";
import { isDirectory, type VirtualStat } from "./stat.js";

export class NameEvents {
  readonly #paths: PathResolution;
  readonly #watches: FileWatchTable;

  constructor(paths: PathResolution, watches: FileWatchTable) {
    this.#paths = paths;
    this.#watches = watches;
  }

  /**
   * Tells watchers of a change of an inode and, when it is still at `path`, of the name in its directory.
   * @param masks - IN_MODIFY or IN_ATTRIB, or both in their order.
   */
  changed(path: string | undefined, inode: VirtualStat, ...masks: number[]): void {
    if (this.#watches.size === 0) return;
    const key = inodeKey(inode);
    const kind = isDirectory(inode) ? IN_ISDIR : 0;
    const location = path === undefined ? undefined : this.#paths.lookup(hostActor, path);
    const isThere = location && !(location instanceof Errno) && location.stat;
    const isNamed = isThere && inodeKey(isThere) === key;
    const events = masks.flatMap((mask) => {
      const names = isNamed ? this.ofName(location, mask | kind) : [];
      return [{ key, mask: mask | kind }, ...names];
    });
    this.tell(events);
  }

  /** Tells watchers. It changes the kernel, and comes after the last question to a store. */
  tell(events: readonly InodeEvent[]): void {
    for (const event of events) this.#watches.tell(event);
  }

  /** What the directory of a name is told. */
  ofName({ path }: Location, mask: number, cookie = 0): InodeEvent[] {
    if (this.#watches.size === 0 || path === "/") return [];
    const parent = this.#paths.lookup(hostActor, parentPath(path));
    if (parent instanceof Errno || !parent.stat) return [];
    return [{ key: inodeKey(parent.stat), mask, name: baseName(path), cookie }];
  }

  /** What a rename tells: both directories, what is moved, and what it takes the place of. */
  ofMove(from: ExistingLocation, to: Location): InodeEvent[] {
    if (this.#watches.size === 0) return [];
    const kind = isDirectory(from.stat) ? IN_ISDIR : 0;
    const cookie = this.#watches.nextCookie();
    return [
      ...this.ofName(from, IN_MOVED_FROM | kind, cookie),
      ...this.ofName(to, IN_MOVED_TO | kind, cookie),
      { key: inodeKey(from.stat), mask: IN_MOVE_SELF },
      ...(to.stat ? ofLostName(to.stat) : []),
    ];
  }
}

/** What an inode is told that has lost a name. */
export function ofLostName(stat: VirtualStat): InodeEvent[] {
  const key = inodeKey(stat);
  const isEmptied = isDirectory(stat);
  const attributes = { key, mask: isEmptied ? IN_ATTRIB | IN_ISDIR : IN_ATTRIB };
  return stat.nlink > 1 && !isEmptied ? [attributes] : [attributes, { key, mask: IN_DELETE_SELF }];
}
