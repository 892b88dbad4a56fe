/**
 * Datagram sockets: UDP, unix datagrams, and the connected pairs of SOCK_SEQPACKET. A UDP datagram
 * that finds no room or no receiver is dropped, and a connected sender learns of the latter by
 * ECONNREFUSED at its next call, as ICMP would tell it on Linux's loopback. Unix datagrams are never
 * lost: their sender waits.
 */
import { BoundName } from "./bound-name.js";
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDHUP } from "./constants.js";
import { type Datagram, DatagramQueue } from "./datagram-queue.js";
import { Errno, errno } from "./errno.js";
import { isIpv6 } from "./ip-address.js";
import { socketBufferDefault } from "./limits.js";
import type { PeerCredentials } from "./peer-credentials.js";
import type { Parcel, Rights } from "./rights.js";
import type { Received } from "./socket.js";
import {
  deadlineOf,
  type Place,
  Socket,
  type SocketFamily,
  until,
  withoutSignal,
} from "./socket.js";
import { type InternetAddress, type SocketAddress, unnamed } from "./socket-address.js";
import {
  AF_INET6,
  AF_UNIX,
  MSG_PEEK,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  type SOCK_DGRAM,
  SOCK_SEQPACKET,
  UDP_PAYLOAD_MAX,
  UDP6_PAYLOAD_MAX,
} from "./socket-constants.js";
import type { SocketTable } from "./socket-table.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** Sends datagrams out of the kernel, for one socket. */
export interface DatagramPath {
  /** Sends, or tells why not; undefined: it is on its way, or dropped. */
  send(data: Uint8Array, to: InternetAddress): Outcome<undefined>;
  close(): void;
}

