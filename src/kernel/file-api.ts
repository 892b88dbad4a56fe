/**
 * The name space as the host application and drivers use it: promises and `KernelError`s over
 * `vfs.ts`. Its paths start at the root, and nobody's permissions are asked: it is the host's view.
 */
import { hostActor } from "./actor.js";
import { isCommandStub } from "./command-directory.js";
import { IN_MODIFY, S_IFDIR, S_IFMT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { GrowingBytes } from "./growing-bytes.js";
import { orThrow } from "./kernel-error.js";
import { exists, type Location } from "./location.js";
import { parentPath } from "./path.js";
import { timeOf, type VirtualStat } from "./stat.js";
import type { Vfs } from "./vfs.js";
import {
  type AttributeChange,
  openExisting,
  type SynchronousOpenFile,
} from "./virtual-file-system.js";

/** How many bytes are read at once of a file whose size is not known. */
const READ_CHUNK = 16384;

export class FileApi {
  readonly #vfs: Vfs;

  constructor(vfs: Vfs) {
    this.#vfs = vfs;
  }

  /** The whole content of a file. Rejects with ENOENT, EISDIR, ENOTDIR, ELOOP. */
  async readFile(path: string): Promise<Uint8Array> {
    const file = await this.#open(path, false);
    try {
      const { size } = await this.#ask(path, () => file.stat());
      // A file that is made up when it is read, as in /proc, says that it is empty.
      if (size === 0) return await this.#readToEnd(path, file);
      const content = new Uint8Array(size);
      let length = 0;
      while (length < size) {
        const at = length;
        const count = await this.#ask(path, () => file.read(content.subarray(at), at));
        if (count === 0) break;
        length += count;
      }
      return content.subarray(0, length);
    } finally {
      file.close();
    }
  }

  /** `readFile`, as UTF-8 text. */
  async readTextFile(path: string): Promise<string> {
    return new TextDecoder().decode(await this.readFile(path));
  }

  /** Replaces a file's content; makes the file and the directories above it when they are missing. */
  async writeFile(path: string, content: Uint8Array | string): Promise<void> {
    const data = typeof content === "string" ? new TextEncoder().encode(content) : content;
    // Most often the directory is there and its store answers at once: no promise for any of the steps then.
    const written = this.#vfs.replay.runNow(() => this.#writeNow(path, data));
    if (written instanceof Errno) await this.#writeStepByStep(path, data);
  }

  #writeNow(path: string, data: Uint8Array): undefined | Errno {
    const location = this.#vfs.resolve(hostActor, "/", path, true);
    if (location instanceof Errno) return location;
    if (!location.store.isSynchronous) return errno.EAGAIN;
    const file = this.#openAt(location, true);
    if (file instanceof Errno) return file;
    try {
      const written = file.write(data, 0);
      return written instanceof Errno ? written : this.#contentChanged(path);
    } finally {
      file.close();
    }
  }

  async #writeStepByStep(path: string, data: Uint8Array): Promise<void> {
    const found = await this.#vfs.replay.promise(() =>
      this.#vfs.resolve(hostActor, "/", path, true),
    );
    if (!(found instanceof Errno) && !found.stat) {
      await this.mkdir(parentPath(found.path), { recursive: true });
    } else if (found === errno.ENOENT) {
      await this.mkdir(parentPath(path), { recursive: true });
    }
    const file = await this.#open(path, true);
    try {
      await this.#ask(path, () => file.write(data, 0));
      await this.#ask(path, () => this.#contentChanged(path));
    } finally {
      file.close();
    }
  }

  #contentChanged(path: string): undefined {
    if (this.#vfs.watches.size === 0) return;
    const location = this.#vfs.resolveExisting(hostActor, "/", path, true);
    if (location instanceof Errno) return;
    this.#vfs.changed(location.path, location.stat, IN_MODIFY);
  }

  /** Names in a directory. */
  async readDir(path: string): Promise<string[]> {
    const entries = await this.#ask(path, () => {
      const location = this.#vfs.resolveExisting(hostActor, "/", path, true);
      return location instanceof Errno ? location : this.#vfs.readDir(location);
    });
    return entries.map(({ name }) => name);
  }

  /** Makes a directory; with `recursive` also those above it, and an existing one is no error. */
  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    const mode = options.mode ?? 0o755;
    const make = () => this.#vfs.replay.promise(() => this.#vfs.mkdir(hostActor, "/", path, mode));
    let made = await make();
    if (made === errno.ENOENT && options.recursive && path !== "/") {
      await this.mkdir(parentPath(path), options);
      made = await make();
    }
    if (made === errno.EEXIST && options.recursive) {
      const isDirectory = ((await this.stat(path)).mode & S_IFMT) === S_IFDIR;
      if (isDirectory) return;
    }
    orThrow(made, path);
  }

  async stat(path: string): Promise<VirtualStat> {
    return this.#ask(path, () => this.#vfs.stat(hostActor, "/", path, true));
  }

  /** `stat` of a symbolic link itself. */
  async lstat(path: string): Promise<VirtualStat> {
    return this.#ask(path, () => this.#vfs.stat(hostActor, "/", path, false));
  }

  async exists(path: string): Promise<boolean> {
    const stat = await this.#vfs.replay.promise(() => this.#vfs.stat(hostActor, "/", path, true));
    return !(stat instanceof Errno);
  }

  /** Removes a name of a file. */
  async removeFile(path: string): Promise<void> {
    await this.#ask(path, () => this.#vfs.unlink(hostActor, "/", path));
  }

  /** Removes an empty directory. */
  async removeDir(path: string): Promise<void> {
    await this.#ask(path, () => this.#vfs.rmdir(hostActor, "/", path));
  }

  async rename(oldPath: string, newPath: string): Promise<void> {
    const detail = `${oldPath} -> ${newPath}`;
    await this.#ask(detail, () => this.#vfs.rename(hostActor, "/", oldPath, "/", newPath));
  }

  async link(existingPath: string, newPath: string): Promise<void> {
    await this.#ask(newPath, () =>
      this.#vfs.link(hostActor, "/", existingPath, "/", newPath, false),
    );
  }

  async symlink(target: string, linkPath: string): Promise<void> {
    await this.#ask(linkPath, () => this.#vfs.symlink(hostActor, target, "/", linkPath));
  }

  async readlink(path: string): Promise<string> {
    return this.#ask(path, () => this.#vfs.readlink(hostActor, "/", path));
  }

  /** The path without symbolic links, `.` and `..`. */
  async realpath(path: string): Promise<string> {
    return (await this.#ask(path, () => this.#vfs.resolveExisting(hostActor, "/", path, true)))
      .path;
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#change(path, { mode });
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    await this.#change(path, { uid, gid });
  }

  /** Sets access and modification time, in ms since 1970. */
  async utimes(path: string, atimeMs: number, mtimeMs: number): Promise<void> {
    await this.#change(path, { atime: timeOf(atimeMs), mtime: timeOf(mtimeMs) });
  }

  async truncate(path: string, size: number): Promise<void> {
    const file = await this.#ask(path, () => this.#openExisting(path));
    try {
      await this.#ask(path, () => file.truncate(size));
    } finally {
      file.close();
    }
  }

  async #readToEnd(path: string, file: SynchronousOpenFile): Promise<Uint8Array> {
    const content = new GrowingBytes();
    const chunk = new Uint8Array(READ_CHUNK);
    for (;;) {
      const count = await this.#ask(path, () => file.read(chunk, content.length));
      if (count === 0) return content.view().slice();
      content.append(chunk.subarray(0, count));
    }
  }

  async #change(path: string, change: AttributeChange): Promise<void> {
    await this.#ask(path, () => this.#vfs.setAttributes(hostActor, "/", path, change, true));
  }

  #open(path: string, forWriting: boolean): Promise<SynchronousOpenFile> {
    return this.#ask(path, () => {
      const location = this.#vfs.resolve(hostActor, "/", path, true);
      return location instanceof Errno ? location : this.#openAt(location, forWriting);
    });
  }

  #openAt(location: Location, forWriting: boolean): SynchronousOpenFile | Errno {
    if (!exists(location) || (forWriting && isCommandStub(location.stat))) {
      if (!forWriting) return errno.ENOENT;
      return this.#vfs.create(hostActor, location, 0o644, false);
    }
    const options = { ...openExisting, truncate: forWriting, writable: forWriting };
    return this.#vfs.open(location, options);
  }

  #openExisting(path: string): SynchronousOpenFile | Errno {
    const location = this.#vfs.resolveExisting(hostActor, "/", path, true);
    if (location instanceof Errno) return location;
    return this.#vfs.open(location, { ...openExisting, writable: true });
  }

  /** Runs `call` to its end, and throws its error with what it was about. */
  async #ask<T>(detail: string, call: () => T | Errno): Promise<T> {
    return orThrow(await this.#vfs.replay.promise(call), detail);
  }
}
