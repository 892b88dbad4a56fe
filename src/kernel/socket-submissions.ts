/**
 * What an event loop waits for at sockets: connections that come, connections that are made, and
 * messages with their senders. As with reads, nothing is taken before the loop has room for it.
 */
import { POLLERR, POLLHUP, POLLOUT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { Process } from "./process.js";
import { layOutMessage, MESSAGE_HEAD_BYTES, messageArea } from "./received-message.js";
import { Socket } from "./socket.js";
import { ADDRESS_BYTES_MAX, encodeSocketAddress } from "./socket-address.js";
import { SOCK_CLOEXEC, SOCK_NONBLOCK } from "./socket-constants.js";
import { Blocked, type WaitQueue } from "./wait.js";

interface SocketOperation {
  readonly id: number;
  readonly fd: number;
  /** Stays until it fails or is cancelled; otherwise it completes once. */
  readonly repeats: boolean;
}

/** Completes with the new descriptor; its data is the caller's address. */
export interface AcceptSubmission extends SocketOperation {
  readonly operation: "accept";
  /** SOCK_NONBLOCK, SOCK_CLOEXEC. */
  readonly flags: number;
}

/** Completes when a connection that `connect` has begun is made (0) or not. */
export interface ConnectSubmission extends SocketOperation {
  readonly operation: "connect";
}

/** Completes with the message's length; its data is the message as `received-message.ts` lays it out. */
export interface ReceiveSubmission extends SocketOperation {
  readonly operation: "receive";
  /** The most bytes of one message, its head included. */
  readonly maxBytes: number;
}

export type SocketSubmission = AcceptSubmission | ConnectSubmission | ReceiveSubmission;

/** What has come of an operation: its result, and how many bytes of data go with it. */
export interface SocketCompletion {
  readonly result: number | Errno;
  readonly extra: number;
}

const accepts = SOCK_NONBLOCK | SOCK_CLOEXEC;

/** Why a submission cannot be armed. */
export function checkSocketSubmission(
  submission: SocketSubmission,
  description: FileDescription,
): undefined | Errno {
  if (!(description instanceof Socket)) return errno.ENOTSOCK;
  if (submission.operation === "accept") {
    return submission.flags & ~accepts ? errno.EINVAL : undefined;
  }
  const isShort = submission.operation === "receive" && submission.maxBytes < MESSAGE_HEAD_BYTES;
  return isShort ? errno.EINVAL : undefined;
}

/** The data area that an operation may need. */
export function areaOf(submission: SocketSubmission): number {
  if (submission.operation === "receive") return submission.maxBytes;
  return submission.operation === "accept" ? ADDRESS_BYTES_MAX : 0;
}

/** Tries once: a completion, or what to wait for. */
export function trySocketOperation(
  process: Process,
  submission: SocketSubmission,
  socket: Socket,
  area: Uint8Array,
): SocketCompletion | readonly WaitQueue[] {
  switch (submission.operation) {
    case "accept":
      return area.length < ADDRESS_BYTES_MAX ? [] : accept(process, socket, submission.flags, area);
    case "connect": {
      if ((socket.poll() & (POLLOUT | POLLERR | POLLHUP)) === 0) return socket.pollQueues;
      return { result: socket.takeError() ?? 0, extra: 0 };
    }
    case "receive":
      return area.length < submission.maxBytes ? [] : receive(socket, area);
  }
}

function accept(
  process: Process,
  listener: Socket,
  flags: number,
  area: Uint8Array,
): SocketCompletion | readonly WaitQueue[] {
  // Without a free number the connection stays where it is.
  const lowest = process.fds.lowestFree();
  if (lowest instanceof Errno) return { result: lowest, extra: 0 };
  const socket = listener.accept();
  if (socket instanceof Blocked) return socket.queues;
  if (socket instanceof Errno) return { result: socket, extra: 0 };
  socket.flags |= flags & SOCK_NONBLOCK;
  const fd = process.fds.install(lowest, socket, (flags & SOCK_CLOEXEC) !== 0);
  const address = socket.caller ? encodeSocketAddress(socket.caller) : new Uint8Array(0);
  area.set(address);
  return { result: fd, extra: address.length };
}

function receive(socket: Socket, area: Uint8Array): SocketCompletion | readonly WaitQueue[] {
  const received = socket.receive(messageArea(area), 0);
  if (received instanceof Blocked) return received.queues;
  if (received instanceof Errno) return { result: received, extra: 0 };
  return { result: received.fullCount, extra: layOutMessage(area, received) };
}
