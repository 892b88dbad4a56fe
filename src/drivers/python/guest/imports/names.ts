/** Imports that work on names: opening, looking, making, moving, removing. */
import {
  AT_EACCESS,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  O_WRONLY,
} from "../../../../kernel/constants.js";
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";
import type { DirectoryReader } from "./directories.js";
import { putSpace, putStat, STAT_BYTES, STATFS_BYTES } from "./stat-layout.js";

/** musl's AT_EMPTY_PATH. */
const AT_EMPTY_PATH = 0x1000;
/** Only of use to kernels with 32 bits. */
const O_LARGEFILE = 0o100000;
const UTIME_NOW = 0x3fffffff;
const UTIME_OMIT = 0x3ffffffe;
/** `utimes`' bits: set the access time, to now; the modification time, to now. */
const SET_ATIME = 1;
const SET_ATIME_NOW = 2;
const SET_MTIME = 4;
const SET_MTIME_NOW = 8;
const TIMESPEC_BYTES = 16;
const NS_PER_S = 1_000_000_000n;

export function nameImports(machine: Machine, directories: DirectoryReader) {
  const path = (pointer: number) => machine.memory.string(pointer);

  const stat = (directory: number, pointer: number, target: number, flags: number): number => {
    const failed = machine.call("stat", { directory, path: path(pointer), flags });
    if (!failed) putStat(machine.memory.bytes(target, STAT_BYTES), machine.structure);
    return failed;
  };

  const statDescriptor = (fd: number, target: number): number => {
    const failed = machine.call("fstat", { fd });
    if (!failed) putStat(machine.memory.bytes(target, STAT_BYTES), machine.structure);
    return failed;
  };

  const space = (failed: number, target: number): number => {
    if (!failed) putSpace(machine.memory.bytes(target, STATFS_BYTES), machine.structure);
    return failed;
  };

  /** Two `struct timespec` as the kernel takes them, and which of them to set. */
  const readTimes = (pointer: number): { times: Uint8Array; set: number } => {
    const words = new BigInt64Array(2);
    const times = new Uint8Array(words.buffer);
    if (pointer === 0) {
      return { times, set: SET_ATIME_NOW | SET_MTIME_NOW };
    }
    const { memory } = machine;
    let set = 0;
    for (const [index, bit] of [SET_ATIME, SET_MTIME].entries()) {
      const nanoseconds = memory.u32(pointer + index * TIMESPEC_BYTES + 8);
      if (nanoseconds === UTIME_OMIT) continue;
      // The bit for "now" is the next one, and stands alone.
      if (nanoseconds === UTIME_NOW) {
        set |= bit << 1;
        continue;
      }
      set |= bit;
      words[index] = memory.i64(pointer + index * TIMESPEC_BYTES) * NS_PER_S + BigInt(nanoseconds);
    }
    return { times, set };
  };

  return {
    __syscall_openat(directory: number, name: number, flags: number, varargs: number): number {
      const mode = varargs === 0 ? 0 : machine.memory.u32(varargs);
      const failed = machine.call("open", {
        directory,
        path: path(name),
        flags: flags & ~O_LARGEFILE,
        mode,
        minimum: 0,
      });
      if (failed) return failed;
      directories.forget(machine.result);
      const opened = machine.result;
      // Names of descriptors are descriptions that others have: /dev/fd/N, /dev/stdin, /proc/self/fd/N.
      if (/(^|\/)(dev|proc)\//.test(machine.memory.text(name))) machine.fresh.shared();
      else machine.fresh.opened(opened);
      return machine.result;
    },
    __syscall_stat64: (name: number, target: number): number => stat(AT_FDCWD, name, target, 0),
    __syscall_lstat64: (name: number, target: number): number =>
      stat(AT_FDCWD, name, target, AT_SYMLINK_NOFOLLOW),
    __syscall_newfstatat(directory: number, name: number, target: number, flags: number): number {
      if ((flags & AT_EMPTY_PATH) !== 0 && path(name).length === 0) {
        return statDescriptor(directory, target);
      }
      return stat(directory, name, target, flags & AT_SYMLINK_NOFOLLOW);
    },
    __syscall_faccessat(directory: number, name: number, mode: number, flags: number): number {
      const known = flags & (AT_EACCESS | AT_SYMLINK_NOFOLLOW);
      return machine.call("access", { directory, path: path(name), mode, flags: known });
    },
    __syscall_chdir: (name: number): number => machine.call("chdir", { path: path(name) }),
    /** The kernel knows directories by their paths. */
    __syscall_fchdir(fd: number): number {
      const failed = machine.call("fstat", { fd });
      if (failed) return failed;
      const link = new Uint8Array([...PROC_SELF_FD].map((unit) => unit.charCodeAt(0)));
      const digits = Array.from(String(fd), (unit) => unit.charCodeAt(0));
      const own = new Uint8Array([...link, ...digits]);
      const read = machine.call("readlink", { directory: AT_FDCWD, path: own });
      return read || machine.call("chdir", { path: machine.bytes.slice() });
    },
    __syscall_getcwd(target: number, size: number): number {
      const failed = machine.call("getcwd", {});
      if (failed) return failed;
      const text = machine.bytes;
      if (text.length + 1 > size >>> 0) return -WASI.ERANGE;
      machine.memory.setString(target, text, size);
      return text.length + 1;
    },
    __syscall_mkdirat: (directory: number, name: number, mode: number): number =>
      machine.call("mkdir", { directory, path: path(name), mode }),
    __syscall_mknodat: (directory: number, name: number, mode: number): number =>
      machine.call("mknod", { directory, path: path(name), mode }),
    __syscall_chmod: (name: number, mode: number): number =>
      machine.call("chmod", { directory: AT_FDCWD, path: path(name), mode }),
    __syscall_fchmodat2(directory: number, name: number, mode: number, flags: number): number {
      // The mode of a symbolic link can't be set on Linux.
      if ((flags & AT_SYMLINK_NOFOLLOW) !== 0) return -WASI.ENOTSUP;
      return machine.call("chmod", { directory, path: path(name), mode });
    },
    __syscall_fchownat(
      directory: number,
      name: number,
      uid: number,
      gid: number,
      flags: number,
    ): number {
      const nofollow = flags & AT_SYMLINK_NOFOLLOW;
      return machine.call("chown", { directory, path: path(name), uid, gid, flags: nofollow });
    },
    __syscall_readlinkat(directory: number, name: number, target: number, size: number): number {
      if (size <= 0) return -WASI.EINVAL;
      const failed = machine.call("readlink", { directory, path: path(name) });
      if (failed) return failed;
      const text = machine.bytes.subarray(0, size);
      machine.memory.bytes(target, text.length).set(text);
      return text.length;
    },
    __syscall_unlinkat: (directory: number, name: number, flags: number): number =>
      machine.call("unlink", { directory, path: path(name), flags: flags & AT_REMOVEDIR }),
    __syscall_rmdir: (name: number): number =>
      machine.call("unlink", { directory: AT_FDCWD, path: path(name), flags: AT_REMOVEDIR }),
    __syscall_renameat(
      oldDirectory: number,
      oldName: number,
      newDirectory: number,
      newName: number,
    ): number {
      const [oldPath, newPath] = [path(oldName), path(newName)];
      return machine.call("rename", { oldDirectory, oldPath, newDirectory, newPath });
    },
    __syscall_symlinkat: (target: number, directory: number, name: number): number =>
      machine.call("symlink", { target: path(target), directory, path: path(name) }),
    __syscall_truncate64(name: number, size: bigint): number {
      const opening = { directory: AT_FDCWD, path: path(name), mode: 0, minimum: 0 };
      const failed = machine.call("open", { ...opening, flags: O_WRONLY });
      if (failed) return failed;
      const fd = machine.result;
      const cut = machine.call("ftruncate", { fd, size: Number(size) });
      machine.call("close", { fd });
      return cut;
    },
    __syscall_utimensat(directory: number, name: number, times: number, flags: number): number {
      const chosen = readTimes(times);
      // futimens(3)
      if (name === 0) return machine.call("futimes", { fd: directory, ...chosen });
      const nofollow = flags & AT_SYMLINK_NOFOLLOW;
      return machine.call("utimes", { directory, path: path(name), flags: nofollow, ...chosen });
    },
    __syscall_statfs64(name: number, _size: number, target: number): number {
      const failed = machine.call("statfs", { directory: AT_FDCWD, path: path(name) });
      return space(failed, target);
    },
    __syscall_fstatfs64: (fd: number, _size: number, target: number): number =>
      space(machine.call("fstatfs", { fd }), target),
  };
}

const PROC_SELF_FD = "/proc/self/fd/";
