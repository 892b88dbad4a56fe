/**
 * The name space of a kernel: its mounts, and the operations on names. It is the one place that holds
 * permission bits against the actor (search permission: `PathResolution`), and asks the policy. Errors
 * are values. What is wrong with a path is told before what is not allowed, as Linux does.
 */
import type { Actor } from "./actor.js";
import { changeOpenFile } from "./change-open-file.js";
import {
  IN_ATTRIB,
  IN_CREATE,
  IN_DELETE,
  IN_DELETE_SELF,
  IN_DONT_FOLLOW,
  IN_ISDIR,
  IN_MODIFY,
  IN_ONLYDIR,
  PATH_MAX,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileWatchTable, type WatchDescription } from "./file-watch.js";
import { type Base, HeldDirectories } from "./held-directory.js";
import { inodeKey } from "./inode-key.js";
import { defaultLimits, type Limits } from "./limits.js";
import { type ExistingLocation, exists, type Location, type NamePlace } from "./location.js";
import { MountTable } from "./mount-table.js";
import { NameEvents, ofLostName } from "./name-events.js";
import { ask, NameRights } from "./name-rights.js";
import { baseName, isLongerThan, parentPath, withoutSlashes } from "./path.js";
import { PathResolution } from "./path-resolution.js";
import {
  isNoChange,
  MAY_EXECUTE,
  MAY_READ,
  MAY_WRITE,
  mayLink,
  modeAfterWrite,
  newNodeIn,
  operationOf,
  permits,
  permittedChange,
  type RequestedChange,
} from "./permission-bits.js";
import type { FileOperation } from "./permissions.js";
import { isDirectory, isLink, isRegularFile, type VirtualStat } from "./stat.js";
import { Replay } from "./suspension.js";
import type {
  DirectoryEntry,
  NewNode,
  OpenOptions,
  StoreSpace,
  SynchronousOpenFile,
  VirtualFileSystem,
} from "./virtual-file-system.js";

/** A name that is to be made, and the directory it will be in. */
interface NewPlace {
  readonly location: Location;
  readonly parent: VirtualStat;
}

export class Vfs {
  readonly replay = new Replay();
  readonly mounts = new MountTable(this.replay);
  readonly #paths = new PathResolution(this.mounts);
  readonly #rights = new NameRights(this.#paths);
  readonly #events: NameEvents;
  readonly held = new HeldDirectories();
  readonly watches: FileWatchTable;

  constructor(
    root: VirtualFileSystem,
    limits: Pick<Limits, "watches" | "watchEvents"> = defaultLimits,
  ) {
    this.watches = new FileWatchTable(limits);
    this.#events = new NameEvents(this.#paths, this.watches);
    this.mounts.mount("/", root);
  }

  /** Follows `path` from `directory`: see `PathResolution`. */
  resolve(
    actor: Actor,
    directory: Base,
    path: string,
    follow: boolean,
    isCreating = false,
  ): Location | Errno {
    return this.#paths.resolve(actor, directory, path, follow, isCreating);
  }

  /** `resolve`, or ENOENT. */
  resolveExisting(
    actor: Actor,
    directory: Base,
    path: string,
    follow: boolean,
  ): ExistingLocation | Errno {
    return this.#paths.resolveExisting(actor, directory, path, follow);
  }

  /** Finds the last name of a path, without following it. Its directory must exist. */
  lastName(actor: Actor, directory: Base, path: string): NamePlace | Errno {
    return this.#paths.lastName(actor, directory, path);
  }

  stat(actor: Actor, directory: Base, path: string, follow = true): VirtualStat | Errno {
    const location = this.resolveExisting(actor, directory, path, follow);
    if (location instanceof Errno) return location;
    return ask(actor, "stat", location) ?? location.stat;
  }

  /** access(2): EACCES, or EROFS for writing. `wanted` is a sum of `MAY_*`; 0 asks for existence. */
  access(
    actor: Actor,
    directory: Base,
    path: string,
    wanted: number,
    follow: boolean,
  ): undefined | Errno {
    const location = this.resolveExisting(actor, directory, path, follow);
    if (location instanceof Errno) return location;
    return this.checkAccess(actor, location, wanted);
  }

  /** Whether the bits, the mount and the policy let `actor` do `wanted` with what is there. */
  checkAccess(actor: Actor, location: ExistingLocation, wanted: number): undefined | Errno {
    const { stat, description } = location;
    const isOfStore = isDirectory(stat) || isRegularFile(stat) || isLink(stat);
    if (wanted & MAY_WRITE && isOfStore && !description && location.store.isReadOnly)
      return errno.EROFS;
    if (!permits(actor, stat, wanted)) return errno.EACCES;
    const refused =
      (wanted & MAY_READ && ask(actor, isDirectory(stat) ? "readdir" : "read", location)) ||
      (wanted & MAY_WRITE && ask(actor, "write", location)) ||
      (wanted & MAY_EXECUTE && ask(actor, isDirectory(stat) ? "chdir" : "exec", location)) ||
      (wanted === 0 && ask(actor, "stat", location));
    return refused || undefined;
  }

