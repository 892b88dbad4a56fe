/**
 * The channel of `fork`: bytes, and with them the descriptors of sockets and servers (SCM_RIGHTS). As in libuv each read
 * hands out one handle, in the order in which they came.
 */
import { MESSAGE_HEAD_BYTES, MESSAGE_HEADER_BYTES } from "../../../bridge/socket-layout.js";
import { POLLIN, S_IFIFO, S_IFMT } from "../../../kernel/constants.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  MSG_CMSG_CLOEXEC,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SO_DOMAIN,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../kernel/socket-constants.js";
import type { Watcher } from "./event-loop.js";
import { isReadable } from "./event-loop.js";
import type { Guest } from "./guest.js";
import type { PassedHandle } from "./stream-base.js";
import type { Stream } from "./stream-handle.js";

const EAGAIN = -11;
const EBADF = -9;
/** libuv's buffer for a read of a channel. */
const READ_BYTES = 64 * 1024;
/** As many as libuv has room for in one read. */
const MOST_PASSED = 64;
const WORD_BYTES = 4;
const TARGET_BYTES = WORD_BYTES * (1 + MOST_PASSED) + MESSAGE_HEAD_BYTES + READ_BYTES;
/** Node's kind of a handle that is no server and no channel. */
const SOCKET = 0;

export interface HandleChannel {
  /** Brings bytes and descriptors to the stream. */
  readonly source: Watcher;
  /** Sends bytes with a handle: as many as there was room for, or minus an error number. */
  send(data: Uint8Array, passed: PassedHandle): number;
  /** Closes what has come and nobody was given. */
  close(): void;
}

type ChannelStream = Stream & { pendingHandle?: object };
type OpenableClass = new (kind: number) => { open(fd: number): number };

/** @param stream - The pipe that the channel is. */
export function handleChannel(guest: Guest, stream: ChannelStream): HandleChannel {
  const { kernel } = guest;
  /** Descriptors that have come, for reads to hand out. */
  const waiting: number[] = [];

  const receive = (): void => {
    const call = { fd: stream.readFd, flags: MSG_DONTWAIT | MSG_CMSG_CLOEXEC, most: MOST_PASSED };
    const failed = kernel.call("receive_message", { ...call, target: TARGET_BYTES });
    if (failed === EAGAIN) return;
    if (failed) {
      stream.takeRead(failed, new Uint8Array(0));
      return;
    }
    const bytes = kernel.bytes.slice();
    const view = new DataView(bytes.buffer);
    const count = view.getUint32(0, true);
    for (let index = 0; index < count; index++) {
      waiting[waiting.length] = view.getInt32(WORD_BYTES * (1 + index), true);
    }
    const head = WORD_BYTES * (1 + count);
    const addressBytes = view.getUint32(head + 12, true);
    const start = head + MESSAGE_HEADER_BYTES + Math.ceil(addressBytes / 4) * 4;
    const data = bytes.subarray(start, start + view.getUint32(head + 4, true));
    if (data.length > 0) giveOne();
    stream.takeRead(data.length, data);
  };

  /** Puts the next handle where the library looks for it. */
  const giveOne = (): void => {
    for (let fd = waiting.shift(); fd !== undefined; fd = waiting.shift()) {
      const handle = handleOf(guest, fd);
      if (handle) {
        stream.pendingHandle = handle;
        return;
      }
      // Nothing that Node has a handle for.
      kernel.close(fd);
    }
  };

  return {
    source: {
      get fd() {
        return stream.readFd;
      },
      events: POLLIN,
      get isReferenced() {
        return stream.isHandleReferenced;
      },
      onReady(happened) {
        if (isReadable(happened)) receive();
      },
    },
    send(data, { fd }) {
      if (fd < 0) return EBADF;
      const failed = kernel.call("send_message", {
        fd: stream.writeFd,
        flags: MSG_DONTWAIT | MSG_NOSIGNAL,
        address: new Uint8Array(0),
        descriptors: new Uint8Array(Int32Array.of(fd).buffer),
        data,
      });
      return failed || kernel.result;
    },
    close() {
      for (const fd of waiting.splice(0)) kernel.close(fd);
    },
  };
}

/** The handle of a socket, by what it is. */
function handleOf(guest: Guest, fd: number): object | undefined {
  const name = className(guest, fd);
  if (!name) return undefined;
  const Class = guest.internalBinding(`${name.toLowerCase()}_wrap`)[name] as OpenableClass;
  const handle = new Class(SOCKET);
  handle.open(fd);
  return handle;
}

function className(guest: Guest, fd: number): "TCP" | "Pipe" | "UDP" | undefined {
  const domain = option(guest, fd, SO_DOMAIN);
  const isInternet = domain === AF_INET || domain === AF_INET6;
  switch (option(guest, fd, SO_TYPE)) {
    case SOCK_STREAM:
      if (isInternet) return "TCP";
      return domain === AF_UNIX ? "Pipe" : undefined;
    case SOCK_DGRAM:
      return isInternet ? "UDP" : undefined;
    default:
      return isPipe(guest, fd) ? "Pipe" : undefined;
  }
}

/** A child's standard streams are pipes here, where libuv has socket pairs. */
function isPipe({ kernel }: Guest, fd: number): boolean {
  const stat = kernel.fstat(fd);
  return typeof stat !== "number" && (stat.mode & S_IFMT) === S_IFIFO;
}

function option({ kernel }: Guest, fd: number, name: number): number {
  if (kernel.call("get_socket_option", { fd, level: SOL_SOCKET, name })) return -1;
  const bytes = kernel.bytes.slice();
  return new DataView(bytes.buffer).getInt32(0, true);
}
