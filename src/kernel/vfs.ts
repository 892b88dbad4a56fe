/**
 * The name space of a kernel: mounts, path resolution, and the operations on names. It is the one
 * place that follows symbolic links. Errors are values; callers give the directory that relative
 * paths start from.
 */
import {
  NAME_MAX,
  PATH_MAX,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  SYMLINKS_MAX,
} from "./constants.js";
import { Errno, errno } from "./errno.js";
import { GuardedFile, guard } from "./guarded-file.js";
import { type Mount, MountTable } from "./mount-table.js";
import { absolutePath, baseName, parentPath, splitPath } from "./path.js";
import type { VirtualStat } from "./stat.js";
import type {
  AttributeChange,
  DirectoryEntry,
  OpenFile,
  OpenOptions,
  VirtualFileSystem,
} from "./virtual-file-system.js";

/** Where a path leads. Without `stat` the last name does not exist (its directory may not either). */
export interface Location {
  readonly mount: Mount;
  /** Absolute in the kernel's name space, without links. */
  readonly path: string;
  readonly storePath: string;
  readonly stat: VirtualStat | undefined;
}

/** Where the last name of a path is, itself not followed: what calls that change names work on. */
interface NamePlace {
  /** Its directory exists. */
  readonly location: Location;
  /** Whether it is a name that can be given and taken: not `.`, `..` or the root. */
  readonly isName: boolean;
  /** Whether the path says that it is a directory. */
  readonly hasSlash: boolean;
}

/** A location of something that exists. */
export type ExistingLocation = Location & { readonly stat: VirtualStat };

export class Vfs {
  readonly mounts = new MountTable();

  constructor(root: VirtualFileSystem) {
    this.mounts.mount("/", root);
  }

  /** Follows `path` from `directory`. A last symbolic link is followed when asked, or before a `/`. */
  resolve(directory: string, path: string, follow: boolean): Location | Errno {
    if (path === "") return errno.ENOENT;
    if (path.includes("\0")) return errno.EINVAL;
    const absolute = absolutePath(directory, path);
    // Linux lets relative paths lead deeper than PATH_MAX; here the whole path has to fit.
    if (isLongerThan(absolute, PATH_MAX - 1)) return errno.ENAMETOOLONG;
    const names = splitPath(absolute);
    const mustBeDirectory = saysDirectory(path);
    const followLast = follow || mustBeDirectory;
    const location = this.#resolveDirectly(names, followLast) ?? this.#walk(names, followLast);
    if (!mustBeDirectory || location instanceof Errno) return location;
    if (!location.stat) return path.endsWith("/") ? location : errno.ENOENT;
    return isDirectory(location.stat) ? location : errno.ENOTDIR;
  }

  /** `resolve`, or ENOENT. */
  resolveExisting(directory: string, path: string, follow: boolean): ExistingLocation | Errno {
    const location = this.resolve(directory, path, follow);
    if (location instanceof Errno) return location;
    return exists(location) ? location : errno.ENOENT;
  }

  stat(directory: string, path: string, follow = true): VirtualStat | Errno {
    const location = this.resolveExisting(directory, path, follow);
    return location instanceof Errno ? location : location.stat;
  }

  /** Opens a regular file at a location that `resolve` found. */
  open(location: Location, options: OpenOptions): OpenFile | Errno {
    const file = guard(() => location.mount.store.open(location.storePath, options));
    return file instanceof Errno ? file : new GuardedFile(file);
  }

  readDir(location: Location): DirectoryEntry[] | Errno {
    const entries = guard(() => location.mount.store.readDir(location.storePath));
    if (entries instanceof Errno) return entries;
    const names = new Set(entries.map(({ name }) => name));
    for (const name of this.mounts.namesIn(location.path)) {
      if (!names.has(name)) entries.push({ name, ino: 1, type: S_IFDIR });
    }
    return entries;
  }

