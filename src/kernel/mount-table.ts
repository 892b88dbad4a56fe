/** Which store serves which part of the name space. A mount covers what lies below it. */
import { type Errno, errno } from "./errno.js";
import { GuardedStore } from "./guarded-store.js";
import { baseName, parentPath } from "./path.js";
import { isPersonal, type PersonalStore } from "./personal-store.js";
import type { Replay } from "./suspension.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

export interface Mount {
  /** Shown as `st_dev`; unique in a kernel, never reused. */
  readonly id: number;
  /** Absolute and normalised. */
  readonly path: string;
  readonly store: GuardedStore;
  /** The same store, when it looks different to each process. The kernel makes up what is in it. */
  readonly personal: PersonalStore | undefined;
  /** Whether the kernel itself put it there: it stays as long as the kernel. */
  readonly isOfKernel: boolean;
}

export class MountTable {
  /** What is mounted from now on is the host application's. */
  isFurnished = false;
  /** Longest path first, so that the first match is the innermost mount. */
  #mounts: Mount[] = [];
  #lastId = 0;
  readonly #replay: Replay;

  /** @param replay - Suspends the calls that ask stores which answer later. */
  constructor(replay: Replay) {
    this.#replay = replay;
  }

  mount(path: string, store: VirtualFileSystem): undefined | Errno {
    if (this.isMountPoint(path)) return errno.EBUSY;
    this.#lastId++;
    const personal = isPersonal(store) ? store : undefined;
    const guarded = new GuardedStore(store, this.#replay);
    this.#mounts.push({
      id: this.#lastId,
      path,
      store: guarded,
      personal,
      isOfKernel: !this.isFurnished,
    });
    this.#mounts.sort((a, b) => b.path.length - a.path.length);
    return undefined;
  }

  /** The mount that serves `path`, and the path within its store. There is always a root. */
  locate(path: string): { mount: Mount; storePath: string } | Errno {
    for (const mount of this.#mounts) {
      if (mount.path === "/") return { mount, storePath: path };
      if (path === mount.path) return { mount, storePath: "/" };
      if (path.startsWith(mount.path) && path[mount.path.length] === "/") {
        return { mount, storePath: path.slice(mount.path.length) };
      }
    }
    return errno.ENOENT;
  }

  /** The mount on `/`. */
  get root(): Mount {
    const root = this.#mounts.find(({ path }) => path === "/");
    if (!root) throw new Error("a name space has a root");
    return root;
  }

  byId(id: number): Mount | undefined {
    return this.#mounts.find((mount) => mount.id === id);
  }

  isMountPoint(path: string): boolean {
    return this.at(path) !== undefined;
  }

  /** Whether something is mounted in the directory `path`, at any depth. */
  hasMountsBelow(path: string): boolean {
    return this.#mounts.some((mount) => mount.path.startsWith(`${path}/`));
  }

  /** What is mounted on `path` itself. */
  at(path: string): Mount | undefined {
    return this.#mounts.find((mount) => mount.path === path);
  }

  unmount(mount: Mount): void {
    this.#mounts = this.#mounts.filter((other) => other !== mount);
  }

  /** Whether something is mounted below `directory`. */
  hasMountsIn(directory: string): boolean {
    return this.#mounts.some(({ path }) => path.startsWith(`${directory}/`));
  }

  /** Names directly below `directory` that are mount points. */
  namesIn(directory: string): string[] {
    return this.#mounts
      .filter((mount) => mount.path !== "/" && parentPath(mount.path) === directory)
      .map((mount) => baseName(mount.path));
  }

  dump(): { path: string; readOnly: boolean }[] {
    return this.#mounts.map(({ path, store }) => ({ path, readOnly: store.isReadOnly }));
  }
}
