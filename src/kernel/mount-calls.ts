/** Mounting and unmounting stores for the host application. */
import { hostActor } from "./actor.js";
import { DirectoryDescription } from "./directory-description.js";
import { Errno, errno } from "./errno.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Location } from "./location.js";
import type { Mount } from "./mount-table.js";
import { createOverlayFileSystem } from "./overlay-file-system.js";
import { createReadOnlyFileSystem } from "./read-only-file-system.js";
import { isDirectory } from "./stat.js";
import { SubtreeStore } from "./subtree-store.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

export interface MountOptions {
  /** Refuses every change with EROFS. Default false. */
  readOnly?: boolean;
  /**
   * Lays the store beneath what the directory holds already, as the lower one of an overlay: the directory stays seen and
   * takes every change. Default false: the store covers the directory.
   */
  beneath?: boolean;
}

/**
 * Mounts `store` on the directory `path`. The last name may be missing: the mount is shown there.
 * EBUSY (something is mounted there), ENOENT (no directory above), ENOTDIR, EINVAL.
 */
export function mountFileSystem(
  tables: KernelTables,
  path: string,
  store: VirtualFileSystem,
  { readOnly = false, beneath = false }: MountOptions,
): undefined | Errno {
  if (!path.startsWith("/")) return errno.EINVAL;
  const place = tables.vfs.resolve(hostActor, "/", path, true);
  if (place instanceof Errno) return place;
  if (place.stat && !isDirectory(place.stat)) return errno.ENOTDIR;
  if (!place.stat) {
    const above = tables.vfs.lastName(hostActor, "/", path);
    if (above instanceof Errno) return above;
  }
  if (place.path === "/") return errno.EBUSY;
  if (beneath && !place.stat) return errno.ENOENT;
  const whole = beneath ? laidBeneath(place, store) : store;
  return tables.vfs.mounts.mount(place.path, readOnly ? createReadOnlyFileSystem(whole) : whole);
}

function laidBeneath({ mount, storePath }: Location, lower: VirtualFileSystem): VirtualFileSystem {
  const upper = new SubtreeStore(mount.store.store, storePath);
  return createOverlayFileSystem({ lower, upper });
}

/**
 * Takes the store away that was mounted on `path`. EINVAL (no mount), EBUSY (a file of it is open, a
 * process is in it, something is mounted in it, or the kernel's own).
 */
export function unmountFileSystem(tables: KernelTables, path: string): undefined | Errno {
  const place = tables.vfs.resolve(hostActor, "/", path, true);
  if (place instanceof Errno) return place;
  const mount = tables.vfs.mounts.at(place.path);
  if (!mount) return errno.EINVAL;
  if (mount.isOfKernel || tables.vfs.mounts.hasMountsIn(mount.path)) return errno.EBUSY;
  if (mount.store.openFiles > 0 || isEntered(tables, mount)) return errno.EBUSY;
  tables.vfs.mounts.unmount(mount);
  return undefined;
}

/** Whether a process has its working directory or an open directory on `mount`. */
function isEntered(tables: KernelTables, { path }: Mount): boolean {
  const isInside = (other: string): boolean => other === path || other.startsWith(`${path}/`);
  for (const process of tables.processes.all()) {
    if (process.isRunning && isInside(process.cwd)) return true;
    for (const fd of process.fds.numbers()) {
      const description = process.fds.get(fd);
      if (description instanceof DirectoryDescription && isInside(description.path)) return true;
    }
  }
  return false;
}
