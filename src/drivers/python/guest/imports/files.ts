/** Imports that work on open files: reading, writing, seeking, attributes, descriptors. */
import { PAYLOAD_BYTES } from "../../../../bridge/wire.js";
import { FD_CLOEXEC, S_IFMT, S_IFREG, SEEK_CUR } from "../../../../kernel/constants.js";
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";
import type { DirectoryReader } from "./directories.js";
import { putStat, STAT_BYTES } from "./stat-layout.js";

const IOVEC_BYTES = 8;
/** The most that one call may be asked to read or write: what a `ssize_t` can count. */
const TRANSFER_MAX = 0x7fffffff;
/** fcntl(2), with the numbers of musl for 32 bits. */
const F_DUPFD = 0;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_GETLK = 12;
const F_SETLK = 13;
const F_SETLKW = 14;
const F_DUPFD_CLOEXEC = 1030;
/** `lock_record`'s flag: wait. */
const LOCK_WAITS = 16;

export function fileImports(machine: Machine, directories: DirectoryReader) {
  /** Up to a payload's length of what the vectors hold. */
  const gather = (vectors: number, count: number): Uint8Array => {
    const { memory } = machine;
    if (count === 1) {
      const length = Math.min(memory.u32(vectors + 4), PAYLOAD_BYTES);
      return memory.bytes(memory.u32(vectors), length);
    }
    const data = new Uint8Array(Math.min(lengthOf(vectors, count), PAYLOAD_BYTES));
    let at = 0;
    for (let index = 0; index < count && at < data.length; index++) {
      const vector = vectors + index * IOVEC_BYTES;
      const length = Math.min(memory.u32(vector + 4), data.length - at);
      data.set(memory.bytes(memory.u32(vector), length), at);
      at += length;
    }
    return data;
  };

  const lengthOf = (vectors: number, count: number): number => {
    let total = 0;
    for (let index = 0; index < count; index++) {
      total += machine.memory.u32(vectors + index * IOVEC_BYTES + 4);
    }
    return total;
  };

  const scatter = (vectors: number, count: number, skip: number, data: Uint8Array): void => {
    const { memory } = machine;
    let at = 0;
    for (let index = 0; index < count && at < data.length; index++) {
      const vector = vectors + index * IOVEC_BYTES;
      const length = memory.u32(vector + 4);
      if (skip >= length) {
        skip -= length;
        continue;
      }
      const part = data.subarray(at, at + length - skip);
      memory.bytes(memory.u32(vector) + skip, part.length).set(part);
      at += part.length;
      skip = 0;
    }
  };

  /** Writes all that the vectors hold, or what there is room for. */
  const writeAll = (
    vectors: number,
    count: number,
    counter: number,
    write: (data: Uint8Array, at: number) => number,
  ): number => {
    const total = lengthOf(vectors, count);
    if (total > TRANSFER_MAX) return WASI.EINVAL;
    let rest = total <= PAYLOAD_BYTES ? gather(vectors, count) : null;
    let written = 0;
    do {
      rest ??= part(vectors, count, written);
      const failed = write(rest, written);
      if (failed && written === 0) return -failed;
      if (failed) break;
      const taken = machine.result;
      written += taken;
      if (taken < rest.length) break;
      rest = null;
    } while (written < total);
    machine.memory.setU32(counter, written);
    return 0;
  };

  /** The bytes from `start` on, of vectors that hold more than one call carries. */
  const part = (vectors: number, count: number, start: number): Uint8Array => {
    const { memory } = machine;
    let skip = start;
    for (let index = 0; index < count; index++) {
      const vector = vectors + index * IOVEC_BYTES;
      const length = memory.u32(vector + 4);
      if (skip < length) {
        return memory.bytes(memory.u32(vector) + skip, Math.min(length - skip, PAYLOAD_BYTES));
      }
      skip -= length;
    }
    return new Uint8Array(0);
  };

  const lockRecord = (fd: number, command: number, pointer: number): number => {
    const { memory } = machine;
    const type = memory.u16(pointer);
    const whence = memory.u16(pointer + 2);
    const waits = command === F_SETLKW ? LOCK_WAITS : 0;
    const range = { start: memory.long(pointer + 8), length: memory.long(pointer + 16) };
    const kind = (type & 3) | (whence << 2) | waits;
    if (command !== F_GETLK) return machine.call("lock_record", { fd, kind, ...range });
    const failed = machine.call("test_record_lock", { fd, kind, ...range });
    if (failed) return failed;
    const lock = machine.structure;
    memory.setU16(pointer, lock.getInt32(0, true));
    if (lock.getInt32(0, true) === 2) return 0;
    memory.setU16(pointer + 2, 0);
    memory.setI64(pointer + 8, lock.getBigInt64(8, true));
    memory.setI64(pointer + 16, lock.getBigInt64(16, true));
    memory.setU32(pointer + 24, lock.getInt32(4, true));
    return 0;
  };

  return {
    fd_read(fd: number, vectors: number, count: number, counter: number): number {
      const total = lengthOf(vectors, count);
      if (total > TRANSFER_MAX) return WASI.EINVAL;
      machine.fresh.used(fd);
      const target = Math.min(total, PAYLOAD_BYTES);
      const failed = machine.wait("read", { fd, target });
      if (failed) return -failed;
      const data = machine.bytes;
      scatter(vectors, count, 0, data);
      machine.memory.setU32(counter, data.length);
      return 0;
    },
    fd_write(fd: number, vectors: number, count: number, counter: number): number {
      machine.fresh.used(fd);
      return writeAll(vectors, count, counter, (data) => machine.write(fd, data));
    },
    fd_pread(fd: number, vectors: number, count: number, offset: bigint, counter: number): number {
      const total = lengthOf(vectors, count);
      let done = 0;
      do {
        const position = Number(offset) + done;
        const target = Math.min(total - done, PAYLOAD_BYTES);
        const failed = machine.call("pread", { fd, position, target });
        if (failed && done === 0) return -failed;
        if (failed) break;
        const data = machine.bytes;
        scatter(vectors, count, done, data);
        done += data.length;
        if (data.length < target) break;
      } while (done < total);
      machine.memory.setU32(counter, done);
      return 0;
    },
    fd_pwrite(fd: number, vectors: number, count: number, offset: bigint, counter: number): number {
      const write = (data: Uint8Array, at: number) =>
        machine.call("pwrite", { fd, position: Number(offset) + at, data });
      return writeAll(vectors, count, counter, write);
    },
    fd_seek(fd: number, offset: bigint, whence: number, target: number): number {
      if (offset === 0n && whence === SEEK_CUR && machine.fresh.isAtStart(fd)) {
        machine.memory.setI64(target, 0n);
        return 0;
      }
      machine.fresh.used(fd);
      const failed = machine.call("seek", { fd, offset: Number(offset), whence });
      if (failed) return -failed;
      directories.forget(fd);
      machine.memory.setI64(target, machine.stub.longResult);
      return 0;
    },
    fd_close(fd: number): number {
      machine.fresh.used(fd);
      directories.forget(fd);
      return -machine.call("close", { fd });
    },
    fd_sync: (fd: number): number => -machine.call("fsync", { fd }),
    /** Of which musl takes only whether it is a terminal. */
    fd_fdstat_get(fd: number, target: number): number {
      const failed = machine.call("get_status", { fd });
      if (failed) return -failed;
      machine.memory.bytes(target, 24).fill(0);
      // A terminal's master is one too, as everything that has a termios.
      const isTerminal = machine.call("tcgetattr", { fd }) === 0;
      machine.memory.setU8(target, isTerminal ? 2 : 4);
      return 0;
    },
    __syscall_fdatasync: (fd: number): number => machine.call("fsync", { fd }),
    __syscall_fstat64(fd: number, target: number): number {
      const failed = machine.call("fstat", { fd });
      if (failed) return failed;
      const stat = machine.structure;
      machine.fresh.found(fd, (stat.getUint32(16, true) & S_IFMT) === S_IFREG);
      putStat(machine.memory.bytes(target, STAT_BYTES), stat);
      return 0;
    },
    __syscall_fchmod: (fd: number, mode: number): number => machine.call("fchmod", { fd, mode }),
    __syscall_fchown32: (fd: number, uid: number, gid: number): number =>
      machine.call("fchown", { fd, uid, gid }),
    __syscall_ftruncate64(fd: number, size: bigint): number {
      return machine.call("ftruncate", { fd, size: Number(size) });
    },
    /** posix_fallocate(3): the file is at least so long afterwards. */
    __syscall_fallocate(fd: number, mode: number, offset: bigint, length: bigint): number {
      if (mode !== 0) return -WASI.ENOTSUP;
      if (offset < 0n || length <= 0n) return -WASI.EINVAL;
      const failed = machine.call("fstat", { fd });
      if (failed) return failed;
      const size = machine.structure.getBigInt64(40, true);
      const end = offset + length;
      return end > size ? machine.call("ftruncate", { fd, size: Number(end) }) : 0;
    },
    __syscall_fadvise64: (): number => 0,
    __syscall_dup(fd: number): number {
      machine.fresh.used(fd);
      return machine.call("dup", { fd, minimum: 0, flags: 0 }) || machine.result;
    },
    __syscall_dup3(fd: number, newFd: number, flags: number): number {
      // Musl's dup2 has answered for equal ones itself.
      directories.forget(newFd);
      machine.fresh.used(fd);
      machine.fresh.used(newFd);
      const isClosedOnExec = flags !== 0 ? FD_CLOEXEC : 0;
      return machine.call("dup2", { fd, newFd, flags: isClosedOnExec | 2 }) || newFd;
    },
    __syscall_pipe(target: number): number {
      const failed = machine.call("pipe", { flags: 0 });
      if (failed) return failed;
      machine.memory.setU32(target, machine.result);
      machine.memory.setU32(target + 4, machine.secondResult);
      return 0;
    },
    __syscall_fcntl64(fd: number, command: number, varargs: number): number {
      const argument = varargs === 0 ? 0 : machine.memory.i32(varargs);
      switch (command) {
        case F_DUPFD:
        case F_DUPFD_CLOEXEC: {
          const flags = command === F_DUPFD ? 0 : FD_CLOEXEC;
          machine.fresh.used(fd);
          return machine.call("dup", { fd, minimum: argument, flags }) || machine.result;
        }
        case F_GETFD:
          return machine.call("get_fd_flags", { fd }) || machine.result;
        case F_SETFD:
          return machine.call("set_fd_flags", { fd, flags: argument });
        case F_GETFL:
          return machine.call("get_status", { fd }) || machine.secondResult;
        case F_SETFL:
          return machine.call("set_status", { fd, flags: argument });
        case F_GETLK:
        case F_SETLK:
        case F_SETLKW:
          return lockRecord(fd, command, argument);
        default:
          return -WASI.EINVAL;
      }
    },
    __syscall_getdents64: (fd: number, target: number, length: number): number =>
      directories.read(fd, target, length >>> 0),
    __syscall_poll(entries: number, count: number, timeoutMs: number): number {
      const { memory } = machine;
      const words = new Int32Array((count >>> 0) * 2);
      if (entries + words.byteLength > memory.byteLength) return -WASI.EFAULT;
      for (let index = 0; index < count; index++) {
        words[index * 2] = memory.i32(entries + index * 8);
        words[index * 2 + 1] = memory.u16(entries + index * 8 + 4);
      }
      const timeoutUs = timeoutMs < 0 ? -1 : timeoutMs * 1000;
      const failed = machine.wait("poll", { entries: new Uint8Array(words.buffer), timeoutUs });
      if (failed) return failed;
      const events = machine.structure;
      let ready = 0;
      for (let index = 0; index < count; index++) {
        const happened = events.getInt32(index * 4, true);
        if (happened !== 0) ready++;
        memory.setU16(entries + index * 8 + 6, happened);
      }
      return ready;
    },
  };
}