  /** Opens a regular file at a location that `resolve` found; `checkAccess` has been asked. */
  open(location: Location, options: OpenOptions): SynchronousOpenFile | Errno {
    return location.store.open(location.storePath, options);
  }

  /** Opens a regular file to write it anew: set-id bits that the actor's change does not leave go first. */
  openTruncated(
    actor: Actor,
    location: ExistingLocation,
    options: OpenOptions,
  ): SynchronousOpenFile | Errno {
    const mode = modeAfterWrite(actor, location.stat);
    const failed =
      mode === undefined ? undefined : location.store.setAttributes(location.storePath, { mode });
    if (failed) return failed;
    const file = this.open(location, { ...options, truncate: true });
    if (file instanceof Errno) return file;
    const events = mode === undefined ? [IN_MODIFY] : [IN_ATTRIB, IN_MODIFY];
    this.#events.changed(location.path, location.stat, ...events);
    return file;
  }

  /** Makes and opens a regular file at a location without a file. */
  create(
    actor: Actor,
    location: Location,
    mode: number,
    exclusive: boolean,
  ): SynchronousOpenFile | Errno {
    const parent = this.#paths.lookup(actor, parentPath(location.path));
    if (parent instanceof Errno) return parent;
    if (!parent.stat) return errno.ENOENT;
    const refused = this.#rights.mayAdd(actor, parent.stat, location, "create");
    if (refused) return refused;
    const node = newNodeIn(actor, parent.stat, S_IFREG | (mode & 0o7777));
    const options = { create: true, exclusive, truncate: false, writable: true, node };
    const file = this.open(location, options);
    if (!(file instanceof Errno)) this.#events.tell(this.#events.ofName(location, IN_CREATE));
    return file;
  }

  /** The same directory of the same store, under the path that it has now. */
  relocated(location: ExistingLocation, path: string): ExistingLocation {
    if (location.path === path) return location;
    const located = this.mounts.locate(path);
    return located instanceof Errno
      ? location
      : { ...location, path, storePath: located.storePath };
  }

  /** `readDir` one by one, where the store can do that. */
  entries(location: Location): Iterable<DirectoryEntry> | Errno {
    const isPlainDirectory = !location.held && this.mounts.namesIn(location.path).length === 0;
    if (!isPlainDirectory || !("entries" in location.store)) return this.readDir(location);
    return location.store.entries?.(location.storePath) ?? this.readDir(location);
  }

  /** The names in a directory; whoever opened it was allowed to read it. */
  readDir(location: Location): DirectoryEntry[] | Errno {
    if (location.held) return [];
    const entries = location.store.readDir(location.storePath);
    if (entries instanceof Errno) return entries;
    const mounted = this.mounts.namesIn(location.path);
    if (mounted.length === 0) return entries;
    const names = new Set(entries.map(({ name }) => name));
    for (const name of mounted) {
      if (!names.has(name)) entries.push({ name, ino: 1, type: S_IFDIR });
    }
    return entries;
  }

  mkdir(actor: Actor, directory: Base, path: string, mode: number): undefined | Errno {
    const place = this.#newName(actor, directory, path, "mkdir");
    if (place instanceof Errno) return place;
    const { location, parent } = place;
    const node = newNodeIn(actor, parent, S_IFDIR | (mode & 0o1777));
    const failed = location.store.mkdir(location.storePath, node);
    if (!failed) this.#events.tell(this.#events.ofName(location, IN_CREATE | IN_ISDIR));
    return failed;
  }

  /** Makes a FIFO, a socket's name or an empty file, by the type bits of `mode`; EPERM for others. */
  mknod(actor: Actor, directory: Base, path: string, mode: number): undefined | Errno {
    const type = mode & S_IFMT || S_IFREG;
    if (type === S_IFDIR) return errno.EPERM;
    if (type !== S_IFIFO && type !== S_IFSOCK && type !== S_IFREG) {
      return type === S_IFLNK ? errno.EINVAL : errno.EPERM;
    }
    const place = this.#newName(actor, directory, path, "mknod");
    if (place instanceof Errno) return place;
    const { location, parent } = place;
    const node = newNodeIn(actor, parent, type | (mode & 0o7777));
    const failed = this.#makeNode(location, node);
    if (!failed) this.#events.tell(this.#events.ofName(location, IN_CREATE));
    return failed;
  }

