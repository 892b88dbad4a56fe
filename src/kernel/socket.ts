/**
 * What all sockets have: family, type, options, a name, and the calls that each kind answers in
 * its own way. A socket is an open file description: read, write, poll, dup and close work on it.
 */
import { O_RDWR, S_IFSOCK } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { socketBufferDefault } from "./limits.js";
import type { PeerCredentials } from "./peer-credentials.js";
import type { Parcel, Rights } from "./rights.js";
import type { InternetAddress, SocketAddress, UnixAddress } from "./socket-address.js";
import {
  type AF_INET,
  type AF_INET6,
  type AF_UNIX,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
} from "./socket-constants.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome } from "./wait.js";

export type SocketFamily = typeof AF_UNIX | typeof AF_INET | typeof AF_INET6;

/** A unix address, and the key under which its socket is found: a file's or an abstract name. */
export interface UnixPlace extends UnixAddress {
  readonly key: string;
}

/** Where a socket is bound or connected to, names of the file system resolved. */
export type Place = InternetAddress | UnixPlace;

/** One received message. */
export interface Received {
  /** Bytes put into the target. */
  readonly count: number;
  /** Bytes that the message has, for datagrams: `count` is less when it was cut off. */
  readonly fullCount: number;
  /** Who sent it, for datagrams. */
  readonly from: SocketAddress | undefined;
  /** The descriptors that came with it, the receiver's now; only where they were asked for. */
  readonly rights?: Rights | undefined;
}

export class SocketOptions {
  reuseAddress = false;
  reusePort = false;
  keepAlive = false;
  broadcast = false;
  noDelay = false;
  v6Only = false;
  multicastLoop = true;
  hops = 64;
  multicastHops = 1;
  sendBuffer = socketBufferDefault;
  receiveBuffer = socketBufferDefault;
  /** Seconds; undefined: off. 0 resets at close. */
  lingerSeconds: number | undefined;
  /** How long a call waits, in ms; 0: for ever. */
  receiveTimeoutMs = 0;
  sendTimeoutMs = 0;
}

/** A write to a broken connection by who asked for no SIGPIPE: EPIPE, but told apart from the one that raises it. */
export const brokenPipeWithoutSignal = new Errno("EPIPE", errno.EPIPE.number, errno.EPIPE.message);

export abstract class Socket extends FileDescription {
  override readonly kind = "socket";
  readonly family: SocketFamily;
  abstract readonly type: number;
  readonly ino: number;
  readonly options = new SocketOptions();
  /** The process that made it: who asks the policy for its datagrams. */
  ownerPid = 0;
  /** Where it is bound. */
  local: SocketAddress | undefined;
  /** Told of a reference that is gone while others are left; set while it is in flight itself. */
  onReleased: (() => void) | undefined;
  /** Who is at the other end, for SO_PEERCRED of a unix socket. */
  peerCredentials: PeerCredentials | undefined;

  constructor(family: SocketFamily, ino: number, flags: number) {
    super(O_RDWR | flags);
    this.family = family;
    this.ino = ino;
  }

  get sharesAddress(): boolean {
    return this.options.reuseAddress;
  }

  get sharesPort(): boolean {
    return this.options.reusePort;
  }

  get isListening(): boolean {
    return false;
  }

  abstract bind(place: Place): undefined | Errno;

  /** @param credentials - Of who calls, for the other end to see. */
  abstract connect(place: Place, credentials: PeerCredentials): Outcome<undefined>;

  /** AF_UNSPEC: forgets the peer. */
  disconnect(): undefined | Errno {
    return errno.EAFNOSUPPORT;
  }

  listen(_backlog: number, _credentials: PeerCredentials): undefined | Errno {
    return errno.ENOTSUP;
  }

  /** The next connection, without references yet. */
  accept(): Outcome<Socket> {
    return errno.ENOTSUP;
  }

  abstract shutdown(how: number): undefined | Errno;
  /** @param parcel - Descriptors that go with the message; for unix sockets. */
  abstract send(
    data: Uint8Array,
    flags: number,
    to: Place | undefined,
    parcel?: Parcel,
  ): Outcome<number>;
  /** @param takesRights - Whether the caller takes over descriptors that came; otherwise they are closed. */
  abstract receive(target: Uint8Array, flags: number, takesRights?: boolean): Outcome<Received>;

