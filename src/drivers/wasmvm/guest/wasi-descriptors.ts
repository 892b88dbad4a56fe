/** WASI preview 1: the functions on open descriptors. */
import {
  O_ACCMODE,
  O_APPEND,
  O_NONBLOCK,
  O_RDONLY,
  O_WRONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFREG,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
} from "../../../kernel/constants.js";
import type { Slice } from "./guest-memory.js";
import type { Program } from "./program.js";
import { WASI_BADF, WASI_INVAL, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";
import {
  encodeTimes,
  FDFLAG_APPEND,
  FDFLAG_NONBLOCK,
  PREOPEN_FD,
  RIGHT_READ,
  RIGHT_WRITE,
  wasiFileType,
  writeFileStat,
} from "./wasi-layout.js";

const ALL_RIGHTS = (1n << 30n) - 1n;
const RIGHT_SEEK_AND_TELL = (1n << 2n) | (1n << 5n);

/** WASI's whence values by Linux's. */
const whences = [SEEK_SET, SEEK_CUR, SEEK_END];

const DIRENT_BYTES = 24;
/** The kernel hands out at most 1024 names a call: this many bytes are never more names. */
const DIRECTORY_CHUNK_BYTES = 24_576;

export function descriptorFunctions(program: Program) {
  const { kernel, memory } = program;

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
    fd_advise: (_fd: number, _offset: bigint, _length: bigint, _advice: number) => WASI_SUCCESS,

    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const failed = kernel.call("fstat", { fd });
      if (failed) return wasiErrno(failed);
      const stat = kernel.resultBytes.slice();
      const size = new DataView(stat.buffer).getBigUint64(40, true);
      const wanted = offset + length;
      if (length <= 0n || offset < 0n) return WASI_INVAL;
      if (wanted <= size) return WASI_SUCCESS;
      return wasiErrno(kernel.call("ftruncate", { fd, size: Number(wanted) }));
    },

    fd_close: (fd: number) => wasiErrno(kernel.call("close", { fd })),
    fd_datasync: (fd: number) => wasiErrno(kernel.call("fsync", { fd })),
    fd_sync: (fd: number) => wasiErrno(kernel.call("fsync", { fd })),

    fd_fdstat_get: (fd: number, pointer: number) => {
      let typeBits = S_IFDIR;
      let flags = O_RDONLY;
      // wasi-libc asks before each open what may be done below the preopen.
      if (fd !== PREOPEN_FD) {
        const failed = kernel.call("get_status", { fd });
        if (failed) return wasiErrno(failed);
        typeBits = kernel.result;
        flags = kernel.secondResult;
      }
      memory.setU8(pointer, wasiFileType(typeBits));
      const wasiFlags =
        (flags & O_APPEND ? FDFLAG_APPEND : 0) | (flags & O_NONBLOCK ? FDFLAG_NONBLOCK : 0);
      memory.setU16(pointer + 2, wasiFlags);
      const isTerminal = typeBits === S_IFCHR && kernel.call("isatty", { fd }) === 0;
      memory.setU64(pointer + 8, rightsOf(typeBits, flags, isTerminal));
      memory.setU64(pointer + 16, ALL_RIGHTS);
      return WASI_SUCCESS;
    },

    fd_fdstat_set_flags: (fd: number, wasiFlags: number) => {
      const flags =
        (wasiFlags & FDFLAG_APPEND ? O_APPEND : 0) | (wasiFlags & FDFLAG_NONBLOCK ? O_NONBLOCK : 0);
      return wasiErrno(kernel.call("set_status", { fd, flags }));
    },

    /** Rights can't be taken away from oneself here: the walls are elsewhere. */
    fd_fdstat_set_rights: (fd: number, _base: bigint, _inheriting: bigint) =>
      wasiErrno(kernel.call("get_status", { fd })),

    fd_filestat_get: (fd: number, pointer: number) => {
      const failed = kernel.call("fstat", { fd });
      if (failed) return wasiErrno(failed);
      writeFileStat(program, pointer);
      return WASI_SUCCESS;
    },

    fd_filestat_set_size: (fd: number, size: bigint) =>
      wasiErrno(kernel.call("ftruncate", { fd, size: Number(size) })),

    fd_filestat_set_times: (fd: number, atime: bigint, mtime: bigint, set: number) =>
      wasiErrno(kernel.call("futimes", { fd, times: encodeTimes(atime, mtime), set })),

    fd_read: (fd: number, slices: number, count: number, countPointer: number) =>
      readInto(memory.slices(slices, count), countPointer, (target) =>
        kernel.call("read", { fd, target }),
      ),

    fd_pread: (fd: number, slices: number, count: number, offset: bigint, countPointer: number) =>
      readInto(memory.slices(slices, count), countPointer, (target) =>
        kernel.call("pread", { fd, position: Number(offset), target }),
      ),

    fd_write: (fd: number, slices: number, count: number, countPointer: number) => {
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
      const data = gather(memory.slices(slices, count));
      const failed = kernel.call("pwrite", { fd, position: Number(offset), data });
      if (failed) return wasiErrno(failed);
      memory.setU32(countPointer, kernel.result);
      return WASI_SUCCESS;
    },

    fd_seek: (fd: number, offset: bigint, wasiWhence: number, resultPointer: number) => {
      const whence = whences[wasiWhence];
      return whence === undefined ? WASI_INVAL : seek(fd, offset, whence, resultPointer);
    },

    fd_tell: (fd: number, resultPointer: number) => seek(fd, 0n, SEEK_CUR, resultPointer),

    fd_renumber: (fd: number, newFd: number) => {
      if (newFd < 0) return WASI_BADF;
      const failed = kernel.call("dup2", { fd, newFd, flags: 0 });
      if (failed || fd === newFd) return wasiErrno(failed);
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
      const room = length >>> 0;
      let filled = 0;
      let position = cookie;
      for (;;) {
        const { failed, bytes, isEnd } = readDirectory(fd, position, room - filled);
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
    },
  };
}

function rightsOf(typeBits: number, flags: number, isTerminal: boolean): bigint {
  if (typeBits === S_IFDIR) return ALL_RIGHTS;
  let rights = ALL_RIGHTS & ~RIGHT_READ & ~RIGHT_WRITE;
  if ((flags & O_ACCMODE) !== O_WRONLY) rights |= RIGHT_READ;
  if ((flags & O_ACCMODE) !== O_RDONLY) rights |= RIGHT_WRITE;
  // wasi-libc takes a character device that can't seek for a terminal; our other devices can.
  const canSeek = typeBits === S_IFREG || (typeBits === S_IFCHR && !isTerminal);
  return canSeek ? rights : rights & ~RIGHT_SEEK_AND_TELL;
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
