/** Where a path leads: what path resolution answers, and the operations on names and files take. */
import type { FileDescription } from "./file-description.js";
import type { HeldDirectory } from "./held-directory.js";
import type { Mount } from "./mount-table.js";
import type { VirtualStat } from "./stat.js";
import type { SynchronousFileSystem } from "./virtual-file-system.js";

/** Where a path leads. Without `stat` the last name does not exist (its directory may not either). */
export interface Location {
  readonly mount: Mount;
  /** The mount's store, or what the actor sees of it. */
  readonly store: SynchronousFileSystem;
  /** Absolute in the kernel's name space, without links. */
  readonly path: string;
  readonly storePath: string;
  readonly stat: VirtualStat | undefined;
  /** Set where the path leads to an open description and not to a file: through /dev/fd or /proc. */
  readonly description?: FileDescription;
  /** Set where the path leads to a directory that has been removed, by way of who still holds it. */
  readonly held?: HeldDirectory;
}

/** A location of something that exists. */
export type ExistingLocation = Location & { readonly stat: VirtualStat };

/** Where the last name of a path is, itself not followed: what calls that change names work on. */
export interface NamePlace {
  /** Its directory exists. */
  readonly location: Location;
  /** Its directory, when the name is not there yet. */
  readonly parent: VirtualStat | undefined;
  /** Whether it is a name that can be given and taken: not `.`, `..` or the root. */
  readonly isName: boolean;
  /** Whether the path says that it is a directory. */
  readonly hasSlash: boolean;
}

export function exists(location: Location): location is ExistingLocation {
  return location.stat !== undefined;
}
