/**
 * Stream sockets, TCP and unix: bytes without
 * boundaries. A socket is idle, listens, is connecting, or has an end of a connection. States and
 * errors are Linux's (inet_stream_connect, unix_stream_connect), without its waiting rooms: inside
 * this kernel a connection is there at once or refused, and there is no TIME_WAIT.
 */
import { BoundName } from "./bound-name.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { listenBacklogMaximum } from "./limits.js";
import type { PeerCredentials } from "./peer-credentials.js";
import type { Parcel, Rights } from "./rights.js";
import {
  deadlineOf,
  mapped,
  type Place,
  type Received,
  Socket,
  type SocketFamily,
  until,
  withoutSignal,
} from "./socket.js";
import type { SocketAddress } from "./socket-address.js";
import {
  AF_UNIX,
  MSG_PEEK,
  MSG_WAITALL,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_STREAM,
} from "./socket-constants.js";
import type { SocketTable } from "./socket-table.js";
import type { StreamEnd } from "./stream-end.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** A connection on its way out of the kernel. */
export interface PendingStream {
  /** Woken when `result` is there. */
  readonly settled: WaitQueue;
  readonly result: StreamEnd | Errno | undefined;
  /** Nobody wants it any more: an end that comes later is closed. */
  abandon(): void;
}

interface Listener {
  backlog: number;
  readonly waiting: StreamSocket[];
  readonly arrived: WaitQueue;
  readonly credentials: PeerCredentials;
}

