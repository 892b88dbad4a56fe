/**
 * WASI's rights of descriptors (fd_fdstat_set_rights). They are the program's own: it can take rights away from itself,
 * and the kernel, whose walls are permissions, knows nothing of them. A descriptor that nobody has narrowed has all
 * that its kind and its access mode allow, and costs no look here.
 */
import {
  O_ACCMODE,
  O_RDONLY,
  O_WRONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFREG,
  S_IFSOCK,
} from "../../../kernel/constants.js";
import { WASI_NOTCAPABLE, WASI_SUCCESS } from "./wasi-errno.js";

const names = [
  "FD_DATASYNC",
  "FD_READ",
  "FD_SEEK",
  "FD_FDSTAT_SET_FLAGS",
  "FD_SYNC",
  "FD_TELL",
  "FD_WRITE",
  "FD_ADVISE",
  "FD_ALLOCATE",
  "PATH_CREATE_DIRECTORY",
  "PATH_CREATE_FILE",
  "PATH_LINK_SOURCE",
  "PATH_LINK_TARGET",
  "PATH_OPEN",
  "FD_READDIR",
  "PATH_READLINK",
  "PATH_RENAME_SOURCE",
  "PATH_RENAME_TARGET",
  "PATH_FILESTAT_GET",
  "PATH_FILESTAT_SET_SIZE",
  "PATH_FILESTAT_SET_TIMES",
  "FD_FILESTAT_GET",
  "FD_FILESTAT_SET_SIZE",
  "FD_FILESTAT_SET_TIMES",
  "PATH_SYMLINK",
  "PATH_REMOVE_DIRECTORY",
  "PATH_UNLINK_FILE",
  "POLL_FD_READWRITE",
  "SOCK_SHUTDOWN",
  "SOCK_ACCEPT",
] as const;

type RightName = (typeof names)[number];

/** The rights, a bit each, in WASI's order. */
export const Right = Object.fromEntries(
  names.map((name, bit) => [name, 1n << BigInt(bit)]),
) as Readonly<Record<RightName, bigint>>;

const ALL = (1n << BigInt(names.length)) - 1n;

const ON_EVERYTHING = Right.FD_FDSTAT_SET_FLAGS | Right.FD_FILESTAT_GET | Right.POLL_FD_READWRITE;
const ON_STREAMS = ON_EVERYTHING | Right.FD_READ | Right.FD_WRITE;
const ON_SOCKETS = ON_STREAMS | Right.SOCK_SHUTDOWN | Right.SOCK_ACCEPT;
const ON_FILES =
  ON_STREAMS |
  Right.FD_DATASYNC |
  Right.FD_SEEK |
  Right.FD_SYNC |
  Right.FD_TELL |
  Right.FD_ADVISE |
  Right.FD_ALLOCATE |
  Right.FD_FILESTAT_SET_SIZE |
  Right.FD_FILESTAT_SET_TIMES;
const ON_PATHS = names
  .filter((name) => name.startsWith("PATH_"))
  .reduce((rights, name) => rights | Right[name], 0n);
const ON_DIRECTORIES =
  ON_PATHS |
  Right.FD_FDSTAT_SET_FLAGS |
  Right.FD_FILESTAT_GET |
  Right.FD_FILESTAT_SET_TIMES |
  Right.FD_READDIR |
  Right.FD_SYNC |
  Right.FD_DATASYNC;

export interface RightsPair {
  /** What may be done with the descriptor. */
  readonly base: bigint;
  /** What may be done with descriptors opened below it. */
  readonly inheriting: bigint;
}

/** What a descriptor of this kind has at most. */
export function rightsOfKind(typeBits: number, flags: number, isTerminal: boolean): RightsPair {
  if (typeBits === S_IFDIR) return { base: ON_DIRECTORIES, inheriting: ALL };
  // wasi-libc takes a character device that can't seek for a terminal; our other devices can.
  const isFile = typeBits === S_IFREG || (typeBits === S_IFCHR && !isTerminal);
  let base = isFile ? ON_FILES : typeBits === S_IFSOCK ? ON_SOCKETS : ON_STREAMS;
  if ((flags & O_ACCMODE) === O_WRONLY) base &= ~Right.FD_READ;
  if ((flags & O_ACCMODE) === O_RDONLY) base &= ~Right.FD_WRITE;
  return { base, inheriting: 0n };
}

export class DescriptorRights {
  readonly #narrowed = new Map<number, RightsPair>();

  /** NOTCAPABLE when the descriptor was narrowed so that it lacks `right`, else 0. */
  refuse(fd: number, right: bigint): number {
    if (this.#narrowed.size === 0) return WASI_SUCCESS;
    const narrowed = this.#narrowed.get(fd);
    return narrowed && (narrowed.base & right) !== right ? WASI_NOTCAPABLE : WASI_SUCCESS;
  }

  /** A descriptor's rights: as they were narrowed, or all that its kind has. */
  of(fd: number, kind: RightsPair): RightsPair {
    return this.#narrowed.get(fd) ?? kind;
  }

  /** Takes rights away. NOTCAPABLE when there is one among `wanted` that the descriptor does not have. */
  narrow(fd: number, current: RightsPair, wanted: RightsPair): number {
    if (!includes(current, wanted)) return WASI_NOTCAPABLE;
    this.#narrowed.set(fd, wanted);
    return WASI_SUCCESS;
  }

  /** NOTCAPABLE when what is opened below a narrowed directory asks for more than it hands on. */
  refuseToOpen(directory: number, wanted: RightsPair): number {
    const narrowed = this.#narrowed.get(directory);
    if (!narrowed) return WASI_SUCCESS;
    const most = { base: narrowed.inheriting, inheriting: narrowed.inheriting };
    return includes(most, wanted) ? WASI_SUCCESS : WASI_NOTCAPABLE;
  }

  /** What was opened below a narrowed directory has what was asked for, and no more. */
  opened(directory: number, fd: number, wanted: RightsPair): void {
    if (this.#narrowed.has(directory)) this.#narrowed.set(fd, wanted);
  }

  /** `newFd` becomes another name of what `fd` is. */
  copy(fd: number, newFd: number): void {
    const narrowed = this.#narrowed.get(fd);
    if (narrowed) this.#narrowed.set(newFd, narrowed);
    else this.#narrowed.delete(newFd);
  }

  /** The descriptor is closed: its number may come to mean something else. */
  forget(fd: number): void {
    this.#narrowed.delete(fd);
  }
}

function includes(all: RightsPair, some: RightsPair): boolean {
  return (some.base & ~all.base) === 0n && (some.inheriting & ~all.inheriting) === 0n;
}
