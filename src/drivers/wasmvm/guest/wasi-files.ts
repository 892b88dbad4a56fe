/** WASI preview 1: the functions on paths, and the one preopen. */
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../../kernel/constants.js";
import { Right, type RightsPair } from "./descriptor-rights.js";
import type { Program } from "./program.js";
import {
  WASI_BADF,
  WASI_NAMETOOLONG,
  WASI_NOTCAPABLE,
  WASI_SUCCESS,
  wasiErrno,
} from "./wasi-errno.js";
import {
  encodeTimes,
  PREOPEN_FD,
  PREOPEN_NAME,
  statusFlags,
  writeFileStat,
} from "./wasi-layout.js";

const SLASH = 0x2f;
const DOT = 0x2e;

const LOOKUP_FOLLOW = 1;
const OFLAG_CREAT = 1;
const OFLAG_DIRECTORY = 2;
const OFLAG_EXCL = 4;
const OFLAG_TRUNC = 8;

/** WASI has no modes: what open(2) and mkdir(2) are given by most programs. */
const NEW_FILE_MODE = 0o666;
const NEW_DIRECTORY_MODE = 0o777;

export function fileFunctions(program: Program) {
  const { kernel, memory, rights } = program;
  const isPreopen = (fd: number): boolean => fd === PREOPEN_FD && program.hasPreopen;

  /** A directory descriptor and a path below it, as the kernel takes them. */
  const locate = (fd: number, pointer: number, length: number) => {
    const path = memory.slice(pointer, length);
    return isPreopen(fd) ? { directory: AT_FDCWD, path: absolute(path) } : { directory: fd, path };
  };

  /**
   * NOTCAPABLE when `right` is missing, or when the path names something outside its directory. The preopen is the root,
   * which has no outside; `..` there stays there, as everywhere on Linux.
   */
  const refuse = (fd: number, right: bigint, path: number, length: number): number => {
    const refused = rights.refuse(fd, right);
    if (refused || isPreopen(fd)) return refused;
    return leadsOut(memory.slice(path, length)) ? WASI_NOTCAPABLE : WASI_SUCCESS;
  };

  return {
    fd_prestat_get: (fd: number, pointer: number) => {
      if (!isPreopen(fd)) return WASI_BADF;
      memory.setU32(pointer, 0);
      memory.setU32(pointer + 4, PREOPEN_NAME.length);
      return WASI_SUCCESS;
    },

    fd_prestat_dir_name: (fd: number, pointer: number, length: number) => {
      if (!isPreopen(fd)) return WASI_BADF;
      if (length >>> 0 < PREOPEN_NAME.length) return WASI_NAMETOOLONG;
      memory.slice(pointer, PREOPEN_NAME.length).set(PREOPEN_NAME);
      return WASI_SUCCESS;
    },

    path_create_directory: (fd: number, path: number, length: number) =>
      refuse(fd, Right.PATH_CREATE_DIRECTORY, path, length) ||
      wasiErrno(kernel.call("mkdir", { ...locate(fd, path, length), mode: NEW_DIRECTORY_MODE })),

    path_filestat_get: (
      fd: number,
      lookup: number,
      path: number,
      length: number,
      pointer: number,
    ) => {
      const refused = refuse(fd, Right.PATH_FILESTAT_GET, path, length);
      if (refused) return refused;
      const flags = lookup & LOOKUP_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
      const failed = kernel.call("stat", { ...locate(fd, path, length), flags });
      if (failed) return wasiErrno(failed);
      writeFileStat(program, pointer);
      return WASI_SUCCESS;
    },

    path_filestat_set_times: (
      fd: number,
      lookup: number,
      path: number,
      length: number,
      atime: bigint,
      mtime: bigint,
      set: number,
    ) => {
      const refused = refuse(fd, Right.PATH_FILESTAT_SET_TIMES, path, length);
      if (refused) return refused;
      const flags = lookup & LOOKUP_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW;
      const { directory, path: name } = locate(fd, path, length);
      const times = encodeTimes(atime, mtime);
      return wasiErrno(kernel.call("utimes", { directory, path: name, times, set, flags }));
    },

    path_link: (
      oldFd: number,
      lookup: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) => {
      const refused =
        refuse(oldFd, Right.PATH_LINK_SOURCE, oldPath, oldLength) ||
        refuse(newFd, Right.PATH_LINK_TARGET, newPath, newLength);
      if (refused) return refused;
      const from = locate(oldFd, oldPath, oldLength);
      const to = locate(newFd, newPath, newLength);
      const failed = kernel.call("link", {
        oldDirectory: from.directory,
        oldPath: from.path,
        newDirectory: to.directory,
        newPath: to.path,
        flags: lookup & LOOKUP_FOLLOW ? AT_SYMLINK_FOLLOW : 0,
      });
      return wasiErrno(failed);
    },

    path_open: (
      fd: number,
      lookup: number,
      path: number,
      length: number,
      openFlags: number,
      base: bigint,
      inheriting: bigint,
      fdFlags: number,
      fdPointer: number,
    ) => {
      const wanted: RightsPair = {
        base: BigInt.asUintN(64, base),
        inheriting: BigInt.asUintN(64, inheriting),
      };
      const refused =
        refuse(fd, rightsToOpen(openFlags), path, length) || rights.refuseToOpen(fd, wanted);
      if (refused) return refused;
      const failed = kernel.call("open", {
        ...locate(fd, path, length),
        flags: kernelOpenFlags(lookup, openFlags, base, fdFlags),
        mode: NEW_FILE_MODE,
        // 3 stays the preopen's.
        minimum: PREOPEN_FD + 1,
      });
      if (failed) return wasiErrno(failed);
      rights.opened(fd, kernel.result, wanted);
      memory.setU32(fdPointer, kernel.result);
      return WASI_SUCCESS;
    },

    path_readlink: (
      fd: number,
      path: number,
      length: number,
      buffer: number,
      bufferLength: number,
      countPointer: number,
    ) => {
      const refused = refuse(fd, Right.PATH_READLINK, path, length);
      if (refused) return refused;
      const failed = kernel.call("readlink", locate(fd, path, length));
      if (failed) return wasiErrno(failed);
      const target = kernel.resultBytes.subarray(0, bufferLength >>> 0);
      memory.slice(buffer, target.length).set(target);
      memory.setU32(countPointer, target.length);
      return WASI_SUCCESS;
    },

    path_remove_directory: (fd: number, path: number, length: number) =>
      refuse(fd, Right.PATH_REMOVE_DIRECTORY, path, length) ||
      wasiErrno(kernel.call("unlink", { ...locate(fd, path, length), flags: AT_REMOVEDIR })),

    path_rename: (
      oldFd: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) => {
      const refused =
        refuse(oldFd, Right.PATH_RENAME_SOURCE, oldPath, oldLength) ||
        refuse(newFd, Right.PATH_RENAME_TARGET, newPath, newLength);
      if (refused) return refused;
      const from = locate(oldFd, oldPath, oldLength);
      const to = locate(newFd, newPath, newLength);
      const failed = kernel.call("rename", {
        oldDirectory: from.directory,
        oldPath: from.path,
        newDirectory: to.directory,
        newPath: to.path,
      });
      return wasiErrno(failed);
    },

    path_symlink: (
      target: number,
      targetLength: number,
      fd: number,
      path: number,
      length: number,
    ) => {
      const to = memory.slice(target, targetLength);
      const refused = refuse(fd, Right.PATH_SYMLINK, path, length);
      if (refused) return refused;
      if (!isPreopen(fd) && to[0] === SLASH) return WASI_NOTCAPABLE;
      return wasiErrno(kernel.call("symlink", { target: to, ...locate(fd, path, length) }));
    },

    path_unlink_file: (fd: number, path: number, length: number) =>
      refuse(fd, Right.PATH_UNLINK_FILE, path, length) ||
      wasiErrno(kernel.call("unlink", { ...locate(fd, path, length), flags: 0 })),
  };
}

