/**
 * An open directory. It goes along when the directory is renamed. Its names are looked at page by page
 * and kept until a rewind, so that a reader who deletes as it goes sees each name once. Positions count
 * entries from 0.
 */
import { hostActor } from "./actor.js";
import { O_RDONLY, S_IFDIR } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { guard } from "./guarded-file.js";
import type { HeldDirectory } from "./held-directory.js";
import type { ExistingLocation } from "./location.js";
import { parentPath } from "./path.js";
import type { VirtualStat } from "./stat.js";
import type { Vfs } from "./vfs.js";
import type { AttributeChange, DirectoryEntry } from "./virtual-file-system.js";

/** Names looked at in one call, so that a huge directory cannot hold the kernel. */
const NAMES_PER_PAGE = 1024;

export class DirectoryDescription extends FileDescription {
  override readonly kind = "directory";
  readonly #vfs: Vfs;
  readonly #opened: ExistingLocation;
  /** Where the directory is now; relative paths start here. */
  readonly held: HeldDirectory;
  #listing: Listing | undefined;

  constructor(vfs: Vfs, location: ExistingLocation) {
    super(O_RDONLY);
    this.#vfs = vfs;
    this.#opened = location;
    this.held = vfs.held.hold(location.held ?? location.path);
  }

  get path(): string {
    return this.held.path;
  }

  /**
   * The entries from `position` on, a page of them at most, `.` and `..` first; none is the end. Position
   * 0 looks anew.
   */
  entriesFrom(position: number): readonly DirectoryEntry[] | Errno {
    if (position === 0 || !this.#listing) {
      const listing = this.#begin();
      if (listing instanceof Errno) return listing;
      this.#listing = listing;
    }
    return this.#listing.page(position);
  }

  override read(): Errno {
    return errno.EISDIR;
  }

  override write(): Errno {
    return errno.EBADF;
  }

  override pread(): Errno {
    return errno.EISDIR;
  }

  override pwrite(): Errno {
    return errno.EBADF;
  }

  override stat(): VirtualStat | Errno {
    return this.#vfs.stat(hostActor, this.held, ".");
  }

  override seek(offset: number): number | Errno {
    return offset >= 0 ? offset : errno.EINVAL;
  }

  override setAttributes(change: AttributeChange): undefined | Errno {
    return this.#vfs.setAttributes(hostActor, this.held, ".", change, false);
  }

  protected override close(): void {
    this.held.release();
  }

  #begin(): Listing | Errno {
    // As glibc's readdir has it: a directory that is gone has no names, not even its own.
    if (this.held.removed) return new Listing([], []);
    const entries = this.#vfs.entries(this.#vfs.relocated(this.#opened, this.path));
    if (entries instanceof Errno) return entries;
    const parent = this.#vfs.stat(hostActor, "/", parentPath(this.path));
    const parentIno = parent instanceof Errno ? 0 : parent.ino;
    const own = [
      { name: ".", ino: this.#opened.stat.ino, type: S_IFDIR },
      { name: "..", ino: parentIno, type: S_IFDIR },
    ];
    return new Listing(own, entries);
  }
}

/** The names of a directory as far as they have been looked at. */
class Listing {
  readonly #seen: DirectoryEntry[];
  readonly #rest: Iterator<DirectoryEntry>;

  constructor(own: DirectoryEntry[], entries: Iterable<DirectoryEntry>) {
    this.#seen = own;
    this.#rest = entries[Symbol.iterator]();
  }

  page(position: number): readonly DirectoryEntry[] | Errno {
    const end = position + NAMES_PER_PAGE;
    while (this.#seen.length < end) {
      const next = guard(() => this.#rest.next());
      if (next instanceof Errno) return next;
      if (next.done) break;
      this.#seen.push(next.value);
    }
    return this.#seen.slice(position, end);
  }
}
