/** Sockets. Addresses are C's structures here and the kernel's own layout there. */
import { PAYLOAD_BYTES } from "../../../../bridge/wire.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SO_ERROR,
  SOL_SOCKET,
} from "../../../../kernel/socket-constants.js";
import { WASI, wasiErrno } from "../errno-map.js";
import type { GuestMemory } from "../guest-memory.js";
import type { Machine } from "../machine.js";

/** The kernel's header of an address: family, port, scope. */
const HEADER_BYTES = 8;
const UNIX_PATH_BYTES = 108;
/** `receive_from`'s header, and the room that header and address take. */
const RECEIVED_HEADER_BYTES = 16;
const RECEIVED_ROOM_BYTES = 132;
const MSG_TRUNC = 0x20;
const IOVEC_BYTES = 8;

/** From `struct sockaddr` to the kernel's layout; null for what is none. */
export function readAddress(
  memory: GuestMemory,
  pointer: number,
  length: number,
): Uint8Array | null {
  if (length >>> 0 < 2 || length > UNIX_PATH_BYTES + 2) return null;
  const given = memory.bytes(pointer, length);
  const family = memory.u16(pointer);
  if (family === AF_UNIX) return kernelAddress(family, 0, 0, unixPath(given.subarray(2)));
  const port = () => ((given[2] ?? 0) << 8) | (given[3] ?? 0);
  if (family === AF_INET) {
    return length < 8 ? null : kernelAddress(family, port(), 0, given.subarray(4, 8));
  }
  if (family === AF_INET6) {
    if (length < 24) return null;
    const scope = length < 28 ? 0 : memory.u32(pointer + 24);
    return kernelAddress(family, port(), scope, given.subarray(8, 24));
  }
  return kernelAddress(family, 0, 0, new Uint8Array(0));
}

/** Abstract names keep their zeros, paths end at the first. */
function unixPath(path: Uint8Array): Uint8Array {
  if (path[0] === 0) return path;
  const end = path.indexOf(0);
  return end === -1 ? path : path.subarray(0, end);
}

function kernelAddress(family: number, port: number, scope: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port, true);
  view.setUint32(4, scope, true);
  bytes.set(rest, HEADER_BYTES);
  return bytes;
}

/** From the kernel's layout to `struct sockaddr`. */
export function cAddress(address: Uint8Array): Uint8Array {
  const view = new DataView(address.buffer, address.byteOffset, address.length);
  const family = view.getUint16(0, true);
  const rest = address.subarray(HEADER_BYTES);
  if (family === AF_UNIX) {
    const isPath = rest.length > 0 && rest[0] !== 0;
    const bytes = new Uint8Array(2 + rest.length + (isPath ? 1 : 0));
    bytes[0] = AF_UNIX;
    bytes.set(rest, 2);
    return bytes;
  }
  const bytes = new Uint8Array(family === AF_INET6 ? 28 : 16);
  const target = new DataView(bytes.buffer);
  target.setUint16(0, family, true);
  target.setUint16(2, view.getUint16(2, true));
  bytes.set(rest, family === AF_INET6 ? 8 : 4);
  if (family === AF_INET6) target.setUint32(24, view.getUint32(4, true), true);
  return bytes;
}