  rmdir(actor: Actor, directory: Base, path: string): undefined | Errno {
    const place = this.lastName(actor, directory, path);
    if (place instanceof Errno) return place;
    const { location, isName } = place;
    if (!isName && baseName(withoutSlashes(path)) === ".") return errno.EINVAL;
    if (location.store.isReadOnly && isName) return errno.EROFS;
    if (!exists(location)) return errno.ENOENT;
    const refused = this.#rights.mayTake(actor, location, "rmdir");
    if (refused) return refused;
    if (!isDirectory(location.stat)) return errno.ENOTDIR;
    if (this.#isMountPoint(location)) return errno.EBUSY;
    if (!isName) return errno.ENOTEMPTY;
    const failed = location.store.rmdir(location.storePath);
    if (failed) return failed;
    const events = this.#events.ofName(location, IN_DELETE | IN_ISDIR);
    this.held.removed(location.path, location.stat);
    this.#events.tell([{ key: inodeKey(location.stat), mask: IN_DELETE_SELF }, ...events]);
    return undefined;
  }

  unlink(actor: Actor, directory: Base, path: string): undefined | Errno {
    const place = this.lastName(actor, directory, path);
    if (place instanceof Errno) return place;
    const { location, isName, hasSlash } = place;
    if (!isName) return errno.EISDIR;
    if (location.store.isReadOnly) return errno.EROFS;
    if (!exists(location)) return errno.ENOENT;
    if (hasSlash) return isDirectory(location.stat) ? errno.EISDIR : errno.ENOTDIR;
    const refused = this.#rights.mayTake(actor, location, "unlink");
    if (refused) return refused;
    if (isDirectory(location.stat)) return errno.EISDIR;
    const failed = location.store.unlink(location.storePath);
    if (failed || this.watches.size === 0) return failed;
    this.#events.tell([...ofLostName(location.stat), ...this.#events.ofName(location, IN_DELETE)]);
    return undefined;
  }

  rename(
    actor: Actor,
    oldDirectory: Base,
    oldPath: string,
    newDirectory: Base,
    newPath: string,
  ): undefined | Errno {
    const source = this.lastName(actor, oldDirectory, oldPath);
    if (source instanceof Errno) return source;
    const target = this.lastName(actor, newDirectory, newPath);
    if (target instanceof Errno) return target;
    if (!source.isName || !target.isName) return errno.EBUSY;
    const [from, to] = [source.location, target.location];
    if (from.mount === to.mount && from.store.isReadOnly) return errno.EROFS;
    if (!exists(from)) return errno.ENOENT;
    if (!isDirectory(from.stat) && (source.hasSlash || target.hasSlash)) return errno.ENOTDIR;
    if (this.#isMountPoint(from) || this.#isMountPoint(to)) return errno.EBUSY;
    if (from.mount !== to.mount) return errno.EXDEV;
    // Mounts are known by their paths, which stay.
    if (this.mounts.hasMountsBelow(from.path)) return errno.EBUSY;
    if (to.path.startsWith(`${from.path}/`)) return errno.EINVAL;
    if (from.path.startsWith(`${to.path}/`)) return errno.ENOTEMPTY;
    const refused = this.#rights.mayMove(actor, from, to);
    if (refused) return refused;
    const failed = from.store.rename(from.storePath, to.storePath);
    // Two names of one file: nothing has happened.
    const isSame = to.stat?.ino === from.stat.ino;
    if (failed || isSame) return failed;
    const events = this.#events.ofMove(from, to);
    if (isDirectory(from.stat)) {
      if (to.stat) this.held.removed(to.path, to.stat);
      this.held.moved(from.path, to.path);
    }
    this.#events.tell(events);
    return undefined;
  }

  link(
    actor: Actor,
    oldDirectory: Base,
    oldPath: string,
    newDirectory: Base,
    newPath: string,
    follow: boolean,
  ): undefined | Errno {
    const from = this.resolveExisting(actor, oldDirectory, oldPath, follow);
    if (from instanceof Errno) return from;
    const place = this.#newPlace(actor, newDirectory, newPath, false);
    if (place instanceof Errno) return place;
    const to = place.location;
    if (from.mount !== to.mount) return errno.EXDEV;
    if (!mayLink(actor, from.stat)) return errno.EPERM;
    const refused = this.#rights.mayAdd(actor, place.parent, to, "link");
    if (refused) return refused;
    if (isDirectory(from.stat)) return errno.EPERM;
    // Under the new name other rules are about it.
    const denied = ask(actor, "link", from) ?? ask(actor, "read", from);
    if (denied) return denied;
    const failed = from.store.link(from.storePath, to.storePath);
    if (failed || this.watches.size === 0) return failed;
    const attributes = { key: inodeKey(from.stat), mask: IN_ATTRIB };
    this.#events.tell([attributes, ...this.#events.ofName(to, IN_CREATE)]);
    return undefined;
  }

  symlink(actor: Actor, target: string, directory: Base, path: string): undefined | Errno {
    if (target === "") return errno.ENOENT;
    if (isLongerThan(target, PATH_MAX - 1)) return errno.ENAMETOOLONG;
    const place = this.#newName(actor, directory, path, "symlink");
    if (place instanceof Errno) return place;
    const { location, parent } = place;
    const node = newNodeIn(actor, parent, S_IFLNK | 0o777);
    const failed = location.store.symlink(target, location.storePath, node);
    if (!failed) this.#events.tell(this.#events.ofName(location, IN_CREATE));
    return failed;
  }

  readlink(actor: Actor, directory: Base, path: string): string | Errno {
    const location = this.resolveExisting(actor, directory, path, false);
    if (location instanceof Errno) return location;
    if (!isLink(location.stat)) return errno.EINVAL;
    const refused = ask(actor, "readlink", location);
    return refused ?? location.store.readlink(location.storePath);
  }

  /** chmod, chown and utimes: EPERM or EACCES when it is not the actor's to change. */
  setAttributes(
    actor: Actor,
    directory: Base,
    path: string,
    change: RequestedChange,
    follow: boolean,
  ): undefined | Errno {
    const location = this.resolveExisting(actor, directory, path, follow);
    if (location instanceof Errno) return location;
    const { store } = location;
    if (location.description) return changeOpenFile(actor, location.description, change);
    if (isNoChange(change)) return undefined;
    if (location.held) return errno.ENOENT;
    if (store.isReadOnly) return errno.EROFS;
    const permitted = permittedChange(actor, location.stat, change);
    if (permitted instanceof Errno) return permitted;
    const refused =
      ask(actor, operationOf(change), location) ??
      store.setAttributes(location.storePath, permitted);
    if (refused) return refused;
    this.#events.changed(location.path, location.stat, IN_ATTRIB);
    return undefined;
  }

  /** inotify_add_watch(2): the number of the watch. EACCES, ENOTDIR, EINVAL, ENOSPC. */
  watch(
    actor: Actor,
    directory: Base,
    path: string,
    queue: WatchDescription,
    mask: number,
  ): number | Errno {
    const location = this.resolveExisting(actor, directory, path, (mask & IN_DONT_FOLLOW) === 0);
    if (location instanceof Errno) return location;
    if (mask & IN_ONLYDIR && !isDirectory(location.stat)) return errno.ENOTDIR;
    if (!permits(actor, location.stat, MAY_READ)) return errno.EACCES;
    const refused = ask(actor, "watch", location);
    return refused ?? this.watches.add(queue, inodeKey(location.stat), mask);
  }

  /** Tells watchers of a change of an inode: see `NameEvents`. */
  changed(path: string | undefined, inode: VirtualStat, ...masks: number[]): void {
    this.#events.changed(path, inode, ...masks);
  }

  /** statfs(2): the space of the store that `path` is on. */
  statfs(actor: Actor, directory: Base, path: string): StoreSpace | Errno {
    const location = this.resolveExisting(actor, directory, path, true);
    if (location instanceof Errno) return location;
    const refused = ask(actor, "statfs", location);
    return refused ?? location.store.statfs();
  }

  /** fstatfs(2): the space of the mount with that number; what is on none has none. */
  statfsOf(mountId: number): StoreSpace | Errno {
    const store = this.mounts.byId(mountId)?.store;
    if (store) return store.statfs();
    return { blockSize: 4096, blocks: 0, freeBlocks: 0, files: 0, freeFiles: 0 };
  }

  /** A name to be made, and its directory, in which `actor` may make it. EEXIST when it is there. */
  #newName(
    actor: Actor,
    directory: Base,
    path: string,
    operation: FileOperation,
  ): NewPlace | Errno {
    const place = this.#newPlace(actor, directory, path, operation === "mkdir");
    if (place instanceof Errno) return place;
    return this.#rights.mayAdd(actor, place.parent, place.location, operation) ?? place;
  }

  /** `#newName` without the question who may. Only a directory's name may be followed by a `/`. */
  #newPlace(
    actor: Actor,
    directory: Base,
    path: string,
    isForDirectory: boolean,
  ): NewPlace | Errno {
    const place = this.lastName(actor, directory, path);
    if (place instanceof Errno) return place;
    const { location, parent, hasSlash } = place;
    if (!parent) return errno.EEXIST;
    return hasSlash && !isForDirectory ? errno.ENOENT : { location, parent };
  }

  #makeNode(location: Location, node: NewNode): undefined | Errno {
    if ((node.mode & S_IFMT) !== S_IFREG) return location.store.mknod(location.storePath, node);
    const options = { create: true, exclusive: true, truncate: false, writable: true, node };
    const file = this.open(location, options);
    if (file instanceof Errno) return file;
    file.close();
    return undefined;
  }

  #isMountPoint(location: Location): boolean {
    return this.mounts.isMountPoint(location.path);
  }
}
