/** The functions of the import module `secure_exec` on terminals. docs/wasm-abi.md is their contract. */
import type { Program } from "./program.js";
import { WASI_RANGE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";

const TERMIOS_BYTES = 60;
const WINDOW_SIZE_BYTES = 8;

export function terminalFunctions(program: Program) {
  const { kernel, memory } = program;

  const storeResult = (failed: number, pointer: number): number => {
    if (failed) return wasiErrno(failed);
    memory.setU32(pointer, kernel.result);
    return WASI_SUCCESS;
  };

  const storeBytes = (failed: number, pointer: number): number => {
    if (failed) return wasiErrno(failed);
    const bytes = kernel.resultBytes;
    memory.slice(pointer, bytes.length).set(bytes);
    return WASI_SUCCESS;
  };

  return {
    openpty: (flags: number, masterPointer: number, slavePointer: number) => {
      const failed = kernel.call("openpty", { flags });
      if (failed) return wasiErrno(failed);
      memory.setU32(masterPointer, kernel.result);
      memory.setU32(slavePointer, kernel.secondResult);
      return WASI_SUCCESS;
    },

    isatty: (fd: number) => wasiErrno(kernel.call("isatty", { fd })),

    tcgetattr: (fd: number, pointer: number) =>
      storeBytes(kernel.call("tcgetattr", { fd }), pointer),

    tcsetattr: (fd: number, action: number, pointer: number) => {
      const attributes = memory.slice(pointer, TERMIOS_BYTES);
      return wasiErrno(kernel.call("tcsetattr", { fd, action, attributes }));
    },

    tcflush: (fd: number, queue: number) => wasiErrno(kernel.call("tcflush", { fd, queue })),

    tcflow: (fd: number, action: number) => wasiErrno(kernel.call("tcflow", { fd, action })),

    tcgetpgrp: (fd: number, pointer: number) =>
      storeResult(kernel.call("tcgetpgrp", { fd }), pointer),

    tcsetpgrp: (fd: number, pgid: number) => wasiErrno(kernel.call("tcsetpgrp", { fd, pgid })),

    tcgetsid: (fd: number, pointer: number) =>
      storeResult(kernel.call("tcgetsid", { fd }), pointer),

    get_window_size: (fd: number, pointer: number) =>
      storeBytes(kernel.call("get_window_size", { fd }), pointer),

    set_window_size: (fd: number, pointer: number) => {
      const size = memory.slice(pointer, WINDOW_SIZE_BYTES);
      return wasiErrno(kernel.call("set_window_size", { fd, size }));
    },

    set_controlling_terminal: (fd: number) =>
      wasiErrno(kernel.call("set_controlling_terminal", { fd })),

    drop_controlling_terminal: (fd: number) =>
      wasiErrno(kernel.call("drop_controlling_terminal", { fd })),

    readable_bytes: (fd: number, pointer: number) =>
      storeResult(kernel.call("readable_bytes", { fd }), pointer),

    ttyname: (fd: number, buffer: number, bufferLength: number, lengthPointer: number) => {
      const failed = kernel.call("ttyname", { fd });
      if (failed) return wasiErrno(failed);
      const name = kernel.resultBytes;
      memory.setU32(lengthPointer, name.length);
      if (bufferLength >>> 0 < name.length) return WASI_RANGE;
      memory.slice(buffer, name.length).set(name);
      return WASI_SUCCESS;
    },
  };
}