/** Whether a path below a directory names something that is not below it. Links are followed wherever they lead. */
function leadsOut(path: Uint8Array): boolean {
  if (path[0] === SLASH) return true;
  let depth = 0;
  let start = 0;
  for (let end = 0; end <= path.length; end++) {
    if (end < path.length && path[end] !== SLASH) continue;
    const length = end - start;
    if (length === 2 && path[start] === DOT && path[start + 1] === DOT) depth--;
    else if (length > 1 || (length === 1 && path[start] !== DOT)) depth++;
    if (depth < 0) return true;
    start = end + 1;
  }
  return false;
}

function rightsToOpen(openFlags: number): bigint {
  return (
    Right.PATH_OPEN |
    (openFlags & OFLAG_CREAT ? Right.PATH_CREATE_FILE : 0n) |
    (openFlags & OFLAG_TRUNC ? Right.PATH_FILESTAT_SET_SIZE : 0n)
  );
}

function absolute(path: Uint8Array): Uint8Array {
  // No name is no file, not the root.
  if (path.length === 0) return path;
  const whole = new Uint8Array(path.length + 1);
  whole.set(PREOPEN_NAME);
  whole.set(path, 1);
  return whole;
}

function kernelOpenFlags(
  lookup: number,
  openFlags: number,
  rights: bigint,
  fdFlags: number,
): number {
  const canRead = (rights & Right.FD_READ) !== 0n;
  const canWrite = (rights & Right.FD_WRITE) !== 0n;
  let flags = O_CLOEXEC;
  if (!canWrite) flags |= O_RDONLY;
  else flags |= canRead ? O_RDWR : O_WRONLY;
  if (!(lookup & LOOKUP_FOLLOW)) flags |= O_NOFOLLOW;
  if (openFlags & OFLAG_CREAT) flags |= O_CREAT;
  if (openFlags & OFLAG_DIRECTORY) flags |= O_DIRECTORY;
  if (openFlags & OFLAG_EXCL) flags |= O_EXCL;
  if (openFlags & OFLAG_TRUNC) flags |= O_TRUNC;
  return flags | statusFlags(fdFlags);
}
