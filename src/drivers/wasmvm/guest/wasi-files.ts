/** WASI preview 1: the functions on paths, and the one preopen. */
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_FOLLOW,
  AT_SYMLINK_NOFOLLOW,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../../kernel/constants.js";
import type { Program } from "./program.js";
import { WASI_BADF, WASI_RANGE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";
import {
  encodeTimes,
  FDFLAG_APPEND,
  FDFLAG_NONBLOCK,
  PREOPEN_FD,
  RIGHT_READ,
  RIGHT_WRITE,
  writeFileStat,
} from "./wasi-layout.js";

const PREOPEN_NAME = new TextEncoder().encode("/");

const LOOKUP_FOLLOW = 1;
const OFLAG_CREAT = 1;
const OFLAG_DIRECTORY = 2;
const OFLAG_EXCL = 4;
const OFLAG_TRUNC = 8;

/** WASI has no modes: what open(2) and mkdir(2) are given by most programs. */
const NEW_FILE_MODE = 0o666;
const NEW_DIRECTORY_MODE = 0o777;

export function fileFunctions(program: Program) {
  const { kernel, memory } = program;

  /** A directory descriptor and a path below it, as the kernel takes them. */
  const locate = (fd: number, pointer: number, length: number) => {
    const path = memory.slice(pointer, length);
    return fd === PREOPEN_FD
      ? { directory: AT_FDCWD, path: absolute(path) }
      : { directory: fd, path };
  };

  return {
    fd_prestat_get: (fd: number, pointer: number) => {
      if (fd !== PREOPEN_FD) return WASI_BADF;
      memory.setU32(pointer, 0);
      memory.setU32(pointer + 4, PREOPEN_NAME.length);
      return WASI_SUCCESS;
    },

    fd_prestat_dir_name: (fd: number, pointer: number, length: number) => {
      if (fd !== PREOPEN_FD) return WASI_BADF;
      if (length >>> 0 < PREOPEN_NAME.length) return WASI_RANGE;
      memory.slice(pointer, PREOPEN_NAME.length).set(PREOPEN_NAME);
      return WASI_SUCCESS;
    },

    path_create_directory: (fd: number, path: number, length: number) =>
      wasiErrno(kernel.call("mkdir", { ...locate(fd, path, length), mode: NEW_DIRECTORY_MODE })),

    path_filestat_get: (
      fd: number,
      lookup: number,
      path: number,
      length: number,
      pointer: number,
    ) => {
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
      rights: bigint,
      _inheriting: bigint,
      fdFlags: number,
      fdPointer: number,
    ) => {
      const failed = kernel.call("open", {
        ...locate(fd, path, length),
        flags: kernelOpenFlags(lookup, openFlags, rights, fdFlags),
        mode: NEW_FILE_MODE,
        // 3 stays the preopen's.
        minimum: PREOPEN_FD + 1,
      });
      if (failed) return wasiErrno(failed);
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
      const failed = kernel.call("readlink", locate(fd, path, length));
      if (failed) return wasiErrno(failed);
      const target = kernel.resultBytes.subarray(0, bufferLength >>> 0);
      memory.slice(buffer, target.length).set(target);
      memory.setU32(countPointer, target.length);
      return WASI_SUCCESS;
    },

    path_remove_directory: (fd: number, path: number, length: number) =>
      wasiErrno(kernel.call("unlink", { ...locate(fd, path, length), flags: AT_REMOVEDIR })),

    path_rename: (
      oldFd: number,
      oldPath: number,
      oldLength: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) => {
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
      return wasiErrno(kernel.call("symlink", { target: to, ...locate(fd, path, length) }));
    },

    path_unlink_file: (fd: number, path: number, length: number) =>
      wasiErrno(kernel.call("unlink", { ...locate(fd, path, length), flags: 0 })),
  };
}

function absolute(path: Uint8Array): Uint8Array {
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
  const canRead = (rights & RIGHT_READ) !== 0n;
  const canWrite = (rights & RIGHT_WRITE) !== 0n;
  let flags = O_CLOEXEC;
  // A directory is opened with rights that file descriptors do not have.
  if (openFlags & OFLAG_DIRECTORY || !canWrite) flags |= O_RDONLY;
  else flags |= canRead ? O_RDWR : O_WRONLY;
  if (!(lookup & LOOKUP_FOLLOW)) flags |= O_NOFOLLOW;
  if (openFlags & OFLAG_CREAT) flags |= O_CREAT;
  if (openFlags & OFLAG_DIRECTORY) flags |= O_DIRECTORY;
  if (openFlags & OFLAG_EXCL) flags |= O_EXCL;
  if (openFlags & OFLAG_TRUNC) flags |= O_TRUNC;
  if (fdFlags & FDFLAG_APPEND) flags |= O_APPEND;
  if (fdFlags & FDFLAG_NONBLOCK) flags |= O_NONBLOCK;
  return flags;
}
