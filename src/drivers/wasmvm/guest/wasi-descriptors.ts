/** WASI preview 1: the functions on open descriptors. */
import {
  AT_FDCWD,
  O_CLOEXEC,
  O_DIRECTORY,
  O_RDONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFSOCK,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
} from "../../../kernel/constants.js";
import { Right, rightsOfKind } from "./descriptor-rights.js";
import type { Slice } from "./guest-memory.js";
import type { Program } from "./program.js";
import { WASI_BADF, WASI_INVAL, WASI_SPIPE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";
import {
  encodeTimes,
  PREOPEN_FD,
  PREOPEN_NAME,
  statusFlags,
  wasiFileType,
  wasiFlagsOf,
  writeFileStat,
} from "./wasi-layout.js";

const FILE_TYPE_DATAGRAM_SOCKET = 5;
/** Linux's SOL_SOCKET, SO_TYPE and SOCK_DGRAM. */
const SOCKET_TYPE = { level: 1, name: 3 };
const DATAGRAM = 2;
/** The last of WASI's kinds of advice: noreuse. */
const ADVICE_LAST = 5;

/** WASI's whence values by Linux's. */
const whences = [SEEK_SET, SEEK_CUR, SEEK_END];

const DIRENT_BYTES = 24;
/** The kernel hands out at most 1024 names a call: this many bytes are never more names. */
const DIRECTORY_CHUNK_BYTES = 24_576;

const preopenStatus = { failed: 0, typeBits: S_IFDIR, flags: O_RDONLY };

export function descriptorFunctions(program: Program) {
  const { kernel, memory, rights } = program;
  /** Descriptors that seeking was asked of and that are no directories. */
  const seekable = new Set<number>();

  const forget = (fd: number): void => {
    rights.forget(fd);
    seekable.delete(fd);
  };

  /** What the kernel says of a descriptor: its type bits and status flags, or what failed. */
  const statusOf = (fd: number): { failed: number; typeBits: number; flags: number } => {
    const failed = kernel.call("get_status", { fd });
    return { failed, typeBits: kernel.result, flags: kernel.secondResult };
  };

  /**
   * Does `act` on a descriptor; on the preopen, which is no descriptor of the kernel's, on one of its directory
   * opened for the while.
   */
  const atDirectory = (fd: number, act: (fd: number) => number): number => {
    const answer = act(fd);
    if (answer !== WASI_BADF || fd !== PREOPEN_FD || !program.hasPreopen) return answer;
    const failed = kernel.call("open", {
      directory: AT_FDCWD,
      path: PREOPEN_NAME,
      flags: O_RDONLY | O_DIRECTORY | O_CLOEXEC,
      mode: 0,
      minimum: PREOPEN_FD + 1,
    });
    if (failed) return wasiErrno(failed);
    const opened = kernel.result;
    const result = act(opened);
    kernel.call("close", { fd: opened });
    return result;
  };

  /** WASI's directories have no position: cookies stand for it. */
  const refuseToSeek = (fd: number): number => {
    if (seekable.has(fd)) return WASI_SUCCESS;
    const { failed, typeBits } = statusOf(fd);
    if (failed) return wasiErrno(failed);
    if (typeBits === S_IFDIR) return WASI_BADF;
    seekable.add(fd);
    return WASI_SUCCESS;
  };

  const isDatagramSocket = (fd: number): boolean => {
    const failed = kernel.call("get_socket_option", { fd, ...SOCKET_TYPE });
    return failed === 0 && kernel.resultBytes[0] === DATAGRAM;
  };

  /** Calls `read` or `pread` once for all slices: fewer, larger system calls. */
  const readInto = (
    slices: readonly Slice[],
    countPointer: number,
    read: (length: number) => number,
  ): number => {
    const wanted = slices.reduce((total, { length }) => total + length, 0);
    const failed = read(Math.min(wanted, kernel.payload.length));
    if (failed) return wasiErrno(failed);
    let rest = kernel.resultBytes;
    memory.setU32(countPointer, rest.length);
    for (const { pointer, length } of slices) {
      if (rest.length === 0) break;
      const part = rest.subarray(0, length);
      memory.slice(pointer, part.length).set(part);
      rest = rest.subarray(part.length);
    }
    return WASI_SUCCESS;
  };

  /** The slices' bytes as one array, at most one call's worth. */
  const gather = (slices: readonly Slice[]): Uint8Array => {
    const limit = kernel.payload.length;
    const filled = slices.filter(({ length }) => length > 0);
    const [first] = filled;
    if (first && filled.length === 1) {
      return memory.slice(first.pointer, Math.min(first.length, limit));
    }
    const total = filled.reduce((sum, { length }) => sum + length, 0);
    const gathered = new Uint8Array(Math.min(total, limit));
    let offset = 0;
    for (const { pointer, length } of filled) {
      const part = memory.slice(pointer, Math.min(length, gathered.length - offset));
      gathered.set(part, offset);
      offset += part.length;
    }
    return gathered;
  };

  const seek = (fd: number, offset: bigint, whence: number, resultPointer: number): number => {
    const refused = refuseToSeek(fd);
    if (refused) return refused;
    const failed = kernel.call("seek", { fd, offset: Number(offset), whence });
    if (failed) return wasiErrno(failed);
    memory.setU64(resultPointer, kernel.longResult);
    return WASI_SUCCESS;
  };

  /** A descriptor's position `position` onwards; how many whole entries' bytes, and the position after. */
  const readDirectory = (
    fd: number,
    position: bigint,
    room: number,
  ): { failed: number; bytes: Uint8Array; isEnd: boolean } => {
    const wanted = Math.min(room, DIRECTORY_CHUNK_BYTES);
    const failed = kernel.call("read_directory", {
      fd,
      position: Number(position),
      target: wanted,
    });
    const bytes = kernel.resultBytes;
    return { failed, bytes, isEnd: bytes.length < wanted };
  };

  return {
    fd_advise: (fd: number, offset: bigint, length: bigint, advice: number) => {
      const refused = rights.refuse(fd, Right.FD_ADVISE);
      if (refused) return refused;
      const { failed, typeBits } = statusOf(fd);
      if (failed) return wasiErrno(failed);
      if (typeBits === S_IFIFO || typeBits === S_IFSOCK) return WASI_SPIPE;
      return advice >>> 0 > ADVICE_LAST || offset < 0n || length < 0n ? WASI_INVAL : WASI_SUCCESS;
    },

    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const refused = rights.refuse(fd, Right.FD_ALLOCATE);
      if (refused) return refused;
      const failed = kernel.call("fstat", { fd });
      if (failed) return wasiErrno(failed);
      const stat = kernel.resultBytes.slice();
      const size = new DataView(stat.buffer).getBigUint64(40, true);
      const wanted = offset + length;
      if (length <= 0n || offset < 0n) return WASI_INVAL;
      // Setting the size that it has asks whether it is a file that may be changed.
      const newSize = Number(wanted > size ? wanted : size);
      const answer = wasiErrno(kernel.call("ftruncate", { fd, size: newSize }));
      return answer === WASI_INVAL ? WASI_BADF : answer;
    },

    fd_close: (fd: number) => {
      const failed = wasiErrno(kernel.call("close", { fd }));
      forget(fd);
      if (failed !== WASI_BADF || fd !== PREOPEN_FD || !program.hasPreopen) return failed;
      program.hasPreopen = false;
      return WASI_SUCCESS;
    },

    fd_datasync: (fd: number) =>
      rights.refuse(fd, Right.FD_DATASYNC) ||
      atDirectory(fd, (at) => wasiErrno(kernel.call("fsync", { fd: at }))),

    fd_sync: (fd: number) =>
      rights.refuse(fd, Right.FD_SYNC) ||
      atDirectory(fd, (at) => wasiErrno(kernel.call("fsync", { fd: at }))),

    fd_fdstat_get: (fd: number, pointer: number) => {
      // wasi-libc asks before each open what may be done below the preopen.
      const isPreopen = fd === PREOPEN_FD && program.hasPreopen;
      const { failed, typeBits, flags } = isPreopen ? preopenStatus : statusOf(fd);
      if (failed) return wasiErrno(failed);
      const isDatagram = typeBits === S_IFSOCK && isDatagramSocket(fd);
      memory.setU8(pointer, isDatagram ? FILE_TYPE_DATAGRAM_SOCKET : wasiFileType(typeBits));
      memory.setU16(pointer + 2, wasiFlagsOf(flags));
      const isTerminal = typeBits === S_IFCHR && kernel.call("isatty", { fd }) === 0;
      const { base, inheriting } = rights.of(fd, rightsOfKind(typeBits, flags, isTerminal));
      memory.setU64(pointer + 8, base);
      memory.setU64(pointer + 16, inheriting);
      return WASI_SUCCESS;
    },

    fd_fdstat_set_flags: (fd: number, wasiFlags: number) => {
      const refused = rights.refuse(fd, Right.FD_FDSTAT_SET_FLAGS);
      if (refused) return refused;
      return wasiErrno(kernel.call("set_status", { fd, flags: statusFlags(wasiFlags) }));
    },

    fd_fdstat_set_rights: (fd: number, base: bigint, inheriting: bigint) => {
      const isPreopen = fd === PREOPEN_FD && program.hasPreopen;
      const { failed, typeBits, flags } = isPreopen ? preopenStatus : statusOf(fd);
      if (failed) return wasiErrno(failed);
      const isTerminal = typeBits === S_IFCHR && kernel.call("isatty", { fd }) === 0;
      const current = rights.of(fd, rightsOfKind(typeBits, flags, isTerminal));
      const wanted = { base: BigInt.asUintN(64, base), inheriting: BigInt.asUintN(64, inheriting) };
      return rights.narrow(fd, current, wanted);
    },

    fd_filestat_get: (fd: number, pointer: number) =>
      rights.refuse(fd, Right.FD_FILESTAT_GET) ||
      atDirectory(fd, (at) => {
        const failed = kernel.call("fstat", { fd: at });
        if (failed) return wasiErrno(failed);
        writeFileStat(program, pointer);
        return WASI_SUCCESS;
      }),

    fd_filestat_set_size: (fd: number, size: bigint) =>
      rights.refuse(fd, Right.FD_FILESTAT_SET_SIZE) ||
      wasiErrno(kernel.call("ftruncate", { fd, size: Number(size) })),

    fd_filestat_set_times: (fd: number, atime: bigint, mtime: bigint, set: number) =>
      rights.refuse(fd, Right.FD_FILESTAT_SET_TIMES) ||
      atDirectory(fd, (at) =>
        wasiErrno(kernel.call("futimes", { fd: at, times: encodeTimes(atime, mtime), set })),
      ),

    fd_read: (fd: number, slices: number, count: number, countPointer: number) =>
      rights.refuse(fd, Right.FD_READ) ||
      readInto(memory.slices(slices, count), countPointer, (target) =>
        kernel.call("read", { fd, target }),
      ),

    fd_pread: (fd: number, slices: number, count: number, offset: bigint, countPointer: number) =>
      rights.refuse(fd, Right.FD_READ | Right.FD_SEEK) ||
      readInto(memory.slices(slices, count), countPointer, (target) =>
        kernel.call("pread", { fd, position: Number(offset), target }),
      ),

    fd_write: (fd: number, slices: number, count: number, countPointer: number) => {
      const refused = rights.refuse(fd, Right.FD_WRITE);
      if (refused) return refused;
      const failed = kernel.write(fd, gather(memory.slices(slices, count)));
      if (failed) return wasiErrno(failed);
      memory.setU32(countPointer, kernel.result);
      return WASI_SUCCESS;
    },

    fd_pwrite: (
      fd: number,
      slices: number,
      count: number,
      offset: bigint,
      countPointer: number,
    ) => {
      const refused = rights.refuse(fd, Right.FD_WRITE | Right.FD_SEEK);
      if (refused) return refused;
      const data = gather(memory.slices(slices, count));
      const failed = kernel.call("pwrite", { fd, position: Number(offset), data });
      if (failed) return wasiErrno(failed);
      memory.setU32(countPointer, kernel.result);
      return WASI_SUCCESS;
    },

    fd_seek: (fd: number, offset: bigint, wasiWhence: number, resultPointer: number) => {
      const refused = rights.refuse(fd, Right.FD_SEEK);
      if (refused) return refused;
      const whence = whences[wasiWhence];
      return whence === undefined ? WASI_INVAL : seek(fd, offset, whence, resultPointer);
    },

    fd_tell: (fd: number, resultPointer: number) =>
      rights.refuse(fd, Right.FD_TELL) || seek(fd, 0n, SEEK_CUR, resultPointer),

    /** Only onto a number that is in use: a program must not take one that a library is about to get. */
    fd_renumber: (fd: number, newFd: number) => {
      const isPreopen = newFd === PREOPEN_FD && program.hasPreopen;
      const missing = isPreopen ? 0 : statusOf(newFd).failed;
      if (missing) return wasiErrno(missing);
      const failed = kernel.call("dup2", { fd, newFd, flags: 0 });
      if (failed || fd === newFd) return wasiErrno(failed);
      if (isPreopen) program.hasPreopen = false;
      rights.copy(fd, newFd);
      seekable.delete(newFd);
      forget(fd);
      return wasiErrno(kernel.call("close", { fd }));
    },

    /** Fills the room or reaches the end: WASI takes a part-filled buffer for the end. */
    fd_readdir: (
      fd: number,
      pointer: number,
      length: number,
      cookie: bigint,
      countPointer: number,
    ) => {
      const refused = rights.refuse(fd, Right.FD_READDIR);
      if (refused) return refused;
      const room = length >>> 0;
      return atDirectory(fd, (at) => {
        let filled = 0;
        let position = cookie;
        for (;;) {
          const { failed, bytes, isEnd } = readDirectory(at, position, room - filled);
          if (failed) return wasiErrno(failed);
          memory.slice(pointer + filled, bytes.length).set(bytes);
          const whole = wholeEntries(bytes, position);
          if (isEnd || filled + bytes.length >= room) {
            filled += bytes.length;
            break;
          }
          filled += whole.length;
          position = whole.nextPosition;
        }
        memory.setU32(countPointer, filled);
        return WASI_SUCCESS;
      });
    },
  };
}

/** How many bytes of `bytes` are entries that were not cut off, and the position after them. */
function wholeEntries(
  bytes: Uint8Array,
  position: bigint,
): { length: number; nextPosition: bigint } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let length = 0;
  let nextPosition = position;
  while (length + DIRENT_BYTES <= bytes.length) {
    const end = length + DIRENT_BYTES + view.getUint32(length + 16, true);
    if (end > bytes.length) break;
    nextPosition = view.getBigUint64(length, true);
    length = end;
  }
  return { length, nextPosition };
}
