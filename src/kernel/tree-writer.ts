/**
 * Puts files into a store by names that somebody else chose. Names are hostile: each is taken apart,
 * `..`, absolute and unrepresentable ones are refused, nothing is written through a symbolic link, and
 * what a name replaces is taken away first, so that a link's target stays as it was.
 */
import { NAME_MAX, PATH_MAX, S_IFDIR, S_IFMT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { Answer, NewNode, OpenFile, Time, VirtualFileSystem } from "./virtual-file-system.js";

/** What a new file is to be. */
export interface TreeEntry {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime?: Time | undefined;
}

const parentNode: NewNode = { mode: 0o755, uid: 0, gid: 0 };

/** An answer of a store, whatever way it comes. */
export async function answerOf<T>(call: () => Answer<T>): Promise<T | Errno> {
  try {
    return await call();
  } catch (thrown) {
    return thrown instanceof KernelError ? errno[thrown.code] : errno.EIO;
  }
}

/** The path of `name` below the root; EINVAL for names that lead elsewhere, ENAMETOOLONG. */
export function pathOfName(name: string): string | Errno {
  if (name.startsWith("/") || name.includes("\0")) return errno.EINVAL;
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return errno.EINVAL;
  const path = `/${parts.join("/")}`;
  const lengths = parts.map((part) => new TextEncoder().encode(part).length);
  if (lengths.some((length) => length > NAME_MAX)) return errno.ENAMETOOLONG;
  const total = lengths.reduce((sum, length) => sum + length + 1, 0);
  return total >= PATH_MAX ? errno.ENAMETOOLONG : path;
}

export class TreeWriter {
  readonly #store: VirtualFileSystem;
  /** Directories that are known to be there: an archive names thousands of files in each. */
  readonly #directories = new Set(["/"]);

  constructor(store: VirtualFileSystem) {
    this.#store = store;
  }

  async directory(path: string, entry: TreeEntry): Promise<undefined | Errno> {
    const refused = await this.#parents(path);
    if (refused) return refused;
    const made = await answerOf(() => this.#store.mkdir(path, entry));
    if (made === errno.EEXIST) {
      const stat = await answerOf(() => this.#store.lstat(path));
      if (stat instanceof Errno) return stat;
      if ((stat.mode & S_IFMT) !== S_IFDIR) return errno.ENOTDIR;
    } else if (made) return made;
    this.#directories.add(path);
    const { mode, uid, gid, mtime } = entry;
    return answerOf(() =>
      this.#store.setAttributes(path, { mode: mode & 0o7777, uid, gid, mtime }),
    );
  }

  /** Makes a file of chunks; one that can't be made whole is taken away again. */
  async file(
    path: string,
    entry: TreeEntry,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<undefined | Errno> {
    const refused = await this.#place(path);
    if (refused) return refused;
    const node = { ...entry, mode: entry.mode & 0o7777 };
    const options = { create: true, exclusive: true, truncate: false, writable: true, node };
    const file = await answerOf<OpenFile>(() => this.#store.open(path, options));
    if (file instanceof Errno) return file;
    let failed = await writeChunks(file, chunks);
    if (!failed && entry.mtime) {
      failed = await answerOf(() => file.setAttributes({ mtime: entry.mtime }));
    }
    await file.close();
    if (failed) await answerOf(() => this.#store.unlink(path));
    return failed;
  }

  async symlink(path: string, entry: TreeEntry, target: string): Promise<undefined | Errno> {
    if (target === "" || target.includes("\0") || target.length >= PATH_MAX) return errno.EINVAL;
    const refused = await this.#place(path);
    return refused ?? answerOf(() => this.#store.symlink(target, path, entry));
  }

  async link(path: string, existingPath: string): Promise<undefined | Errno> {
    if (path === existingPath) return undefined;
    const refused = await this.#place(path);
    return refused ?? answerOf(() => this.#store.link(existingPath, path));
  }

  /** Makes a FIFO, by the type bits of the mode. */
  async node(path: string, entry: TreeEntry): Promise<undefined | Errno> {
    const refused = await this.#place(path);
    return refused ?? answerOf(() => this.#store.mknod(path, entry));
  }

  /** Makes room for something that is no directory. */
  async #place(path: string): Promise<undefined | Errno> {
    if (path === "/") return errno.EISDIR;
    const refused = await this.#parents(path);
    if (refused) return refused;
    const there = await answerOf(() => this.#store.lstat(path));
    if (there === errno.ENOENT) return undefined;
    if (there instanceof Errno) return there;
    if ((there.mode & S_IFMT) === S_IFDIR) return errno.EISDIR;
    return answerOf(() => this.#store.unlink(path));
  }

  /** Makes the directories above `path`. A symbolic link among them is ELOOP, by the store. */
  async #parents(path: string): Promise<undefined | Errno> {
    const parts = path.split("/").slice(1, -1);
    let parent = "";
    for (const part of parts) {
      parent += `/${part}`;
      if (this.#directories.has(parent)) continue;
      const made = await answerOf(() => this.#store.mkdir(parent, parentNode));
      if (made && made !== errno.EEXIST) return made;
      const stat = await answerOf(() => this.#store.lstat(parent));
      if (stat instanceof Errno) return stat;
      if ((stat.mode & S_IFMT) !== S_IFDIR) return errno.ENOTDIR;
      this.#directories.add(parent);
    }
    return undefined;
  }
}

async function writeChunks(
  file: OpenFile,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<undefined | Errno> {
  let at = 0;
  for await (const chunk of chunks) {
    const written = await answerOf(() => file.write(chunk, at));
    if (written instanceof Errno) return written;
    at += chunk.length;
  }
  return undefined;
}
