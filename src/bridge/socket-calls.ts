/** Handlers of sockets. */

import { openPair } from "../kernel/descriptor-pair.js";
import { Errno, errno } from "../kernel/errno.js";
import type { FdTable } from "../kernel/fd-table.js";
import type { FileDescription } from "../kernel/file-description.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { PeerCredentials } from "../kernel/peer-credentials.js";
import type { Process } from "../kernel/process.js";
import {
  layOutMessage,
  layOutWithList,
  MESSAGE_HEAD_BYTES,
  messageArea,
  messageBehindList,
} from "../kernel/received-message.js";
import { type Parcel, SCM_MAX_FD } from "../kernel/rights.js";
import { mapped, type Place, type Received, Socket, unlessAtOnce } from "../kernel/socket.js";
import {
  encodeSocketAddress,
  parseSocketAddress,
  type SocketAddress,
} from "../kernel/socket-address.js";
import {
  AF_UNIX,
  AF_UNSPEC,
  MSG_CMSG_CLOEXEC,
  MSG_PEEK,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_TYPE_MASK,
} from "../kernel/socket-constants.js";
import { getSocketOption, setSocketOption } from "../kernel/socket-options.js";
import { placeToBind, placeToReach } from "../kernel/socket-place.js";
import type { Outcome } from "../kernel/wait.js";
import type { Handlers } from "./handler.js";

const SOCKET_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC;

export const socketCalls = {
  socket({ tables, process }, { family, type, protocol }) {
    if (type & ~(SOCK_TYPE_MASK | SOCKET_FLAGS)) return errno.EINVAL;
    const lowest = process.fds.lowestFree();
    if (lowest instanceof Errno) return lowest;
    const kind = type & SOCK_TYPE_MASK;
    const socket = tables.sockets.create(family, kind, protocol, type & SOCK_NONBLOCK);
    if (socket instanceof Errno) return socket;
    socket.ownerPid = process.pid;
    return process.fds.install(lowest, socket, (type & SOCK_CLOEXEC) !== 0);
  },

  socketpair({ tables, process }, { family, type, protocol }) {
    if (type & ~(SOCK_TYPE_MASK | SOCKET_FLAGS)) return errno.EINVAL;
    if (family !== AF_UNIX) return errno.ENOTSUP;
    const kind = type & SOCK_TYPE_MASK;
    const flags = type & SOCK_NONBLOCK;
    const pair = tables.sockets.createPair(kind, protocol, credentialsOf(process), flags);
    if (pair instanceof Errno) return pair;
    return openPair(process, pair[0], pair[1], (type & SOCK_CLOEXEC) !== 0);
  },

  bind({ tables, process }, { fd, address }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    const parsed = parseSocketAddress(address);
    if (parsed instanceof Errno) return parsed;
    const place = placeToBind(tables, process, socket, parsed);
    return place instanceof Errno ? place : socket.bind(place);
  },

  listen({ process }, { fd, backlog }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : socket.listen(backlog, credentialsOf(process));
  },

  accept({ process }, { fd, flags }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    return acceptOn(process, socket, flags);
  },

  connect({ tables, process }, { fd, address }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    if (address.length >= 2 && address[0] === AF_UNSPEC && address[1] === 0) {
      return socket.disconnect();
    }
    const place = reach(tables, process, address);
    return place instanceof Errno ? place : socket.connect(place, credentialsOf(process));
  },

  shutdown({ process }, { fd, how }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : socket.shutdown(how);
  },

  send({ process }, { fd, flags, data }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : sendOn(socket, flags, data, undefined);
  },

  send_to({ tables, process }, { fd, flags, address, data }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    if (address.length === 0) return sendOn(socket, flags, data, undefined);
    const place = reach(tables, process, address);
    return place instanceof Errno ? place : sendOn(socket, flags, data, place);
  },

  receive({ process }, { fd, flags, target }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    return mapped(unlessAtOnce(socket, flags, socket.receive(target, flags)), ({ count }) => count);
  },

  receive_from({ process }, { fd, flags, target }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    if (target.length < MESSAGE_HEAD_BYTES) return errno.EINVAL;
    const waiting = socket.receive(messageArea(target), flags);
    const received = unlessAtOnce(socket, flags, waiting);
    return mapped(received, (message) => layOutMessage(target, message));
  },

  send_message({ tables, process }, { fd, flags, address, descriptors, data }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    const parcel = parcelOf(tables, process.fds, descriptors);
    if (parcel instanceof Errno) return parcel;
    const place = address.length === 0 ? undefined : reach(tables, process, address);
    if (place instanceof Errno) return place;
    return sendOn(socket, flags, data, place, socket.family === AF_UNIX ? parcel : undefined);
  },

  receive_message({ process }, { fd, flags, most, target }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    if (most > SCM_MAX_FD) return errno.EINVAL;
    const area = messageBehindList(target, most);
    if (area.length < MESSAGE_HEAD_BYTES) return errno.EINVAL;
    const waiting = socket.receive(messageArea(area), flags, true);
    return mapped(unlessAtOnce(socket, flags, waiting), (received) => {
      const { fds, areCut } = installRights(process.fds, received, flags, most);
      return layOutWithList(target, most, fds, received, areCut);
    });
  },

  get_socket_name({ process }, { fd }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : encodeSocketAddress(socket.name);
  },

  get_peer_name({ process }, { fd }) {
    const socket = socketOf(process.fds, fd);
    if (socket instanceof Errno) return socket;
    const { remote } = socket;
    return remote ? encodeSocketAddress(shownBy(socket, remote)) : errno.ENOTCONN;
  },

  set_socket_option({ process }, { fd, level, name, value }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : setSocketOption(socket, level, name, value);
  },

  get_socket_option({ process }, { fd, level, name }) {
    const socket = socketOf(process.fds, fd);
    return socket instanceof Errno ? socket : getSocketOption(socket, level, name);
  },
} satisfies Partial<Handlers>;

