/**
 * The descriptors of one process. A free number is always the lowest; each descriptor holds one
 * reference on its description and has its own close-on-exec flag.
 */
import { type Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";

interface Descriptor {
  readonly description: FileDescription;
  closeOnExec: boolean;
}

/** One step of building a child's table, as a posix_spawn file action. */
export interface DescriptorAction {
  childFd: number;
  /** The descriptor to duplicate, or -1 to close `childFd`. */
  sourceFd: number;
}

export class FdTable {
  readonly #descriptors: (Descriptor | undefined)[] = [];
  #limit: number;
  /** Told of each descriptor that is closed, before its reference goes. */
  onClose: ((description: FileDescription) => void) | undefined;

  /** @param limit - How many descriptors there may be: numbers go from 0 to `limit - 1`. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** RLIMIT_NOFILE: holds for new descriptors; those that are open stay. */
  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
  }

  get(fd: number): FileDescription | Errno {
    return this.#descriptors[fd]?.description ?? errno.EBADF;
  }

  /** The lowest free number from `minimum` up. */
  lowestFree(minimum = 0): number | Errno {
    if (minimum < 0 || minimum >= this.#limit) return errno.EINVAL;
    let fd = minimum;
    while (this.#descriptors[fd]) fd++;
    return fd < this.#limit ? fd : errno.EMFILE;
  }

  /** Installs `description` at the lowest free number from `minimum` up. */
  allocate(description: FileDescription, closeOnExec = false, minimum = 0): number | Errno {
    const fd = this.lowestFree(minimum);
    return typeof fd === "number" ? this.install(fd, description, closeOnExec) : fd;
  }

  /** Installs `description` at `fd`, closing what was there. */
  install(fd: number, description: FileDescription, closeOnExec = false): number | Errno {
    if (!Number.isInteger(fd) || fd < 0 || fd >= this.#limit) return errno.EBADF;
    const replaced = this.#descriptors[fd];
    this.#descriptors[fd] = { description: description.retain(), closeOnExec };
    if (!replaced) return fd;
    this.onClose?.(replaced.description);
    replaced.description.release();
    return fd;
  }

  /** dup2: makes `newFd` point where `fd` points; a call with both equal changes nothing. */
  duplicateTo(fd: number, newFd: number, closeOnExec = false): number | Errno {
    const description = this.get(fd);
    if (!("retain" in description)) return description;
    if (fd === newFd) return newFd;
    return this.install(newFd, description, closeOnExec);
  }

  close(fd: number): undefined | Errno {
    const descriptor = this.#descriptors[fd];
    if (!descriptor) return errno.EBADF;
    this.#descriptors[fd] = undefined;
    this.onClose?.(descriptor.description);
    descriptor.description.release();
    return undefined;
  }

  isCloseOnExec(fd: number): boolean | Errno {
    return this.#descriptors[fd]?.closeOnExec ?? errno.EBADF;
  }

  setCloseOnExec(fd: number, closeOnExec: boolean): undefined | Errno {
    const descriptor = this.#descriptors[fd];
    if (!descriptor) return errno.EBADF;
    descriptor.closeOnExec = closeOnExec;
    return undefined;
  }

  /** The open numbers, ascending. */
  numbers(): number[] {
    const open: number[] = [];
    for (const [fd, descriptor] of this.#descriptors.entries()) if (descriptor) open.push(fd);
    return open;
  }

  /**
   * A child's table: a copy of this one after `actions`, without close-on-exec descriptors.
   * The order is posix_spawn's: actions see close-on-exec descriptors too.
   */
  fork(actions: readonly DescriptorAction[]): FdTable | Errno {
    const child = new FdTable(this.#descriptors.length);
    for (const [fd, descriptor] of this.#descriptors.entries()) {
      if (descriptor) child.install(fd, descriptor.description, descriptor.closeOnExec);
    }
    child.limit = this.#limit;
    for (const { childFd, sourceFd } of actions) {
      const failed = child.#apply(childFd, sourceFd);
      if (failed) {
        child.closeAll();
        return failed;
      }
    }
    for (const fd of child.numbers()) if (child.isCloseOnExec(fd) === true) child.close(fd);
    return child;
  }

  /** A child's table with stdin, stdout and stderr of this one only. */
  forkStandardStreams(): FdTable {
    const child = new FdTable(Math.max(this.#limit, 3));
    for (const fd of [0, 1, 2]) {
      const descriptor = this.#descriptors[fd];
      if (descriptor) child.install(fd, descriptor.description);
    }
    child.limit = this.#limit;
    return child;
  }

  closeAll(): void {
    for (const fd of this.numbers()) this.close(fd);
  }

  /** What each descriptor is, for tests and crash reports. */
  dump(): Record<number, string> {
    return Object.fromEntries(
      this.numbers().map((fd) => [fd, this.#descriptors[fd]?.description.kind ?? ""]),
    );
  }

  #apply(childFd: number, sourceFd: number): Errno | undefined {
    if (sourceFd === -1) {
      this.close(childFd);
      return undefined;
    }
    const description = this.get(sourceFd);
    if (!("retain" in description)) return description;
    // dup2 of a descriptor onto itself would keep its close-on-exec flag; an action clears it.
    const result = this.install(childFd, description);
    return typeof result === "number" ? undefined : result;
  }
}
