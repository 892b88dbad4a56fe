/**
 * Path resolution (path_resolution(7)): from a path to the mount, store and inode that it leads to. It is
 * the one place that follows symbolic links, and holds search permission against the actor on the way.
 * Errors are values; callers give the directory that relative paths start from, which is reached
 * already: search permission is needed from there on. It changes nothing.
 */
import type { Actor } from "./actor.js";
import { NAME_MAX, PATH_MAX, SYMLINKS_MAX } from "./constants.js";
import { DirectoryDescription } from "./directory-description.js";
import { Errno, errno } from "./errno.js";
import { type Base, type HeldDirectory, pathOf } from "./held-directory.js";
import { pathNames } from "./limits.js";
import { type ExistingLocation, exists, type Location, type NamePlace } from "./location.js";
import type { MountTable } from "./mount-table.js";
import {
  absolutePath,
  isLongerThan,
  isPlain,
  parentPath,
  saysDirectory,
  splitPath,
  withoutSlashes,
} from "./path.js";
import { MAY_EXECUTE, permits } from "./permission-bits.js";
import { isDirectory, isLink } from "./stat.js";

export class PathResolution {
  readonly #mounts: MountTable;

  constructor(mounts: MountTable) {
    this.#mounts = mounts;
  }

  /** Follows `path` from `directory`. A last symbolic link is followed when asked, or before a `/`. */
  resolve(
    actor: Actor,
    directory: Base,
    path: string,
    follow: boolean,
    isCreating = false,
  ): Location | Errno {
    if (path === "") return errno.ENOENT;
    if (path.includes("\0")) return errno.EINVAL;
    const isAbsolute = path.startsWith("/");
    if (typeof directory !== "string" && directory.removed && !isAbsolute) {
      return this.#resolveFromRemoved(actor, directory, path, follow);
    }
    const base = isAbsolute ? "/" : pathOf(directory);
    const absolute = absolutePath(base, path);
    // Uid 0 may search every directory: one look at the store will do.
    if (actor.uid === 0 && isPlain(absolute)) {
      const location = this.lookup(actor, absolute);
      const isToBeFollowed =
        location === errno.ELOOP ||
        (follow && !(location instanceof Errno) && location.stat && isLink(location.stat));
      if (!isToBeFollowed) return location;
    }
    // Linux lets relative paths lead deeper than PATH_MAX; here the whole path has to fit.
    if (isLongerThan(absolute, PATH_MAX - 1)) return errno.ENAMETOOLONG;
    const mustBeDirectory = saysDirectory(path);
    const followLast = follow || mustBeDirectory;
    const direct = actor.uid === 0 ? this.#resolveDirectly(actor, absolute, followLast) : undefined;
    const location = direct ?? this.#walk(actor, base, splitPath(path), followLast, isCreating);
    if (!mustBeDirectory || location instanceof Errno) return location;
    if (!location.stat) return path.endsWith("/") ? location : errno.ENOENT;
    if (!isDirectory(location.stat)) return errno.ENOTDIR;
    // A `.` at the end is looked up in the directory that it is.
    const isSearched = actor.uid !== 0 && /(^|\/)\.\/*$/.test(path);
    return isSearched && !permits(actor, location.stat, MAY_EXECUTE) ? errno.EACCES : location;
  }

  /** `resolve`, or ENOENT. */
  resolveExisting(
    actor: Actor,
    directory: Base,
    path: string,
    follow: boolean,
  ): ExistingLocation | Errno {
    const location = this.resolve(actor, directory, path, follow);
    if (location instanceof Errno) return location;
    return exists(location) ? location : errno.ENOENT;
  }

  /** Finds the last name of a path, without following it. Its directory must exist. */
  lastName(actor: Actor, directory: Base, path: string): NamePlace | Errno {
    const trimmed = withoutSlashes(path);
    const location = this.resolve(actor, directory, trimmed, false);
    if (location instanceof Errno) return location;
    const place = { location, isName: !saysDirectory(trimmed), hasSlash: trimmed !== path };
    if (location.stat) return { ...place, parent: undefined };
    const parent = this.lookup(actor, parentPath(location.path));
    if (parent instanceof Errno) return parent;
    return parent.stat ? { ...place, parent: parent.stat } : errno.ENOENT;
  }

  /** One look at the store; undefined when a link must be followed on the way. */
  #resolveDirectly(actor: Actor, absolute: string, follow: boolean): Location | Errno | undefined {
    const names = splitPath(absolute);
    if (names.includes("..") || names.some(isTooLong)) return undefined;
    const location = this.lookup(actor, `/${names.join("/")}`);
    if (location === errno.ELOOP) return undefined;
    if (location instanceof Errno) return location;
    return follow && location.stat && isLink(location.stat) ? undefined : location;
  }