export class DatagramSocket extends Socket {
  override readonly type: typeof SOCK_DGRAM | typeof SOCK_SEQPACKET;
  readonly #table: SocketTable;
  readonly #queue = new DatagramQueue(socketBufferDefault);
  readonly #bound: BoundName<DatagramSocket>;
  /** Of a connected internet socket, or the address of a connected unix one's peer. */
  #remote: SocketAddress | undefined;
  /** Of a connected unix socket. */
  #peer: DatagramSocket | undefined;
  #path: DatagramPath | undefined;
  #error: Errno | undefined;
  #isReadShut = false;
  #isWriteShut = false;
  #isClosed = false;
  /** Woken when there is an error to tell. */
  readonly #failed = new WaitQueue();
  override pollQueues: readonly WaitQueue[] = [this.#queue.arrived, this.#failed];

  constructor(
    table: SocketTable,
    family: SocketFamily,
    type: typeof SOCK_DGRAM | typeof SOCK_SEQPACKET,
    ino: number,
    flags: number,
  ) {
    super(family, ino, flags);
    this.type = type;
    this.#table = table;
    this.#bound = new BoundName<DatagramSocket>(this, table.udpPorts, table.unixNames);
  }

  override get name(): SocketAddress {
    return this.local ?? this.#table.noName(this.family);
  }

  override get remote(): SocketAddress | undefined {
    return this.#remote;
  }

  /** Whether it is connected to somebody else than `from`. */
  refuses(from: SocketAddress): boolean {
    const remote = this.#remote;
    if (!remote || remote.family === AF_UNIX || from.family === AF_UNIX) return false;
    return remote.address !== from.address || remote.port !== from.port;
  }

  override bind(place: Place): undefined | Errno {
    if (this.local) return errno.EINVAL;
    const address = this.#bound.bind(place);
    if (address instanceof Errno) return address;
    this.local = address;
    return undefined;
  }

  override connect(place: Place, credentials: PeerCredentials): Outcome<undefined> {
    if (this.type === SOCK_SEQPACKET) return errno.EISCONN;
    if (place.family === AF_UNIX) {
      const peer = this.#table.unixNames.get(place.key);
      if (!peer) return errno.ECONNREFUSED;
      if (!(peer instanceof DatagramSocket)) return errno.EPROTOTYPE;
      this.#pairWith(peer, { family: AF_UNIX, path: place.path }, credentials);
      return undefined;
    }
    if (place.port === 0) return errno.ECONNREFUSED;
    const failed = this.#bindFor(place);
    if (failed) return failed;
    this.#remote = this.#table.destination(place);
    return undefined;
  }

  override disconnect(): undefined {
    this.#remote = undefined;
    this.#peer = undefined;
    return undefined;
  }

  /** socketpair(2). */
  adopt(peer: DatagramSocket, credentials: PeerCredentials): void {
    this.#pairWith(peer, unnamed, credentials);
  }

  override shutdown(how: number): undefined | Errno {
    if (how < 0 || how > SHUT_RDWR) return errno.EINVAL;
    if (this.family !== AF_UNIX && !this.#remote) return errno.ENOTCONN;
    if (how !== SHUT_WR) this.#isReadShut = true;
    if (how !== SHUT_RD) this.#isWriteShut = true;
    this.#queue.arrived.wake();
    this.#failed.wake();
    if (this.type === SOCK_SEQPACKET) this.#peer?.peerHasShut(how);
    return undefined;
  }

  /** The other end of a pair has shut down `how`. */
  peerHasShut(how: number): void {
    if (how !== SHUT_WR) this.#isWriteShut = true;
    if (how !== SHUT_RD) this.#isReadShut = true;
    this.#queue.arrived.wake();
    this.#failed.wake();
  }

  override send(
    data: Uint8Array,
    flags: number,
    to: Place | undefined,
    parcel?: Parcel,
  ): Outcome<number> {
    const atMs = deadlineOf(this.options.sendTimeoutMs);
    const sent = until(this.#send(data, to, parcel), atMs);
    return withoutSignal(sent, flags);
  }

  #send(data: Uint8Array, to: Place | undefined, parcel: Parcel | undefined): Outcome<number> {
    const error = this.takeError();
    if (error) return error;
    if (this.#isWriteShut) return errno.EPIPE;
    return this.family === AF_UNIX ? this.#sendUnix(data, to, parcel) : this.#sendUdp(data, to);
  }

  override receive(target: Uint8Array, flags: number, takesRights = false): Outcome<Received> {
    const atMs = deadlineOf(this.options.receiveTimeoutMs);
    return until(this.#receive(target, flags, takesRights), atMs);
  }

  #receive(target: Uint8Array, flags: number, takesRights: boolean): Outcome<Received> {
    const error = this.takeError();
    if (error) return error;
    const isPeek = (flags & MSG_PEEK) !== 0;
    const datagram = isPeek ? this.#queue.first : this.#queue.take();
    if (datagram && !takesRights && !isPeek) datagram.rights?.land();
    if (datagram) return copyOut(datagram, target, takesRights);
    if (this.#isReadShut) return { count: 0, fullCount: 0, from: undefined };
    return new Blocked<Received>({
      queues: this.pollQueues,
      retry: () => this.#receive(target, flags, takesRights),
    });
  }

  override heldRights(): Iterable<Rights> {
    return this.#queue.rights();
  }

  /** Whether a datagram finds room here; a closed socket has none. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#queue.hasRoom;
  }

  /** Takes over a datagram, or drops it. */
  deliver(datagram: Datagram): void {
    if (!this.hasRoom || (this.#isReadShut && this.family === AF_UNIX)) {
      datagram.rights?.land();
      return;
    }
    this.#queue.put(datagram);
  }

  /** Tells of an error by the next call. */
  fail(reason: Errno): void {
    this.#error = reason;
    this.#failed.wake();
  }

  /** As Linux: of the first datagram. */
  override available(): number {
    return this.#queue.first?.data.length ?? 0;
  }

  override poll(): number {
    let events = this.#queue.length > 0 ? POLLIN : 0;
    if (this.#error) events |= POLLERR;
    if (this.#isReadShut) events |= POLLIN | POLLRDHUP;
    if (this.#isReadShut && this.#isWriteShut) events |= POLLHUP;
    const peer = this.#peer;
    if (!peer || peer.#isClosed || peer.#queue.hasRoom) events |= POLLOUT;
    return events;
  }

  override takeError(): Errno | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }

  override optionsChanged(): void {
    this.#queue.capacity = this.options.receiveBuffer;
  }

  protected override close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const hadUnread = this.#queue.length > 0;
    this.#queue.clear();
    this.#path?.close();
    this.#bound.release();
    const peer = this.#peer;
    if (peer && this.type === SOCK_SEQPACKET) {
      peer.peerHasShut(SHUT_RDWR);
      if (hadUnread) peer.fail(errno.ECONNRESET);
    }
    this.#table.closed(this);
  }

  #pairWith(peer: DatagramSocket, remote: SocketAddress, credentials: PeerCredentials): void {
    this.#peer = peer;
    this.#remote = remote;
    this.peerCredentials = credentials;
    // A sender's room is the peer's queue.
    this.pollQueues = [this.#queue.arrived, this.#failed, peer.#queue.taken];
  }

  #sendUnix(data: Uint8Array, to: Place | undefined, parcel: Parcel | undefined): Outcome<number> {
    let target = this.#peer;
    if (to) {
      if (to.family !== AF_UNIX) return errno.EINVAL;
      if (this.type === SOCK_SEQPACKET) return errno.EISCONN;
      const named = this.#table.unixNames.get(to.key);
      if (!named) return errno.ECONNREFUSED;
      if (!(named instanceof DatagramSocket)) return errno.EPROTOTYPE;
      target = named;
    }
    if (!target) return errno.ENOTCONN;
    if (data.length > this.options.sendBuffer) return errno.EMSGSIZE;
    return this.#pass(data, target, parcel);
  }

  #pass(data: Uint8Array, target: DatagramSocket, parcel: Parcel | undefined): Outcome<number> {
    if (target.#isClosed) return this.type === SOCK_SEQPACKET ? errno.EPIPE : errno.ECONNREFUSED;
    if (target.#isReadShut || this.#isWriteShut) return errno.EPIPE;
    // A socket that is connected to another takes nothing from strangers.
    if (target.#peer && target.#peer !== this) return errno.EPERM;
    if (target.hasRoom) {
      const rights = parcel?.launch();
      if (rights instanceof Errno) return rights;
      target.deliver({ data: data.slice(), from: this.name, rights });
      return data.length;
    }
    return new Blocked<number>({
      queues: [target.#queue.taken],
      retry: () => this.#pass(data, target, parcel),
    });
  }

  #sendUdp(data: Uint8Array, to: Place | undefined): Outcome<number> {
    const remote = to ?? this.#remote;
    if (!remote) return errno.EDESTADDRREQ;
    if (remote.family === AF_UNIX) return errno.EAFNOSUPPORT;
    const isV6 = this.family === AF_INET6 && isIpv6(remote.address);
    if (data.length > (isV6 ? UDP6_PAYLOAD_MAX : UDP_PAYLOAD_MAX)) return errno.EMSGSIZE;
    if (remote.port === 0) return errno.EINVAL;
    const failed = this.#bindFor(remote);
    if (failed) return failed;
    const destination = this.#table.destination(remote);
    if (!this.#table.isInside(destination.address)) return this.#sendOut(data, destination);
    const from = this.#sourceFor(destination);
    const receiver = this.#table.udpReceiver(destination, from);
    if (receiver) receiver.deliver({ data: data.slice(), from: receiver.#shown(from) });
    else if (this.#remote) this.fail(errno.ECONNREFUSED);
    return data.length;
  }

  #sendOut(data: Uint8Array, to: InternetAddress): Outcome<number> {
    const path = this.#path ?? this.#table.openDatagramPath(this);
    if (path instanceof Errno) return path;
    this.#path = path;
    const copy = data.slice();
    const again = (outcome: Outcome<undefined>): Outcome<number> => {
      if (outcome instanceof Errno) return outcome;
      if (!(outcome instanceof Blocked)) return copy.length;
      return new Blocked<number>({ queues: outcome.queues, retry: () => again(outcome.retry()) });
    };
    return again(path.send(copy, to));
  }

  /** Binds a socket that nobody has bound before it sends. */
  #bindFor(destination: InternetAddress): undefined | Errno {
    if (this.family === AF_UNIX) return errno.EAFNOSUPPORT;
    const refused = this.#table.checkFamily(this, destination);
    if (refused) return refused;
    return this.local ? undefined : this.bind(this.#table.anyAddress(this.family));
  }

  /** Whom the receiver sees: the bound address, or the one that leads to the destination. */
  #sourceFor(destination: InternetAddress): InternetAddress {
    const { local } = this;
    const source = this.#table.sourceFor(destination);
    if (!local || local.family === AF_UNIX) return source;
    const isAny = local.address === "0.0.0.0" || local.address === "::";
    return { ...source, address: isAny ? source.address : local.address, port: local.port };
  }

  /** An address as a socket of this family sees it. */
  #shown(from: InternetAddress): SocketAddress {
    return this.family === AF_UNIX ? from : { ...from, family: this.family };
  }
}

function copyOut(datagram: Datagram, target: Uint8Array, takesRights: boolean): Received {
  const { data, from, rights } = datagram;
  const count = Math.min(data.length, target.length);
  target.set(data.subarray(0, count));
  return { count, fullCount: data.length, from, rights: takesRights ? rights : undefined };
}
