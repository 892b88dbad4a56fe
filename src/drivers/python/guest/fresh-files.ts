/**
 * Regular files that were opened and not used yet: their cursor is at 0. CPython asks where it is up to three times for each
 * file it opens, which was a fifth of the calls of a program with many small files.
 *
 * Nobody else moves such a cursor: whatever could share the description (dup, and calls that may pass descriptors on)
 * ends what is known.
 */
export class FreshFiles {
  /** Descriptors, and whether they are known to be regular files. */
  readonly #files = new Map<number, boolean>();

  opened(fd: number): void {
    this.#files.set(fd, false);
  }

  /** fstat(2) has said what it is. */
  found(fd: number, isRegular: boolean): void {
    if (!this.#files.has(fd)) return;
    if (isRegular) this.#files.set(fd, true);
    else this.#files.delete(fd);
  }

  /** Whether its cursor is at 0 for certain. */
  isAtStart(fd: number): boolean {
    return this.#files.get(fd) === true;
  }

  /** It is read, written, moved, duplicated or closed. */
  used(fd: number): void {
    this.#files.delete(fd);
  }

  /** Any of them may be somebody else's too from now on. */
  shared(): void {
    this.#files.clear();
  }
}