function socketOf(fds: FdTable, fd: number): Socket | Errno {
  const description = fds.get(fd);
  if (description instanceof Errno) return description;
  return description instanceof Socket ? description : errno.ENOTSOCK;
}

function sendOn(
  socket: Socket,
  flags: number,
  data: Uint8Array,
  to: Place | undefined,
  parcel?: Parcel,
): Outcome<number> {
  return unlessAtOnce(socket, flags, socket.send(data, flags, to, parcel));
}

/** What is sent with a message: nothing for an empty list. */
function parcelOf(
  tables: KernelTables,
  fds: FdTable,
  list: Uint8Array,
): Parcel | undefined | Errno {
  if (list.length === 0) return undefined;
  if (list.length % DESCRIPTOR_BYTES !== 0) return errno.EINVAL;
  if (list.length > SCM_MAX_FD * DESCRIPTOR_BYTES) return errno.EINVAL;
  const view = new DataView(list.slice().buffer);
  const descriptions: FileDescription[] = [];
  for (let at = 0; at < view.byteLength; at += DESCRIPTOR_BYTES) {
    const description = fds.get(view.getInt32(at, true));
    if (description instanceof Errno) return description;
    descriptions.push(description);
  }
  return tables.sockets.rights.parcel(descriptions, fds.limit);
}

/** Gives numbers to the descriptors that came, as many as are wanted and free; the rest is closed. */
function installRights(
  fds: FdTable,
  { rights }: Received,
  flags: number,
  most: number,
): { fds: number[]; areCut: boolean } {
  const numbers: number[] = [];
  if (!rights) return { fds: numbers, areCut: false };
  for (const description of rights.descriptions.slice(0, most)) {
    const fd = fds.allocate(description, (flags & MSG_CMSG_CLOEXEC) !== 0);
    if (fd instanceof Errno) break;
    numbers.push(fd);
  }
  if (!(flags & MSG_PEEK)) rights.land();
  return { fds: numbers, areCut: numbers.length < rights.descriptions.length };
}

function reach(tables: KernelTables, process: Process, address: Uint8Array): Place | Errno {
  const parsed = parseSocketAddress(address);
  return parsed instanceof Errno ? parsed : placeToReach(tables, process, parsed);
}

function credentialsOf(process: Process): PeerCredentials {
  const { effectiveUid, effectiveGid } = process.credentials;
  return { pid: process.pid, uid: effectiveUid, gid: effectiveGid };
}

/** An address in the family of the socket that shows it. */
function shownBy(socket: Socket, address: SocketAddress): SocketAddress {
  if (address.family === AF_UNIX || socket.family === AF_UNIX) return address;
  return { ...address, family: socket.family };
}

/** Descriptor and caller's address of the next connection. */
function acceptOn(process: Process, listener: Socket, flags: number): Outcome<Uint8Array> {
  if (flags & ~SOCKET_FLAGS) return errno.EINVAL;
  // Without a free number the connection stays where it is.
  const lowest = process.fds.lowestFree();
  if (lowest instanceof Errno) return lowest;
  return mapped(unlessAtOnce(listener, 0, listener.accept()), (socket) => {
    socket.flags |= flags & SOCK_NONBLOCK;
    const fd = process.fds.allocate(socket, (flags & SOCK_CLOEXEC) !== 0);
    if (fd instanceof Errno) {
      socket.retain().release();
      return fd;
    }
    return acceptedAs(fd, socket);
  });
}

const DESCRIPTOR_BYTES = 4;

/** What `accept` answers. */
function acceptedAs(fd: number, socket: Socket): Uint8Array {
  const { caller } = socket;
  const address = caller ? encodeSocketAddress(shownBy(socket, caller)) : new Uint8Array(0);
  const answer = new Uint8Array(DESCRIPTOR_BYTES + address.length);
  new DataView(answer.buffer).setInt32(0, fd, true);
  answer.set(address, DESCRIPTOR_BYTES);
  return answer;
}
