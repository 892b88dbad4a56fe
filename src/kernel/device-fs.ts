/**
 * The store mounted on /dev. It only names things: a device node leads to `device.ts`. Each process
 * sees its own descriptors in /dev/fd, as links to what is open there; the host application, which has
 * none, sees an empty directory.
 */
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT } from "./constants.js";
import { descriptorTarget, parseNumber } from "./descriptor-name.js";
import { devices } from "./device.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import type { PersonalStore, StoreView } from "./personal-store.js";
import type { Process } from "./process.js";
import { MULTIPLEXER_NUMBER } from "./pty-master.js";
import { CONTROLLING_TERMINAL_NUMBER } from "./pty-table.js";
import { ReadOnlyStore } from "./read-only-store.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import type { DirectoryEntry } from "./virtual-file-system.js";

const links: ReadonlyMap<string, string> = new Map([
  ["/stdin", "/dev/fd/0"],
  ["/stdout", "/dev/fd/1"],
  ["/stderr", "/dev/fd/2"],
]);

/** Where other stores are mounted. */
const directories: ReadonlySet<string> = new Set(["/", "/fd", "/pts"]);

/** Nodes that stand for terminals, by name. */
const terminalNodes: ReadonlyMap<string, number> = new Map([
  ["tty", CONTROLLING_TERMINAL_NUMBER],
  ["ptmx", MULTIPLEXER_NUMBER],
]);

/** Numbers of what is no device, whose numbers are their own: who follows links tells them by these. */
const inodes: ReadonlyMap<string, number> = new Map(
  [...directories, ...links.keys()].map((path, index) => [path, 0x10000 + index]),
);
const inodeOf = (path: string): number => inodes.get(path) ?? 0;
const inodeOfDescriptor = (fd: number): number => 0x20000 + fd;

/** The link that a path leads through, before its last name. */
function linkAbove(path: string): string | undefined {
  const [link] = /^\/(fd\/[^/]+|stdin|stdout|stderr)(?=\/)/.exec(path) ?? [];
  return link;
}

const slaveName = /^\/pts\/(0|[1-9]\d{0,2})$/;

export class DeviceFs extends ReadOnlyStore implements PersonalStore, StoreView {
  readonly #tables: KernelTables;
  readonly #caller: Process | null;

  /** @param caller - Whose descriptors /dev/fd shows. */
  constructor(tables: KernelTables, caller: Process | null = null) {
    super();
    this.#tables = tables;
    this.#caller = caller;
  }

  seenBy(caller: Process | null): DeviceFs {
    return caller === this.#caller ? this : new DeviceFs(this.#tables, caller);
  }

  descriptionAt(path: string): FileDescription | Errno | undefined {
    if (!path.startsWith("/fd/")) return undefined;
    const fd = parseNumber(path.slice("/fd/".length));
    return fd === undefined ? errno.EBADF : (this.#caller?.fds.get(fd) ?? errno.EBADF);
  }

  override lstat(path: string): VirtualStat | Errno {
    if (directories.has(path)) return syntheticStat(S_IFDIR | 0o755, inodeOf(path));
    if (links.has(path)) return syntheticStat(S_IFLNK | 0o777, inodeOf(path));
    const link = linkAbove(path);
    if (link !== undefined) {
      const found = this.lstat(link);
      return found instanceof Errno ? found : errno.ELOOP;
    }
    const description = this.descriptionAt(path);
    if (description instanceof Errno) return description;
    if (description) {
      const fd = parseNumber(path.slice("/fd/".length)) ?? 0;
      return syntheticStat(S_IFLNK | 0o700, inodeOfDescriptor(fd));
    }
    const device = devices.find(({ name }) => path === `/${name}`);
    if (device) return syntheticStat(S_IFCHR | 0o666, device.number, device.number);
    const terminal = terminalNodes.get(path.slice(1));
    if (terminal !== undefined) return syntheticStat(S_IFCHR | 0o666, terminal, terminal);
    const slave = slaveName.exec(path);
    const pty = slave ? this.#tables.terminals.get(Number(slave[1])) : undefined;
    if (pty) return pty.slaveStat();
    return devices.some(({ name }) => path.startsWith(`/${name}/`)) ? errno.ENOTDIR : errno.ENOENT;
  }

  override open(path: string): Errno {
    const stat = this.lstat(path);
    if (stat instanceof Errno) return stat;
    return (stat.mode & S_IFMT) === S_IFDIR ? errno.EISDIR : errno.ENXIO;
  }

  override readDir(path: string): DirectoryEntry[] | Errno {
    if (path === "/fd") return this.#descriptors();
    if (path === "/pts") return this.#slaves();
    if (path !== "/") return errno.ENOTDIR;
    return [
      ...devices.map(({ name, number }) => ({ name, ino: number, type: S_IFCHR })),
      ...[...links.keys()].map((link) => ({
        name: link.slice(1),
        ino: inodeOf(link),
        type: S_IFLNK,
      })),
      ...[...terminalNodes].map(([name, ino]) => ({ name, ino, type: S_IFCHR })),
      { name: "fd", ino: inodeOf("/fd"), type: S_IFDIR },
      { name: "pts", ino: inodeOf("/pts"), type: S_IFDIR },
    ];
  }

  override readlink(path: string): string | Errno {
    const link = links.get(path);
    if (link !== undefined) return link;
    const description = this.descriptionAt(path);
    if (description instanceof Errno) return description;
    return description ? descriptorTarget(this.#tables, description) : errno.EINVAL;
  }

  /** As with /dev/fd, the host application sees none. */
  #slaves(): DirectoryEntry[] {
    const numbers = this.#caller ? this.#tables.terminals.numbers() : [];
    return numbers.map((number) => ({ name: String(number), ino: number + 3, type: S_IFCHR }));
  }

  #descriptors(): DirectoryEntry[] {
    const numbers = this.#caller?.fds.numbers() ?? [];
    return numbers.map((fd) => ({ name: String(fd), ino: inodeOfDescriptor(fd), type: S_IFLNK }));
  }
}