export function socketImports(machine: Machine) {
  /** Puts an address where there is room for it, and how long it is. */
  const putAddress = (address: Uint8Array, target: number, length: number): void => {
    if (target === 0 || length === 0) return;
    const { memory } = machine;
    const bytes = address.length === 0 ? address : cAddress(address);
    const room = memory.u32(length);
    memory.bytes(target, Math.min(room, bytes.length)).set(bytes.subarray(0, room));
    memory.setU32(length, bytes.length);
  };

  const withAddress = (
    pointer: number,
    length: number,
    act: (address: Uint8Array) => number,
  ): number => {
    const address = readAddress(machine.memory, pointer, length);
    return address ? act(address) : -WASI.EINVAL;
  };

  const send = (
    fd: number,
    flags: number,
    data: Uint8Array,
    to: number,
    toLength: number,
  ): number => {
    const part = data.subarray(0, PAYLOAD_BYTES - UNIX_PATH_BYTES - HEADER_BYTES);
    if (to === 0) return machine.call("send", { fd, flags, data: part }) || machine.result;
    return withAddress(
      to,
      toLength,
      (address) => machine.call("send_to", { fd, flags, address, data: part }) || machine.result,
    );
  };

  /** A received message: its parts lie in the reply. */
  const receive = (fd: number, flags: number, length: number) => {
    const target = Math.min((length >>> 0) + RECEIVED_ROOM_BYTES, PAYLOAD_BYTES);
    const failed = machine.wait("receive_from", { fd, flags, target });
    if (failed) return failed;
    const reply = machine.bytes;
    const header = machine.structure;
    const size = header.getUint32(0, true);
    const count = header.getUint32(4, true);
    const addressLength = header.getUint32(12, true);
    const start = RECEIVED_HEADER_BYTES + Math.ceil(addressLength / 4) * 4;
    return {
      size,
      flags: header.getUint32(8, true),
      address: reply.slice(RECEIVED_HEADER_BYTES, RECEIVED_HEADER_BYTES + addressLength),
      data: reply.subarray(start, start + count),
    };
  };

  const name = (failed: number, target: number, length: number): number => {
    if (!failed) putAddress(machine.bytes.slice(), target, length);
    return failed;
  };

  return {
    __syscall_socket: (family: number, type: number, protocol: number): number =>
      machine.call("socket", { family, type, protocol }) || machine.result,
    __syscall_bind: (fd: number, pointer: number, length: number): number =>
      withAddress(pointer, length, (address) => machine.call("bind", { fd, address })),
    __syscall_listen: (fd: number, backlog: number): number =>
      machine.call("listen", { fd, backlog }),
    __syscall_accept4(fd: number, target: number, length: number, flags: number): number {
      const failed = machine.wait("accept", { fd, flags });
      if (failed) return failed;
      const accepted = machine.structure.getInt32(0, true);
      putAddress(machine.bytes.slice(4), target, length);
      return accepted;
    },
    __syscall_connect: (fd: number, pointer: number, length: number): number =>
      withAddress(pointer, length, (address) => machine.call("connect", { fd, address })),
    __syscall_getsockname: (fd: number, target: number, length: number): number =>
      name(machine.call("get_socket_name", { fd }), target, length),
    __syscall_getpeername: (fd: number, target: number, length: number): number =>
      name(machine.call("get_peer_name", { fd }), target, length),
    __syscall_getsockopt(
      fd: number,
      level: number,
      option: number,
      target: number,
      length: number,
    ): number {
      const failed = machine.call("get_socket_option", { fd, level, name: option });
      if (failed) return failed;
      const { memory } = machine;
      const value = machine.bytes.slice(0, memory.u32(length));
      // An error is a number of the guest's C library, here too.
      const isError = level === SOL_SOCKET && option === SO_ERROR && (value[0] ?? 0) !== 0;
      if (isError) value[0] = wasiErrno(value[0] ?? 0);
      memory.bytes(target, value.length).set(value);
      memory.setU32(length, value.length);
      return 0;
    },
    __syscall_sendto(
      fd: number,
      pointer: number,
      length: number,
      flags: number,
      to: number,
      toLength: number,
    ): number {
      return send(fd, flags, machine.memory.bytes(pointer, length), to, toLength);
    },
    __syscall_recvfrom(
      fd: number,
      target: number,
      length: number,
      flags: number,
      from: number,
      fromLength: number,
    ): number {
      const message = receive(fd, flags, length);
      if (typeof message === "number") return message;
      const data = message.data.subarray(0, length >>> 0);
      machine.memory.bytes(target, data.length).set(data);
      putAddress(message.address, from, fromLength);
      return (flags & MSG_TRUNC) !== 0 ? message.size : data.length;
    },
    __syscall_sendmsg(fd: number, message: number, flags: number): number {
      const { memory } = machine;
      const vectors = memory.u32(message + 8);
      const count = memory.u32(message + 12);
      const parts: number[] = [];
      for (let index = 0; index < count && parts.length < PAYLOAD_BYTES; index++) {
        const vector = vectors + index * IOVEC_BYTES;
        const part = memory.bytes(memory.u32(vector), memory.u32(vector + 4));
        for (const byte of part.subarray(0, PAYLOAD_BYTES - parts.length)) parts.push(byte);
      }
      const to = memory.u32(message);
      return send(fd, flags, Uint8Array.from(parts), to, memory.u32(message + 4));
    },
    __syscall_recvmsg(fd: number, message: number, flags: number): number {
      const { memory } = machine;
      const vectors = memory.u32(message + 8);
      const count = memory.u32(message + 12);
      let room = 0;
      for (let index = 0; index < count; index++)
        room += memory.u32(vectors + index * IOVEC_BYTES + 4);
      const received = receive(fd, flags, room);
      if (typeof received === "number") return received;
      let at = 0;
      for (let index = 0; index < count && at < received.data.length; index++) {
        const vector = vectors + index * IOVEC_BYTES;
        const part = received.data.subarray(at, at + memory.u32(vector + 4));
        memory.bytes(memory.u32(vector), part.length).set(part);
        at += part.length;
      }
      putAddress(
        received.address,
        memory.u32(message),
        memory.u32(message) === 0 ? 0 : message + 4,
      );
      // No control messages come.
      memory.setU32(message + 20, 0);
      memory.setU32(message + 24, received.flags);
      return (flags & MSG_TRUNC) !== 0 ? received.size : at;
    },
    /** Pyodide's own way out of shutdown(2): whether it was taken. */
    _try_shutdown(fd: number, how: number, result: number): number {
      machine.memory.setU32(result, machine.call("shutdown", { fd, how }));
      return 1;
    },
    _try_fcntl64: (): number => 0,
    // Pyodide's asynchronous sockets: there are none, the calls above wait themselves.
    _maybe_connect_async: (): null => null,
    _maybe_recvfrom_async: (): null => null,
    _maybe_sendto_async: (): null => null,
    _maybe_poll_async: (): null => null,
  };
}
