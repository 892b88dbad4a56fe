/**
 * A store whose files are made up when they are looked at: the base of /proc. A tree of nodes is
 * built on the way to a path and thrown away again; nothing is kept between two looks.
 * The content of a file is made when it is opened; a short one stays as it is for that opening, a long
 * one is made again at each read, as Linux does.
 */
import { bytesOfText } from "./byte-text.js";
import { S_IFDIR, S_IFLNK, S_IFREG } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { splitPath } from "./path.js";
import { ReadOnlyStore } from "./read-only-store.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import type { DirectoryEntry, OpenOptions, SynchronousOpenFile } from "./virtual-file-system.js";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface Common {
  /** Permission bits. */
  readonly mode: number;
  /** Root without it. */
  readonly owner?: Owner | undefined;
}

export interface SyntheticFile extends Common {
  readonly kind: "file";
  /** Makes the content: text, or EACCES and the like. */
  readonly content: () => string | Errno;
}

export interface SyntheticLink extends Common {
  readonly kind: "link";
  readonly target: () => string | Errno;
}

export interface SyntheticDirectory extends Common {
  readonly kind: "directory";
  readonly get: (name: string) => SyntheticNode | Errno;
  /** Every entry's name and kind. */
  readonly list: () => readonly (readonly [string, SyntheticNode["kind"]])[] | Errno;
}

export type SyntheticNode = SyntheticFile | SyntheticLink | SyntheticDirectory;

export const types = { file: S_IFREG, link: S_IFLNK, directory: S_IFDIR } as const;

/** A file that everybody may read. */
export function fileOf(content: () => string | Errno, mode = 0o444): SyntheticFile {
  return { kind: "file", mode, content };
}

export function linkTo(target: () => string | Errno): SyntheticLink {
  return { kind: "link", mode: 0o777, target };
}

/** A directory of fixed entries. */
export function directoryOf(entries: Readonly<Record<string, SyntheticNode>>): SyntheticDirectory {
  const byName = new Map(Object.entries(entries));
  return {
    kind: "directory",
    mode: 0o555,
    get: (name) => byName.get(name) ?? errno.ENOENT,
    list: () => [...byName].map(([name, { kind }]) => [name, kind] as const),
  };
}

/** Store paths over a tree of synthetic nodes. */
export class SyntheticTree extends ReadOnlyStore {
  readonly #root: SyntheticDirectory;
  readonly #timeMs: number;

  /** @param timeMs - Every node's times, in ms since 1970. */
  constructor(root: SyntheticDirectory, timeMs: number) {
    super();
    this.#root = root;
    this.#timeMs = timeMs;
  }

  /** The node at `path`, which leads through no link. */
  find(path: string): SyntheticNode | Errno {
    let node: SyntheticNode = this.#root;
    for (const name of splitPath(path)) {
      if (node.kind === "link") return errno.ELOOP;
      if (node.kind === "file") return errno.ENOTDIR;
      const child: SyntheticNode | Errno = node.get(name);
      if (child instanceof Errno) return child;
      node = child;
    }
    return node;
  }

  override lstat(path: string): VirtualStat | Errno {
    const node = this.find(path);
    return node instanceof Errno ? node : this.#statOf(node, path);
  }

  override open(path: string, options: OpenOptions): SynchronousOpenFile | Errno {
    const node = this.find(path);
    if (node === errno.ENOENT && options.create) return errno.EROFS;
    if (node instanceof Errno) return node;
    if (node.kind === "directory") return errno.EISDIR;
    if (node.kind === "link") return errno.ELOOP;
    if (options.writable) return errno.EACCES;
    const content = this.#contentOf(path);
    if (content instanceof Errno) return content;
    const make = (): Uint8Array | Errno => this.#contentOf(path);
    return new MadeContent(content, make, this.#statOf(node, path));
  }

  override readDir(path: string): DirectoryEntry[] | Errno {
    const node = this.find(path);
    if (node instanceof Errno) return node;
    if (node.kind !== "directory") return errno.ENOTDIR;
    const entries = node.list();
    if (entries instanceof Errno) return entries;
    const base = path === "/" ? "" : path;
    return entries.map(([name, kind]) => ({
      name,
      ino: inodeOf(`${base}/${name}`),
      type: types[kind],
    }));
  }

  override readlink(path: string): string | Errno {
    const node = this.find(path);
    if (node instanceof Errno) return node;
    return node.kind === "link" ? node.target() : errno.EINVAL;
  }

  /** ESRCH: what it was about is gone. */
  #contentOf(path: string): Uint8Array | Errno {
    const node = this.find(path);
    if (node instanceof Errno || node.kind !== "file") return errno.ESRCH;
    const text = node.content();
    return text instanceof Errno ? text : bytesOfText(text);
  }

  #statOf(node: SyntheticNode, path: string): VirtualStat {
    const time = this.#timeMs;
    return {
      ...syntheticStat(types[node.kind] | node.mode, inodeOf(path)),
      uid: node.owner?.uid ?? 0,
      gid: node.owner?.gid ?? 0,
      nlink: node.kind === "directory" ? 2 : 1,
      atimeMs: time,
      mtimeMs: time,
      ctimeMs: time,
      birthtimeMs: time,
    };
  }
}

/** A number that stays the same for a path: FNV-1a, 32 bits. */
function inodeOf(path: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < path.length; index++) {
    hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) + 1;
}

/** How much content an open file keeps; what is longer is made again at each read. */
const KEPT_BYTES = 1024;

/**
 * An open file whose content is made up. It keeps little: a guest may hold thousands of them, and none
 * may hold on to a process that has ended.
 */
class MadeContent implements SynchronousOpenFile {
  readonly #kept: Uint8Array | undefined;
  readonly #make: () => Uint8Array | Errno;
  readonly #stat: VirtualStat;

  constructor(first: Uint8Array, make: () => Uint8Array | Errno, stat: VirtualStat) {
    this.#kept = first.length <= KEPT_BYTES ? first : undefined;
    this.#make = make;
    this.#stat = stat;
  }

  read(target: Uint8Array, position: number): number | Errno {
    const content = this.#kept ?? this.#make();
    if (content instanceof Errno) return content;
    const part = content.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }
  write(): Errno {
    return errno.EROFS;
  }
  truncate(): Errno {
    return errno.EROFS;
  }
  /** Says that it is empty, as on Linux: programs read to the end. */
  stat(): VirtualStat {
    return { ...this.#stat };
  }
  setAttributes(): Errno {
    return errno.EROFS;
  }
  close(): void {}
}
