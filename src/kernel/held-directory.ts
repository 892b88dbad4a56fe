/**
 * Directories that somebody stays in: working directories and open directories. Stores know paths
 * only, so the name space tells this table of each rename and removal, and the holders go along as
 * if they held the inode. What other programs change on a host's disk is not noticed.
 */
import type { VirtualStat } from "./stat.js";

export class HeldDirectory {
  readonly #table: HeldDirectories;
  /** Where it is now, or was when it was removed. */
  path: string;
  /** What it was at the moment of its removal; undefined while it has a name. */
  removed: VirtualStat | undefined;

  constructor(table: HeldDirectories, path: string, removed: VirtualStat | undefined) {
    this.#table = table;
    this.path = path;
    this.removed = removed;
  }

  /** Ends the holding. */
  release(): void {
    this.#table.delete(this);
  }
}

/** Where a relative path starts: an absolute path, or a held directory. */
export type Base = string | HeldDirectory;

/** The path of a base, as it is now. */
export function pathOf(base: Base): string {
  return typeof base === "string" ? base : base.path;
}

export class HeldDirectories {
  readonly #held = new Set<HeldDirectory>();

  get size(): number {
    return this.#held.size;
  }

  /** Begins to hold a directory; the holder releases it. */
  hold(base: Base): HeldDirectory {
    const removed = typeof base === "string" ? undefined : base.removed;
    const held = new HeldDirectory(this, pathOf(base), removed);
    this.#held.add(held);
    return held;
  }

  delete(held: HeldDirectory): void {
    this.#held.delete(held);
  }

  /** A directory and all in it have a new path. */
  moved(oldPath: string, newPath: string): void {
    for (const held of this.#held) {
      if (held.removed) continue;
      if (held.path === oldPath) held.path = newPath;
      else if (held.path.startsWith(`${oldPath}/`)) {
        held.path = newPath + held.path.slice(oldPath.length);
      }
    }
  }

  /** An empty directory is gone: who is in it stays in it, but it has no name any more. */
  removed(path: string, stat: VirtualStat): void {
    for (const held of this.#held) {
      if (held.path === path && !held.removed) held.removed = { ...stat, nlink: 0 };
    }
  }
}
