/**
 * Who may make, take and move names: the permission bits of the directories they are in, then the
 * policy. What is wrong with the names themselves has been told before.
 */
import type { Actor } from "./actor.js";
import { isCommandStub } from "./command-directory.js";
import { S_IFDIR } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { type ExistingLocation, exists, type Location } from "./location.js";
import { parentPath } from "./path.js";
import type { PathResolution } from "./path-resolution.js";
import { MAY_EXECUTE, MAY_WRITE, mayRemove, permits } from "./permission-bits.js";
import type { FileOperation } from "./permissions.js";
import { isDirectory, type VirtualStat } from "./stat.js";

/** How much a directory may have in it, at any depth, to be moved in a sandbox with rules about files. */
const MOVED_MAX = 5000;

export class NameRights {
  readonly #paths: PathResolution;

  constructor(paths: PathResolution) {
    this.#paths = paths;
  }

  /** Whether `actor` may give `location` a name in the directory `parent`. */
  mayAdd(
    actor: Actor,
    parent: VirtualStat,
    location: Location,
    operation: FileOperation,
  ): undefined | Errno {
    if (location.store.isReadOnly) return errno.EROFS;
    if (!permits(actor, parent, MAY_WRITE | MAY_EXECUTE)) return errno.EACCES;
    return ask(actor, operation, location);
  }

  /** Whether `actor` may take that name away. */
  mayTake(actor: Actor, location: ExistingLocation, operation: FileOperation): undefined | Errno {
    const refused = this.#mayRemove(actor, location);
    return refused ?? ask(actor, operation, location);
  }

  #mayRemove(actor: Actor, location: ExistingLocation): undefined | Errno {
    if (actor.uid === 0) return undefined;
    const parent = this.#paths.lookup(actor, parentPath(location.path));
    if (parent instanceof Errno) return parent;
    return parent.stat ? mayRemove(actor, parent.stat, location.stat) : errno.ENOENT;
  }

  /** Whether `actor` may rename: both names are asked about, and those of all that moves along. */
  mayMove(actor: Actor, from: ExistingLocation, to: Location): undefined | Errno {
    if (actor.uid !== 0) {
      const refused = this.#mayRemove(actor, from) ?? this.#mayReplace(actor, from, to);
      if (refused) return refused;
    }
    return this.#askOfMove(actor, from, to) ?? this.#askOfContent(actor, from, to);
  }

  /** Whoever moves a file has it under another name, where other rules are about it: it has to be one that may be read. */
  #askOfMove(actor: Actor, from: Location, to: Location): undefined | Errno {
    return ask(actor, "rename", from) ?? ask(actor, "read", from) ?? ask(actor, "rename", to);
  }

  /**
   * Asks about all that is in a directory that is to be moved: rules are about paths, and a denied one must not get
   * another name by a move of what is above it.
   */
  #askOfContent(actor: Actor, from: ExistingLocation, to: Location): undefined | Errno {
    const isAsked = actor.process?.policy.allowsAll("fs") === false;
    if (!isAsked || !isDirectory(from.stat)) return undefined;
    const below = (at: Location, name: string): Location => ({
      ...at,
      path: `${at.path}${name}`,
      storePath: `${at.storePath}${name}`,
      stat: undefined,
    });
    const directories = [""];
    let count = 0;
    for (const directory of directories) {
      const entries = from.store.readDir(below(from, directory).storePath);
      if (entries instanceof Errno) return entries;
      for (const { name, type } of entries) {
        if (name === "." || name === "..") continue;
        // Whoever moves things tries to copy them then, and is asked about each.
        if (++count > MOVED_MAX) return errno.EXDEV;
        const path = `${directory}/${name}`;
        const refused = this.#askOfMove(actor, below(from, path), below(to, path));
        if (refused) return refused;
        if (type === S_IFDIR) directories.push(path);
      }
    }
    return undefined;
  }

  #mayReplace(actor: Actor, from: ExistingLocation, to: Location): undefined | Errno {
    if (exists(to)) {
      const refused = this.#mayRemove(actor, to);
      if (refused) return refused;
    }
    const isSameParent = parentPath(from.path) === parentPath(to.path);
    if (isSameParent) return undefined;
    const parent = this.#paths.lookup(actor, parentPath(to.path));
    if (parent instanceof Errno) return parent;
    if (!parent.stat) return errno.ENOENT;
    if (!permits(actor, parent.stat, MAY_WRITE | MAY_EXECUTE)) return errno.EACCES;
    // Its `..` changes.
    return isDirectory(from.stat) && !permits(actor, from.stat, MAY_WRITE)
      ? errno.EACCES
      : undefined;
  }
}

/**
 * Asks the policy. What the kernel makes up itself it does not ask about: devices, /proc and the
 * stubs of commands hold nothing of anybody's.
 */
export function ask(actor: Actor, operation: FileOperation, location: Location): undefined | Errno {
  const { mount, stat, path } = location;
  if (mount.personal || (stat && isCommandStub(stat))) return undefined;
  return actor.ask(operation, path);
}