  mkdir(directory: string, path: string, mode: number): undefined | Errno {
    const location = this.#newName(directory, path, true);
    if (location instanceof Errno) return location;
    return guard(() => location.mount.store.mkdir(location.storePath, mode));
  }

  rmdir(directory: string, path: string): undefined | Errno {
    const place = this.lastName(directory, path);
    if (place instanceof Errno) return place;
    const { location, isName } = place;
    if (!isName && baseName(withoutSlashes(path)) === ".") return errno.EINVAL;
    if (!location.stat) return errno.ENOENT;
    if (!isDirectory(location.stat)) return errno.ENOTDIR;
    if (this.#isMountPoint(location)) return errno.EBUSY;
    if (!isName) return errno.ENOTEMPTY;
    return guard(() => location.mount.store.rmdir(location.storePath));
  }

  unlink(directory: string, path: string): undefined | Errno {
    const place = this.lastName(directory, path);
    if (place instanceof Errno) return place;
    const { location, hasSlash } = place;
    if (!location.stat) return errno.ENOENT;
    if (isDirectory(location.stat)) return errno.EISDIR;
    if (hasSlash) return errno.ENOTDIR;
    return guard(() => location.mount.store.unlink(location.storePath));
  }

  rename(
    oldDirectory: string,
    oldPath: string,
    newDirectory: string,
    newPath: string,
  ): undefined | Errno {
    const source = this.lastName(oldDirectory, oldPath);
    if (source instanceof Errno) return source;
    const target = this.lastName(newDirectory, newPath);
    if (target instanceof Errno) return target;
    if (!source.isName || !target.isName) return errno.EBUSY;
    const [from, to] = [source.location, target.location];
    if (!from.stat) return errno.ENOENT;
    if (!isDirectory(from.stat) && (source.hasSlash || target.hasSlash)) return errno.ENOTDIR;
    if (this.#isMountPoint(from) || this.#isMountPoint(to)) return errno.EBUSY;
    if (from.mount !== to.mount) return errno.EXDEV;
    if (to.path.startsWith(`${from.path}/`)) return errno.EINVAL;
    if (from.path.startsWith(`${to.path}/`)) return errno.ENOTEMPTY;
    return guard(() => from.mount.store.rename(from.storePath, to.storePath));
  }

  link(
    oldDirectory: string,
    oldPath: string,
    newDirectory: string,
    newPath: string,
    follow: boolean,
  ): undefined | Errno {
    const from = this.resolveExisting(oldDirectory, oldPath, follow);
    if (from instanceof Errno) return from;
    const to = this.#newName(newDirectory, newPath, false);
    if (to instanceof Errno) return to;
    if (from.mount !== to.mount) return errno.EXDEV;
    if (isDirectory(from.stat)) return errno.EPERM;
    return guard(() => from.mount.store.link(from.storePath, to.storePath));
  }

  symlink(target: string, directory: string, path: string): undefined | Errno {
    if (target === "") return errno.ENOENT;
    if (isLongerThan(target, PATH_MAX - 1)) return errno.ENAMETOOLONG;
    const location = this.#newName(directory, path, false);
    if (location instanceof Errno) return location;
    return guard(() => location.mount.store.symlink(target, location.storePath));
  }

  readlink(directory: string, path: string): string | Errno {
    const location = this.resolveExisting(directory, path, false);
    if (location instanceof Errno) return location;
    if ((location.stat.mode & S_IFMT) !== S_IFLNK) return errno.EINVAL;
    return guard(() => location.mount.store.readlink(location.storePath));
  }

  setAttributes(
    directory: string,
    path: string,
    change: AttributeChange,
    follow: boolean,
  ): undefined | Errno {
    const location = this.resolveExisting(directory, path, follow);
    if (location instanceof Errno) return location;
    return guard(() => location.mount.store.setAttributes(location.storePath, change));
  }

  /** Finds the last name of a path, without following it. Its directory must exist. */
  lastName(directory: string, path: string): NamePlace | Errno {
    const trimmed = withoutSlashes(path);
    const location = this.resolve(directory, trimmed, false);
    if (location instanceof Errno) return location;
    if (!location.stat) {
      const parent = this.#lookup(parentPath(location.path));
      if (parent instanceof Errno) return parent;
      if (!parent.stat) return errno.ENOENT;
    }
    return { location, isName: !saysDirectory(trimmed), hasSlash: trimmed !== path };
  }

  /** A name to be made: EEXIST when it is there. Only a directory's may be followed by a `/`. */
  #newName(directory: string, path: string, isForDirectory: boolean): Location | Errno {
    const place = this.lastName(directory, path);
    if (place instanceof Errno) return place;
    if (place.location.stat) return errno.EEXIST;
    return place.hasSlash && !isForDirectory ? errno.ENOENT : place.location;
  }

  /** One look at the store; undefined when a link must be followed on the way. */
  #resolveDirectly(names: readonly string[], follow: boolean): Location | Errno | undefined {
    if (names.includes("..") || names.some(isTooLong)) return undefined;
    const location = this.#lookup(`/${names.join("/")}`);
    if (location === errno.ELOOP) return undefined;
    if (location instanceof Errno) return location;
    return follow && location.stat && isLink(location.stat) ? undefined : location;
  }

