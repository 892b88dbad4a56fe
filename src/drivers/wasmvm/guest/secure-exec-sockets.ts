/** The socket functions of the import module `secure_exec`; docs/wasm-abi.md is their contract. */
import type { Program } from "./program.js";
import { WASI_RANGE, WASI_SUCCESS, wasiErrno } from "./wasi-errno.js";

export function socketFunctions(program: Program) {
  const { kernel, memory } = program;

  const storeResult = (failed: number, pointer: number): number => {
    if (failed) return wasiErrno(failed);
    memory.setU32(pointer, kernel.result);
    return WASI_SUCCESS;
  };

  /** Ends a call that answers with bytes, from `skip` on: RANGE, and how many there are, when they do not fit. */
  const storeBytes = (
    failed: number,
    buffer: number,
    bufferLength: number,
    lengthPointer: number,
    skip = 0,
  ): number => {
    if (failed) return wasiErrno(failed);
    const bytes = kernel.resultBytes.subarray(skip);
    memory.setU32(lengthPointer, bytes.length);
    if (bytes.length > bufferLength >>> 0) return WASI_RANGE;
    memory.slice(buffer, bytes.length).set(bytes);
    return WASI_SUCCESS;
  };

  return {
    socket: (family: number, type: number, protocol: number, pointer: number) =>
      storeResult(kernel.call("socket", { family, type, protocol }), pointer),

    socketpair: (
      family: number,
      type: number,
      protocol: number,
      firstPointer: number,
      secondPointer: number,
    ) => {
      const failed = kernel.call("socketpair", { family, type, protocol });
      if (failed) return wasiErrno(failed);
      memory.setU32(firstPointer, kernel.result);
      memory.setU32(secondPointer, kernel.secondResult);
      return WASI_SUCCESS;
    },

    bind: (fd: number, address: number, length: number) =>
      wasiErrno(kernel.call("bind", { fd, address: memory.slice(address, length) })),

    listen: (fd: number, backlog: number) => wasiErrno(kernel.call("listen", { fd, backlog })),

    accept: (
      fd: number,
      flags: number,
      pointer: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("accept", { fd, flags });
      if (failed) return wasiErrno(failed);
      const { resultBytes } = kernel;
      const accepted = new DataView(resultBytes.buffer, resultBytes.byteOffset).getUint32(0, true);
      memory.setU32(pointer, accepted);
      // The connection is there, whatever fits of its address.
      storeBytes(0, buffer, bufferLength, lengthPointer, 4);
      return WASI_SUCCESS;
    },

    connect: (fd: number, address: number, length: number) =>
      wasiErrno(kernel.call("connect", { fd, address: memory.slice(address, length) })),

    shutdown: (fd: number, how: number) => wasiErrno(kernel.call("shutdown", { fd, how })),

    send_to: (
      fd: number,
      flags: number,
      address: number,
      addressLength: number,
      data: number,
      dataLength: number,
      pointer: number,
    ) => {
      const to = memory.slice(address, addressLength);
      const bytes = memory.slice(data, dataLength);
      const failed = kernel.call("send_to", { fd, flags, address: to, data: bytes });
      return storeResult(failed, pointer);
    },

    receive_from: (
      fd: number,
      flags: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const target = Math.min(bufferLength >>> 0, kernel.payload.length);
      const failed = kernel.call("receive_from", { fd, flags, target });
      return storeBytes(failed, buffer, bufferLength, lengthPointer);
    },

    get_socket_name: (fd: number, buffer: number, bufferLength: number, lengthPointer: number) =>
      storeBytes(kernel.call("get_socket_name", { fd }), buffer, bufferLength, lengthPointer),

    get_peer_name: (fd: number, buffer: number, bufferLength: number, lengthPointer: number) =>
      storeBytes(kernel.call("get_peer_name", { fd }), buffer, bufferLength, lengthPointer),

    set_socket_option: (fd: number, level: number, name: number, value: number, length: number) => {
      const bytes = memory.slice(value, length);
      return wasiErrno(kernel.call("set_socket_option", { fd, level, name, value: bytes }));
    },

    get_socket_option: (
      fd: number,
      level: number,
      name: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("get_socket_option", { fd, level, name });
      return storeBytes(failed, buffer, bufferLength, lengthPointer);
    },

    resolve: (
      name: number,
      nameLength: number,
      family: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const failed = kernel.call("resolve", { name: memory.slice(name, nameLength), family });
      return storeBytes(failed, buffer, bufferLength, lengthPointer);
    },

    start_tls: (
      fd: number,
      options: number,
      optionsLength: number,
      buffer: number,
      bufferLength: number,
      lengthPointer: number,
    ) => {
      const bytes = memory.slice(options, optionsLength);
      const failed = kernel.call("start_tls", { fd, options: bytes });
      return storeBytes(failed, buffer, bufferLength, lengthPointer);
    },
  };
}
