/**
 * The name space as the host application and drivers use it: promises and `KernelError`s over
 * `vfs.ts`. Its paths start at the root, and nobody's permissions are asked: it is the host's view.
 */
import { hostActor } from "./actor.js";
import { isCommandStub } from "./command-directory.js";
import { S_IFDIR, S_IFMT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { KernelError, orThrow } from "./kernel-error.js";
import { parentPath } from "./path.js";
import { timeOf, type VirtualStat } from "./stat.js";
import { exists, type Vfs } from "./vfs.js";
import { type AttributeChange, type OpenFile, openExisting } from "./virtual-file-system.js";

export class FileApi {
  readonly #vfs: Vfs;

  constructor(vfs: Vfs) {
    this.#vfs = vfs;
  }

  /** The whole content of a file. Rejects with ENOENT, EISDIR, ENOTDIR, ELOOP. */
  async readFile(path: string): Promise<Uint8Array> {
    const file = this.#open(path, false);
    try {
      const { size } = orThrow(file.stat(), path);
      const content = new Uint8Array(size);
      const count = orThrow(file.read(content, 0), path);
      return content.subarray(0, count);
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
    const found = this.#vfs.resolve(hostActor, "/", path, true);
    if (!(found instanceof Errno) && !found.stat) {
      await this.mkdir(parentPath(found.path), { recursive: true });
    } else if (found === errno.ENOENT) {
      await this.mkdir(parentPath(path), { recursive: true });
    }
    const file = this.#open(path, true);
    try {
      orThrow(file.write(data, 0), path);
    } finally {
      file.close();
    }
  }

  /** Names in a directory. */
  async readDir(path: string): Promise<string[]> {
    const location = orThrow(this.#vfs.resolveExisting(hostActor, "/", path, true), path);
    return orThrow(this.#vfs.readDir(location), path).map(({ name }) => name);
  }

  /** Makes a directory; with `recursive` also those above it, and an existing one is no error. */
  async mkdir(path: string, options: { recursive?: boolean; mode?: number } = {}): Promise<void> {
    const mode = options.mode ?? 0o755;
    let made = this.#vfs.mkdir(hostActor, "/", path, mode);
    if (made === errno.ENOENT && options.recursive && path !== "/") {
      await this.mkdir(parentPath(path), options);
      made = this.#vfs.mkdir(hostActor, "/", path, mode);
    }
    if (made === errno.EEXIST && options.recursive) {
      const isDirectory = ((await this.stat(path)).mode & S_IFMT) === S_IFDIR;
      if (isDirectory) return;
    }
    orThrow(made, path);
  }

  async stat(path: string): Promise<VirtualStat> {
    return orThrow(this.#vfs.stat(hostActor, "/", path, true), path);
  }

  /** `stat` of a symbolic link itself. */
  async lstat(path: string): Promise<VirtualStat> {
    return orThrow(this.#vfs.stat(hostActor, "/", path, false), path);
  }

  async exists(path: string): Promise<boolean> {
    return !(this.#vfs.stat(hostActor, "/", path, true) instanceof Errno);
  }

  /** Removes a name of a file. */
  async removeFile(path: string): Promise<void> {
    orThrow(this.#vfs.unlink(hostActor, "/", path), path);
  }

  /** Removes an empty directory. */
  async removeDir(path: string): Promise<void> {
    orThrow(this.#vfs.rmdir(hostActor, "/", path), path);
  }

  async rename(oldPath: string, newPath: string): Promise<void> {
    orThrow(this.#vfs.rename(hostActor, "/", oldPath, "/", newPath), `${oldPath} -> ${newPath}`);
  }

  async link(existingPath: string, newPath: string): Promise<void> {
    orThrow(this.#vfs.link(hostActor, "/", existingPath, "/", newPath, false), newPath);
  }

  async symlink(target: string, linkPath: string): Promise<void> {
    orThrow(this.#vfs.symlink(hostActor, target, "/", linkPath), linkPath);
  }

  async readlink(path: string): Promise<string> {
    return orThrow(this.#vfs.readlink(hostActor, "/", path), path);
  }

  /** The path without symbolic links, `.` and `..`. */
  async realpath(path: string): Promise<string> {
    return orThrow(this.#vfs.resolveExisting(hostActor, "/", path, true), path).path;
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#change(path, { mode });
  }

  async chown(path: string, uid: number, gid: number): Promise<void> {
    this.#change(path, { uid, gid });
  }

  /** Sets access and modification time, in ms since 1970. */
  async utimes(path: string, atimeMs: number, mtimeMs: number): Promise<void> {
    this.#change(path, { atime: timeOf(atimeMs), mtime: timeOf(mtimeMs) });
  }

  async truncate(path: string, size: number): Promise<void> {
    const file = orThrow(this.#openExisting(path), path);
    try {
      orThrow(file.truncate(size), path);
    } finally {
      file.close();
    }
  }

  #change(path: string, change: AttributeChange): void {
    orThrow(this.#vfs.setAttributes(hostActor, "/", path, change, true), path);
  }

  #open(path: string, forWriting: boolean): OpenFile {
    const location = orThrow(this.#vfs.resolve(hostActor, "/", path, true), path);
    if (!exists(location) || (forWriting && isCommandStub(location.stat))) {
      if (!forWriting) throw new KernelError("ENOENT", path);
      return orThrow(this.#vfs.create(hostActor, location, 0o644, false), path);
    }
    const options = { ...openExisting, truncate: forWriting, writable: forWriting };
    return orThrow(this.#vfs.open(location, options), path);
  }

  #openExisting(path: string): OpenFile | Errno {
    const location = this.#vfs.resolveExisting(hostActor, "/", path, true);
    if (location instanceof Errno) return location;
    return this.#vfs.open(location, { ...openExisting, writable: true });
  }
}