  /** Name by name: `..` is the directory one came to, links are replaced by their targets. */
  #walk(names: readonly string[], follow: boolean): Location | Errno {
    const rest = [...names].reverse();
    let current = "/";
    let links = 0;
    let mustBeDirectory = false;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      if (isTooLong(name)) return errno.ENAMETOOLONG;
      if (name === "..") {
        current = parentPath(current);
        continue;
      }
      const path = absolutePath(current, name);
      const location = this.#lookup(path);
      if (location instanceof Errno) return location;
      if (!location.stat) return rest.length === 0 ? location : errno.ENOENT;
      if (isLink(location.stat) && (follow || rest.length > 0)) {
        links++;
        if (links > SYMLINKS_MAX) return errno.ELOOP;
        const target = guard(() => location.mount.store.readlink(location.storePath));
        if (target instanceof Errno) return target;
        if (target.startsWith("/")) current = "/";
        if (rest.length === 0 && saysDirectory(target)) mustBeDirectory = true;
        rest.push(...splitPath(target).reverse());
        continue;
      }
      if (rest.length === 0 && !mustBeDirectory) return location;
      if (!isDirectory(location.stat)) return errno.ENOTDIR;
      current = path;
    }
    return this.#lookup(current);
  }

  #lookup(path: string): Location | Errno {
    const located = this.mounts.locate(path);
    if (located instanceof Errno) return located;
    const { mount, storePath } = located;
    const stat = guard(() => mount.store.lstat(storePath));
    if (stat === errno.ENOENT) return { mount, path, storePath, stat: undefined };
    if (stat instanceof Errno) return stat;
    stat.dev = mount.id;
    return { mount, path, storePath, stat };
  }

  #isMountPoint(location: Location): boolean {
    return this.mounts.isMountPoint(location.path);
  }
}

export function isDirectory(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFDIR;
}

export function isRegularFile(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFREG;
}

function isLink(stat: VirtualStat): boolean {
  return (stat.mode & S_IFMT) === S_IFLNK;
}

export function exists(location: Location): location is ExistingLocation {
  return location.stat !== undefined;
}

/** `path` without the slashes at its end; the root stays. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** Whether what `path` leads to has to be a directory: it ends with `/`, `.` or `..`. */
function saysDirectory(path: string): boolean {
  return path.endsWith("/") || /(^|\/)\.\.?$/.test(path);
}

function isTooLong(name: string): boolean {
  return isLongerThan(name, NAME_MAX);
}

function isLongerThan(text: string, limitBytes: number): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 <= limitBytes) return false;
  return new TextEncoder().encode(text).length > limitBytes;
}
