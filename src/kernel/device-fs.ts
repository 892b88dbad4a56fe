/**
 * The store mounted on /dev. It only names things: a device node leads to `device.ts`; the names
 * in /dev/fd stand for descriptors of whoever opens them, and are resolved by `open.ts`.
 */
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT } from "./constants.js";
import { devices } from "./device.js";
import { Errno, errno } from "./errno.js";
import { ReadOnlyStore } from "./read-only-store.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import type { DirectoryEntry } from "./virtual-file-system.js";

const links: ReadonlyMap<string, string> = new Map([
  ["/stdin", "/dev/fd/0"],
  ["/stdout", "/dev/fd/1"],
  ["/stderr", "/dev/fd/2"],
]);

const directories: ReadonlySet<string> = new Set(["/", "/fd"]);

const descriptorName = /^\/fd\/(0|[1-9]\d{0,8})$/;

/** The descriptor that a path below /dev/fd stands for. Zero-padded numbers are no names. */
export function descriptorOf(path: string): number | undefined {
  const match = path.startsWith("/dev/fd/") ? descriptorName.exec(path.slice(4)) : null;
  return match ? Number(match[1]) : undefined;
}

export class DeviceFs extends ReadOnlyStore {
  override lstat(path: string): VirtualStat | Errno {
    if (directories.has(path)) return syntheticStat(S_IFDIR | 0o755, 1);
    if (links.has(path)) return syntheticStat(S_IFLNK | 0o777, 1);
    if (descriptorName.test(path)) return syntheticStat(S_IFCHR | 0o600, 1);
    const device = devices.find(({ name }) => path === `/${name}`);
    if (device) return syntheticStat(S_IFCHR | 0o666, device.number, device.number);
    if (path.startsWith("/fd/")) return errno.EBADF;
    return devices.some(({ name }) => path.startsWith(`/${name}/`)) ? errno.ENOTDIR : errno.ENOENT;
  }

  override open(path: string): Errno {
    const stat = this.lstat(path);
    if (stat instanceof Errno) return stat;
    return (stat.mode & S_IFMT) === S_IFDIR ? errno.EISDIR : errno.ENXIO;
  }

  override readDir(path: string): DirectoryEntry[] | Errno {
    if (path === "/fd") return [];
    if (path !== "/") return errno.ENOTDIR;
    return [
      ...devices.map(({ name, number }) => ({ name, ino: number, type: S_IFCHR })),
      ...[...links.keys()].map((link) => ({ name: link.slice(1), ino: 1, type: S_IFLNK })),
      { name: "fd", ino: 1, type: S_IFDIR },
    ];
  }

  override readlink(path: string): string | Errno {
    return links.get(path) ?? errno.EINVAL;
  }
}