  /** The rights in messages that wait here. */
  abstract heldRights(): Iterable<Rights>;

  /** The connections that wait for accept. */
  waitingConnections(): Iterable<Socket> {
    return [];
  }

  override release(): void {
    super.release();
    if (this.references > 0) this.onReleased?.();
  }

  /** Whom it is connected to now. */
  abstract get remote(): SocketAddress | undefined;
  /** Who called, of an accepted socket, also when the connection is over. */
  get caller(): SocketAddress | undefined {
    return this.remote;
  }
  /** SO_ERROR: the error that nobody was told yet. */
  abstract takeError(): Errno | undefined;

  /** The options have changed: buffers take their new sizes. */
  optionsChanged(): void {}

  override read(target: Uint8Array): Outcome<number> {
    return mapped(this.receive(target, 0), ({ count }) => count);
  }

  override write(data: Uint8Array): Outcome<number> {
    return this.send(data, 0, undefined);
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFSOCK | 0o777, this.ino);
  }

  /** The name that getsockname(2) answers. */
  abstract get name(): SocketAddress;
}

/** The outcome with its result changed, whenever it comes. */
export function mapped<T, U>(outcome: Outcome<T>, change: (value: T) => U | Errno): Outcome<U> {
  if (outcome instanceof Blocked) {
    const apply = (result: T | Errno): U | Errno => mappedNow(result, change);
    const { deadline } = outcome;
    return new Blocked<U>({
      queues: outcome.queues,
      retry: () => mapped(outcome.retry(), change),
      interrupted: (reason) => apply(outcome.interrupted(reason)),
      deadline: deadline && { atMs: deadline.atMs, result: () => apply(deadline.result()) },
    });
  }
  return mappedNow(outcome, change);
}

function mappedNow<T, U>(result: T | Errno, change: (value: T) => U | Errno): U | Errno {
  return result instanceof Errno ? result : change(result);
}

/** With MSG_NOSIGNAL a broken connection raises no SIGPIPE. */
export function withoutSignal(outcome: Outcome<number>, flags: number): Outcome<number> {
  if (!(flags & MSG_NOSIGNAL)) return outcome;
  if (outcome === errno.EPIPE) return brokenPipeWithoutSignal;
  if (!(outcome instanceof Blocked)) return outcome;
  const quiet = (result: number | Errno): number | Errno =>
    result === errno.EPIPE ? brokenPipeWithoutSignal : result;
  const { deadline } = outcome;
  return new Blocked<number>({
    queues: outcome.queues,
    retry: () => withoutSignal(outcome.retry(), flags),
    interrupted: (reason) => quiet(outcome.interrupted(reason)),
    deadline: deadline && { atMs: deadline.atMs, result: () => quiet(deadline.result()) },
  });
}

/** O_NONBLOCK and MSG_DONTWAIT: what the call has by now, or EAGAIN. For handlers: sockets themselves wait. */
export function unlessAtOnce<T>(socket: Socket, flags: number, outcome: Outcome<T>): Outcome<T> {
  const isAtOnce = socket.isNonBlocking || (flags & MSG_DONTWAIT) !== 0;
  return isAtOnce && outcome instanceof Blocked ? outcome.interrupted(errno.EAGAIN) : outcome;
}

/** Gives up at `atMs` with what the call has by then, or EAGAIN: SO_RCVTIMEO and SO_SNDTIMEO. */
export function until<T>(outcome: Outcome<T>, atMs: number | undefined): Outcome<T> {
  if (atMs === undefined || !(outcome instanceof Blocked)) return outcome;
  return new Blocked<T>({
    queues: outcome.queues,
    retry: () => until(outcome.retry(), atMs),
    interrupted: outcome.interrupted,
    deadline: { atMs, result: () => outcome.interrupted(errno.EAGAIN) },
  });
}

export function deadlineOf(timeoutMs: number): number | undefined {
  return timeoutMs > 0 ? performance.now() + timeoutMs : undefined;
}