export class StreamSocket extends Socket {
  override readonly type = SOCK_STREAM;
  readonly #table: SocketTable;
  readonly #bound: BoundName<StreamSocket>;
  #listener: Listener | undefined;
  #pending: PendingStream | undefined;
  #end: StreamEnd | undefined;
  #remote: SocketAddress | undefined;
  /** Of a connection that was never made; told once. */
  #error: Errno | undefined;
  /** A connect has failed after it had answered: poll shows it until the next one. */
  #hasFailed = false;
  /** A non-blocking connect has ended, and nobody was told. */
  #isConnectUntold = false;
  #isClosed = false;
  /** Stands in for an end's queues until there is one. */
  readonly #changed = new WaitQueue();
  override pollQueues: readonly WaitQueue[] = [this.#changed];

  constructor(table: SocketTable, family: SocketFamily, ino: number, flags: number) {
    super(family, ino, flags);
    this.#table = table;
    this.#bound = new BoundName<StreamSocket>(this, table.tcpPorts, table.unixNames);
  }

  override get isListening(): boolean {
    return this.#listener !== undefined;
  }

  /** The connection, once there is one. */
  get end(): StreamEnd | undefined {
    this.#settlePending();
    return this.#end;
  }

  override get name(): SocketAddress {
    return this.local ?? this.#table.noName(this.family);
  }

  override get remote(): SocketAddress | undefined {
    const end = this.end;
    if (!end || (this.family !== AF_UNIX && end.isOver)) return undefined;
    return this.#remote;
  }

  override get caller(): SocketAddress | undefined {
    return this.#remote;
  }

  override bind(place: Place): undefined | Errno {
    if (this.local || this.#end || this.#pending) return errno.EINVAL;
    const address = this.#bound.bind(place);
    if (address instanceof Errno) return address;
    this.local = address;
    return undefined;
  }

  override listen(backlog: number, credentials: PeerCredentials): undefined | Errno {
    if (this.#end || this.#pending) return errno.EINVAL;
    // A negative one is a very large one, as in Linux.
    const length = Math.min(Math.max(1, backlog < 0 ? Infinity : backlog), listenBacklogMaximum);
    if (this.#listener) {
      this.#listener.backlog = length;
      return undefined;
    }
    if (!this.local) {
      if (this.family === AF_UNIX) return errno.EINVAL;
      const failed = this.bind(this.#table.anyAddress(this.family));
      if (failed) return failed;
    }
    const arrived = new WaitQueue();
    this.#listener = { backlog: length, waiting: [], arrived, credentials };
    if (this.#bound.isContested) {
      this.#listener = undefined;
      return errno.EADDRINUSE;
    }
    this.pollQueues = [arrived];
    this.#table.listenersChanged.wake();
    return undefined;
  }

  override accept(): Outcome<StreamSocket> {
    return until(this.#accept(), deadlineOf(this.options.receiveTimeoutMs));
  }

  #accept(): Outcome<StreamSocket> {
    const listener = this.#listener;
    if (!listener) return errno.EINVAL;
    const next = listener.waiting.shift();
    if (next) return next;
    return new Blocked({ queues: [listener.arrived], retry: () => this.#accept() });
  }

  /** Puts a connection into the queue of this listener. ECONNREFUSED when it is full. */
  receiveConnection(
    end: StreamEnd,
    remote: SocketAddress,
    at: SocketAddress,
    credentials: PeerCredentials,
  ): PeerCredentials | Errno {
    const listener = this.#listener;
    if (!listener || listener.waiting.length >= listener.backlog) return errno.ECONNREFUSED;
    const accepted = this.#table.acceptedStream(this.family);
    if (accepted instanceof Errno) return errno.ECONNREFUSED;
    Object.assign(accepted.options, this.options);
    accepted.peerCredentials = credentials;
    accepted.local = at;
    accepted.#bound.share(at);
    accepted.#connected(end, remote);
    listener.waiting.push(accepted);
    listener.arrived.wake();
    return listener.credentials;
  }

  override connect(place: Place, credentials: PeerCredentials): Outcome<undefined> {
    if (this.#listener) return this.family === AF_UNIX ? errno.EINVAL : errno.EISCONN;
    if (this.#pending && !this.#pending.result) return errno.EALREADY;
    this.#settlePending();
    if (this.#isConnectUntold) {
      this.#isConnectUntold = false;
      this.#hasFailed = false;
      const failed = this.#takeOwnError();
      if (failed || this.#end) return failed;
    }
    if (this.#end) return errno.EISCONN;
    const started = this.#table.connectStream(this, place, credentials);
    this.#hasFailed = false;
    if (started instanceof Errno) {
      if (!this.isNonBlocking || this.family === AF_UNIX) return started;
      // Inside the kernel it has failed already; the program learns it as from a network.
      if (isImmediate(started)) return started;
      this.#error = started;
      this.#hasFailed = true;
      this.#isConnectUntold = true;
      return errno.EINPROGRESS;
    }
    if ("settled" in started) {
      this.#pending = started;
      this.pollQueues = [started.settled];
    } else {
      this.#connected(started.end, place);
      this.peerCredentials = started.credentials;
    }
    if (this.isNonBlocking && this.family !== AF_UNIX) {
      this.#isConnectUntold = true;
      return errno.EINPROGRESS;
    }
    return until(this.#connectResult(), deadlineOf(this.options.sendTimeoutMs));
  }

  #connectResult(): Outcome<undefined> {
    const pending = this.#pending;
    if (pending && !pending.result) {
      const late = (reason: Errno): Errno => (reason === errno.EAGAIN ? errno.EINPROGRESS : reason);
      return new Blocked<undefined>({
        queues: [pending.settled],
        retry: () => this.#connectResult(),
        interrupted: late,
      });
    }
    this.#settlePending();
    this.#hasFailed = false;
    return this.#takeOwnError();
  }

  /** Takes over what a connection on its way has become. */
  #settlePending(): void {
    const result = this.#pending?.result;
    if (!result) return;
    this.#pending = undefined;
    if (result instanceof Errno) {
      this.#error = result;
      this.#hasFailed = true;
      this.pollQueues = [this.#changed];
      this.#remote = undefined;
      return;
    }
    this.#connected(result, this.#remote);
  }

  #connected(end: StreamEnd, remote: SocketAddress | undefined): void {
    this.#end = end;
    this.#remote = remote;
    this.pollQueues = [end.readable, end.writable];
    end.setBuffers(this.options.sendBuffer, this.options.receiveBuffer);
    end.takesRights = this.family === AF_UNIX;
  }

  /** Sets who the other end is while the connection is on its way. */
  expectRemote(remote: SocketAddress): void {
    this.#remote = remote;
  }

  /** socketpair(2): connected without names. */
  adopt(end: StreamEnd, credentials: PeerCredentials): void {
    this.#connected(end, this.#table.noName(this.family));
    this.peerCredentials = credentials;
  }

  /** Puts another end in the place of this one's, which its taker now holds: a layer above it, such as TLS. */
  replaceEnd(end: StreamEnd): StreamEnd | undefined {
    const former = this.end;
    if (!former) return undefined;
    former.takesRights = false;
    this.#connected(end, this.#remote);
    return former;
  }

  override shutdown(how: number): undefined | Errno {
    if (how < 0 || how > SHUT_RDWR) return errno.EINVAL;
    const listener = this.#listener;
    if (listener && this.family !== AF_UNIX) {
      if (how !== SHUT_WR) this.#stopListening(listener);
      return undefined;
    }
    const end = this.end;
    if (!end) return errno.ENOTCONN;
    if (this.family !== AF_UNIX && end.isOver) return errno.ENOTCONN;
    end.shutdown(how);
    return undefined;
  }

  override send(
    data: Uint8Array,
    flags: number,
    to: Place | undefined,
    parcel?: Parcel,
  ): Outcome<number> {
    const end = this.end;
    const pending = this.#pending;
    if (pending) return this.#whenConnected(pending, () => this.send(data, flags, to, parcel));
    const failed = this.#takeOwnError();
    if (failed) return failed;
    if (!end) return this.family === AF_UNIX ? errno.ENOTCONN : withoutSignal(errno.EPIPE, flags);
    if (to && this.family === AF_UNIX) return errno.EISCONN;
    const written = until(end.write(data, 0, parcel), deadlineOf(this.options.sendTimeoutMs));
    return withoutSignal(written, flags);
  }

  override receive(target: Uint8Array, flags: number, takesRights = false): Outcome<Received> {
    const end = this.end;
    const pending = this.#pending;
    if (pending) {
      return this.#whenConnected(pending, () => this.receive(target, flags, takesRights));
    }
    const failed = this.#takeOwnError();
    if (failed) return failed;
    if (!end) return this.family === AF_UNIX ? errno.EINVAL : errno.ENOTCONN;
    const isPeek = (flags & MSG_PEEK) !== 0;
    const isAll = (flags & MSG_WAITALL) !== 0 && !isPeek;
    const rights: Rights[] | undefined = takesRights ? [] : undefined;
    const read = isAll ? readAll(end, target, 0, rights) : end.read(target, isPeek, rights);
    const timed = until(read, deadlineOf(this.options.receiveTimeoutMs));
    return mapped(timed, (count) => ({
      count,
      fullCount: count,
      from: undefined,
      rights: rights?.[0],
    }));
  }

  override heldRights(): Iterable<Rights> {
    return this.#end?.heldRights() ?? [];
  }

  override waitingConnections(): Iterable<Socket> {
    return this.#listener?.waiting ?? [];
  }

  override readUntil(target: Uint8Array, delimiter: number): Outcome<number> {
    const incoming = this.end?.incoming;
    if (!incoming || incoming.length === 0) {
      const outcome = this.read(target.subarray(0, 1));
      if (!(outcome instanceof Blocked)) return outcome;
      return new Blocked<number>({ ...outcome, retry: () => this.readUntil(target, delimiter) });
    }
    return this.read(target.subarray(0, incoming.lengthThrough(delimiter)));
  }

  override available(): number | Errno {
    return this.#listener ? errno.EINVAL : (this.end?.incoming.length ?? 0);
  }

  override poll(): number {
    const listener = this.#listener;
    if (listener) return listener.waiting.length > 0 ? POLLIN : 0;
    const end = this.end;
    if (end) return end.poll();
    if (this.#pending) return 0;
    const unconnected = POLLOUT | POLLHUP | (this.#hasFailed ? POLLIN | POLLRDHUP : 0);
    return this.#error ? unconnected | POLLERR : unconnected;
  }

  override takeError(): Errno | undefined {
    const end = this.end;
    return this.#takeOwnError() ?? end?.takeError();
  }

  override optionsChanged(): void {
    this.#end?.setBuffers(this.options.sendBuffer, this.options.receiveBuffer);
  }

  protected override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#listener) this.#stopListening(this.#listener);
    this.#pending?.abandon();
    this.end?.close(this.options.lingerSeconds === 0);
    this.#bound.release();
    this.#table.closed(this);
  }

  #stopListening(listener: Listener): void {
    this.#listener = undefined;
    this.pollQueues = [this.#changed];
    for (const socket of listener.waiting.splice(0)) {
      socket.#end?.close(true);
      socket.retain().release();
    }
    // Who waits in accept finds that nobody listens.
    listener.arrived.wake();
    this.#table.listenersChanged.wake();
  }

  #takeOwnError(): Errno | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  #whenConnected<T>(pending: PendingStream, go: () => Outcome<T>): Outcome<T> {
    return new Blocked<T>({ queues: [pending.settled], retry: go });
  }
}

/** Errors that connect answers at once, also of a non-blocking socket: nothing was sent. */
function isImmediate(error: Errno): boolean {
  return error !== errno.ECONNREFUSED && error !== errno.ETIMEDOUT;
}

/** MSG_WAITALL: reads until `target` is full, the bytes end, or rights have come with some. */
function readAll(
  end: StreamEnd,
  target: Uint8Array,
  filled: number,
  rights: Rights[] | undefined,
): Outcome<number> {
  let count = filled;
  while (count < target.length && !rights?.length) {
    const outcome = end.read(target.subarray(count), false, rights);
    if (outcome instanceof Blocked) {
      return new Blocked<number>({
        queues: outcome.queues,
        retry: () => readAll(end, target, count, rights),
        interrupted: (reason) => (count > 0 ? count : reason),
      });
    }
    if (outcome instanceof Errno) return count > 0 ? count : outcome;
    if (outcome === 0) break;
    count += outcome;
  }
  return count;
}