  /** Name by name: `..` is the directory one came to, links are replaced by their targets. */
  #walk(
    actor: Actor,
    base: string,
    names: readonly string[],
    follow: boolean,
    isCreating: boolean,
  ): Location | Errno {
    const rest = [...names].reverse();
    let current = this.lookup(actor, base);
    let links = 0;
    let steps = 0;
    let mustBeDirectory = false;
    let hasSlash = false;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      steps++;
      if (steps > pathNames) return errno.ELOOP;
      if (current instanceof Errno) return current;
      if (!current.stat) return errno.ENOENT;
      if (!permits(actor, current.stat, MAY_EXECUTE)) return errno.EACCES;
      if (isTooLong(name)) return errno.ENAMETOOLONG;
      if (name === "..") {
        current = this.lookup(actor, parentPath(current.path));
        continue;
      }
      const location = this.lookup(actor, absolutePath(current.path, name));
      if (location instanceof Errno) return location;
      // A link says that its target, which is to be opened or made, is a directory.
      if (rest.length === 0 && isCreating && hasSlash) return errno.EISDIR;
      if (!exists(location)) return rest.length === 0 ? location : errno.ENOENT;
      if (isLink(location.stat) && (follow || rest.length > 0)) {
        links++;
        if (links > SYMLINKS_MAX) return errno.ELOOP;
        const behind = this.#descriptionBehind(actor, location);
        if (behind instanceof Errno) return behind;
        if (behind && rest.length === 0) return behind;
        // Another directory may have the name of one that was removed.
        if (behind?.held) return errno.ENOENT;
        if (behind) {
          current = behind;
          continue;
        }
        const target = location.store.readlink(location.storePath);
        if (target instanceof Errno) return target;
        if (target.startsWith("/")) current = this.lookup(actor, "/");
        if (rest.length === 0) {
          hasSlash = target.endsWith("/");
          if (saysDirectory(target)) mustBeDirectory = true;
        }
        rest.push(...splitPath(target).reverse());
        continue;
      }
      if (rest.length === 0 && !mustBeDirectory) return location;
      if (!isDirectory(location.stat)) return errno.ENOTDIR;
      current = location;
    }
    return current;
  }

  /** From a removed directory only itself and its parent can be reached. */
  #resolveFromRemoved(
    actor: Actor,
    directory: HeldDirectory,
    path: string,
    follow: boolean,
  ): Location | Errno {
    const [first, ...rest] = splitPath(path);
    if (first === "..") {
      return this.resolve(actor, parentPath(directory.path), `./${rest.join("/")}`, follow);
    }
    if (first !== undefined) return errno.ENOENT;
    const location = this.lookup(actor, directory.path);
    if (location instanceof Errno) return location;
    return { ...location, stat: directory.removed, held: directory };
  }

  /** One look at the store, which follows no link. */
  lookup(actor: Actor, path: string): Location | Errno {
    const located = this.#mounts.locate(path);
    if (located instanceof Errno) return located;
    const { mount, storePath } = located;
    const store = mount.personal?.seenBy(actor.process) ?? mount.store;
    const stat = store.lstat(storePath);
    if (stat === errno.ENOENT) return { mount, store, path, storePath, stat: undefined };
    if (stat instanceof Errno) return stat;
    stat.dev = mount.id;
    return { mount, store, path, storePath, stat };
  }

  /** Where a link leads that stands for an open description; undefined for all other links. */
  #descriptionBehind(actor: Actor, link: ExistingLocation): ExistingLocation | Errno | undefined {
    const view = link.mount.personal?.seenBy(actor.process);
    const description = view?.descriptionAt(link.storePath);
    if (!description || description instanceof Errno) return description;
    // Of an open directory the walk goes on from where it is.
    if (description instanceof DirectoryDescription) {
      const { held } = description;
      const directory = held.removed
        ? this.#resolveFromRemoved(actor, held, ".", true)
        : this.lookup(actor, held.path);
      if (directory instanceof Errno) return directory;
      return exists(directory) ? { ...directory, description } : errno.ENOENT;
    }
    const stat = description.stat();
    return stat instanceof Errno ? stat : { ...link, stat, description };
  }
}

function isTooLong(name: string): boolean {
  return isLongerThan(name, NAME_MAX);
}
