/** WASI preview 1: its four functions on sockets. Sockets come from `secure_exec.socket` or are inherited. */
import { O_NONBLOCK } from "../../../kernel/constants.js";
import type { Slice } from "./guest-memory.js";
import type { Program } from "./program.js";
import { WASI_INVAL, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";
import { FDFLAG_NONBLOCK } from "./wasi-layout.js";

const RECEIVE_PEEK = 1;
const RECEIVE_WAIT_ALL = 2;
const SHUT_READ = 1;
const SHUT_WRITE = 2;

/** Linux's MSG_PEEK and MSG_WAITALL. */
const MESSAGE_PEEK = 0x2;
const MESSAGE_WAIT_ALL = 0x100;

export function wasiSocketFunctions(program: Program) {
  const { kernel, memory } = program;

  const totalOf = (slices: readonly Slice[]): number => {
    const total = slices.reduce((sum, { length }) => sum + length, 0);
    return Math.min(total, kernel.payload.length);
  };

  return {
    sock_accept: (fd: number, wasiFlags: number, pointer: number) => {
      const flags = wasiFlags & FDFLAG_NONBLOCK ? O_NONBLOCK : 0;
      const failed = kernel.call("accept", { fd, flags });
      if (failed) return wasiErrno(failed);
      const bytes = kernel.resultBytes;
      memory.setU32(pointer, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
      return WASI_SUCCESS;
    },

    sock_recv: (
      fd: number,
      slicesPointer: number,
      sliceCount: number,
      wasiFlags: number,
      lengthPointer: number,
      flagsPointer: number,
    ) => {
      const slices = memory.slices(slicesPointer, sliceCount);
      const flags =
        (wasiFlags & RECEIVE_PEEK ? MESSAGE_PEEK : 0) |
        (wasiFlags & RECEIVE_WAIT_ALL ? MESSAGE_WAIT_ALL : 0);
      const failed = kernel.call("receive", { fd, flags, target: totalOf(slices) });
      if (failed) return wasiErrno(failed);
      let rest = kernel.resultBytes;
      memory.setU32(lengthPointer, rest.length);
      memory.setU16(flagsPointer, 0);
      for (const { pointer, length } of slices) {
        const part = rest.subarray(0, length);
        memory.slice(pointer, part.length).set(part);
        rest = rest.subarray(part.length);
      }
      return WASI_SUCCESS;
    },

    sock_send: (
      fd: number,
      slicesPointer: number,
      sliceCount: number,
      _wasiFlags: number,
      lengthPointer: number,
    ) => {
      const slices = memory.slices(slicesPointer, sliceCount);
      const data = new Uint8Array(totalOf(slices));
      let offset = 0;
      for (const { pointer, length } of slices) {
        const part = memory.slice(pointer, Math.min(length, data.length - offset));
        data.set(part, offset);
        offset += part.length;
      }
      const failed = kernel.call("send", { fd, flags: 0, data });
      if (failed) return wasiErrno(failed);
      memory.setU32(lengthPointer, kernel.result);
      return WASI_SUCCESS;
    },

    sock_shutdown: (fd: number, how: number) => {
      const isRead = (how & SHUT_READ) !== 0;
      const isWrite = (how & SHUT_WRITE) !== 0;
      if (!isRead && !isWrite) return WASI_INVAL;
      return wasiErrno(kernel.call("shutdown", { fd, how: isRead ? (isWrite ? 2 : 0) : 1 }));
    },
  };
}
