/**
 * The sockets of a kernel: makes and counts them, finds who listens where, and connects those who
 * call to those who listen. What is inside (127/8, ::1, the wildcards as destinations, the kernel's own
 * addresses) never leaves; the rest goes to `Outside`, if there is one.
 */
import type { DatagramPath } from "./datagram-socket.js";
import { DatagramSocket } from "./datagram-socket.js";
import { Errno, errno } from "./errno.js";
import { isIpv6 } from "./ip-address.js";
import type { PeerCredentials } from "./peer-credentials.js";
import { ANY_IPV4, ANY_IPV6, PortTable } from "./port-table.js";
import { RightsInFlight } from "./rights.js";
import type { Place, Socket, SocketFamily } from "./socket.js";
import {
  describeAddress,
  type InternetAddress,
  internetAddress,
  type SocketAddress,
  unnamed,
} from "./socket-address.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
} from "./socket-constants.js";
import { StreamEnd } from "./stream-end.js";
import { type PendingStream, StreamSocket } from "./stream-socket.js";
import { UnixNames } from "./unix-names.js";
import { WaitQueue } from "./wait.js";

/** The ways out of the kernel. */
export interface Outside {
  /** @param pid - The process that asks. */
  connect(to: InternetAddress, pid: number): PendingStream | Errno;
  openDatagramPath(socket: DatagramSocket): DatagramPath | Errno;
}

/** A guest's open listener. */
export interface ListenerInfo {
  readonly protocol: "tcp" | "unix";
  /** An IP address, or the path of a unix socket (`@name` for an abstract one). */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
}

/** The kernel's own addresses, as it shows them to itself; both are inside. */
export const OWN_IPV4 = "10.0.2.15";
export const OWN_IPV6 = "fec0::15";

export class SocketTable {
  readonly tcpPorts = new PortTable<StreamSocket>(true);
  readonly udpPorts = new PortTable<DatagramSocket>(false);
  readonly unixNames = new UnixNames();
  /** Woken when a listener comes or goes. */
  readonly listenersChanged = new WaitQueue();
  readonly #limit: number;
  readonly #open = new Set<Socket>();
  #lastIno = 0;
  outside: Outside | undefined;
  readonly rights = new RightsInFlight(() => this.#open);

  /** @param limit - How many sockets may be open at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * A new socket, without references yet.
   * @param flags - `O_*` status flags.
   */
  create(family: number, type: number, protocol: number, flags = 0): Socket | Errno {
    const checked = checkKind(family, type, protocol);
    if (checked instanceof Errno) return checked;
    if (this.#open.size >= this.#limit) return errno.ENFILE;
    this.#lastIno++;
    const socket =
      type === SOCK_STREAM
        ? new StreamSocket(this, checked, this.#lastIno, flags)
        : new DatagramSocket(this, checked, type as DatagramSocket["type"], this.#lastIno, flags);
    this.#open.add(socket);
    return socket;
  }

  /** socketpair(2): two connected unix sockets. */
  createPair(
    type: number,
    protocol: number,
    credentials: PeerCredentials,
    flags = 0,
  ): [Socket, Socket] | Errno {
    const one = this.create(AF_UNIX, type, protocol, flags);
    if (one instanceof Errno) return one;
    const other = this.create(AF_UNIX, type, protocol, flags);
    if (other instanceof Errno) {
      one.retain().release();
      return other;
    }
    const [near, far] = StreamEnd.pair("unix");
    if (one instanceof StreamSocket && other instanceof StreamSocket) {
      one.adopt(near, credentials);
      other.adopt(far, credentials);
    } else if (one instanceof DatagramSocket && other instanceof DatagramSocket) {
      one.adopt(other, credentials);
      other.adopt(one, credentials);
    }
    return [one, other];
  }

  /** The socket of a connection that a listener will accept. */
  acceptedStream(family: SocketFamily): StreamSocket | Errno {
    const socket = this.create(family, SOCK_STREAM, 0);
    return socket instanceof StreamSocket || socket instanceof Errno ? socket : errno.ENOTSUP;
  }

  closed(socket: Socket): void {
    this.#open.delete(socket);
  }

  /** Connects `socket`, bound where it must be: inside at once, outside some time later. */
  connectStream(
    socket: StreamSocket,
    place: Place,
    credentials: PeerCredentials,
  ): { end: StreamEnd; credentials: PeerCredentials } | PendingStream | Errno {
    if (place.family === AF_UNIX) return this.#connectUnix(socket, place.key, credentials);
    const refused = this.checkFamily(socket, place);
    if (refused) return refused;
    const to = this.destination(place);
    if (!this.isInside(to.address)) {
      const pending = this.outside ? this.outside.connect(to, credentials.pid) : errno.ENETUNREACH;
      if (!(pending instanceof Errno)) socket.expectRemote(to);
      return pending;
    }
    const from = this.#bindSource(socket, to);
    if (from instanceof Errno) return from;
    return this.connectInside(to, from, credentials);
  }

  /** A connection to a listener inside. ECONNREFUSED. */
  connectInside(
    to: InternetAddress,
    from: InternetAddress,
    credentials: PeerCredentials,
  ): { end: StreamEnd; credentials: PeerCredentials } | Errno {
    const listeners = this.tcpPorts.matching(to.address, to.port, (owner) => owner.isListening);
    // With SO_REUSEPORT there may be several: the caller's port spreads the connections.
    const listener = listeners[from.port % listeners.length];
    if (!listener) return errno.ECONNREFUSED;
    const [near, far] = StreamEnd.pair("tcp");
    const { family } = listener;
    if (family === AF_UNIX) return errno.ECONNREFUSED;
    const theirs = listener.receiveConnection(
      far,
      { ...from, family },
      { ...to, family },
      credentials,
    );
    return theirs instanceof Errno ? theirs : { end: near, credentials: theirs };
  }

  /** A connection to the listener behind a unix name. ECONNREFUSED, EPROTOTYPE. */
  #connectUnix(
    socket: StreamSocket | undefined,
    key: string,
    credentials: PeerCredentials,
  ): { end: StreamEnd; credentials: PeerCredentials } | Errno {
    const listener = this.unixNames.get(key);
    if (!listener) return errno.ECONNREFUSED;
    if (!(listener instanceof StreamSocket)) return errno.EPROTOTYPE;
    const [near, far] = StreamEnd.pair("unix");
    const theirs = listener.receiveConnection(
      far,
      socket?.name ?? unnamed,
      listener.name,
      credentials,
    );
    return theirs instanceof Errno ? theirs : { end: near, credentials: theirs };
  }

  /** The host application's connection to a unix listener. */
  connectUnix(key: string, credentials: PeerCredentials): StreamEnd | Errno {
    const connected = this.#connectUnix(undefined, key, credentials);
    return connected instanceof Errno ? connected : connected.end;
  }

  /** Who receives a UDP datagram; of several that share a port, the one bound last. */
  udpReceiver(to: InternetAddress, from: InternetAddress): DatagramSocket | undefined {
    return this.udpPorts.matching(to.address, to.port, (owner) => !owner.refuses(from)).at(-1);
  }

  openDatagramPath(socket: DatagramSocket): DatagramPath | Errno {
    return this.outside ? this.outside.openDatagramPath(socket) : errno.ENETUNREACH;
  }

  /** Where packets to `place` go: the wildcards mean this machine. */
  destination(place: InternetAddress): InternetAddress {
    if (place.address === ANY_IPV4) return { ...place, address: "127.0.0.1" };
    return place.address === ANY_IPV6 ? { ...place, address: "::1" } : place;
  }

  /** Whether an address never leaves the kernel. */
  isInside(address: string): boolean {
    if (address.startsWith("127.") || address === OWN_IPV4) return true;
    return address === "::1" || address === OWN_IPV6;
  }

  /** Whether a socket can be bound to an address. */
  isOwn(address: string): boolean {
    return this.isInside(address) || address === ANY_IPV4 || address === ANY_IPV6;
  }

  /** A socket of AF_INET reaches IPv4 only, one that is V6ONLY no IPv4. */
  checkFamily(socket: Socket, to: InternetAddress): undefined | Errno {
    if (socket.family === AF_INET && to.family !== AF_INET) return errno.EAFNOSUPPORT;
    if (socket.family === AF_INET6 && to.family !== AF_INET6) return errno.EAFNOSUPPORT;
    const isMapped = socket.family === AF_INET6 && !isIpv6(to.address);
    return isMapped && socket.options.v6Only ? errno.ENETUNREACH : undefined;
  }

  /** The address that a caller of `to` has, port 0. */
  sourceFor(to: InternetAddress): InternetAddress {
    const isV6 = isIpv6(to.address);
    if (!this.isInside(to.address)) return { ...to, address: isV6 ? OWN_IPV6 : OWN_IPV4, port: 0 };
    if (isV6) return { ...to, port: 0 };
    return { ...to, address: to.address.startsWith("127.") ? "127.0.0.1" : to.address, port: 0 };
  }

  /** The wildcard address of a family, port 0. */
  anyAddress(family: SocketFamily): InternetAddress {
    return family === AF_INET6
      ? internetAddress(AF_INET6, ANY_IPV6, 0)
      : internetAddress(AF_INET, ANY_IPV4, 0);
  }

  /** What getsockname answers for a socket without a name. */
  noName(family: SocketFamily): SocketAddress {
    return family === AF_UNIX ? unnamed : this.anyAddress(family);
  }

  /** Every socket that is open. */
  all(): Iterable<Socket> {
    return this.#open;
  }

  listeners(): ListenerInfo[] {
    const found: ListenerInfo[] = [];
    for (const socket of this.#open) {
      if (socket.isListening && socket.local) found.push(listenerInfo(socket));
    }
    return found;
  }

  /** Every socket, for tests and crash reports. */
  dump(): { type: number; local: string; remote: string | undefined; isListening: boolean }[] {
    return [...this.#open].map((socket) => ({
      type: socket.type,
      local: describeAddress(socket.name),
      remote: socket.remote && describeAddress(socket.remote),
      isListening: socket.isListening,
    }));
  }

  /** Gives a socket that is about to connect a port and the address that leads to `to`. */
  #bindSource(socket: StreamSocket, to: InternetAddress): InternetAddress | Errno {
    const source = this.sourceFor(to);
    const { local } = socket;
    if (local && local.family !== AF_UNIX) {
      const isAny = local.address === ANY_IPV4 || local.address === ANY_IPV6;
      if (isAny) socket.local = { ...local, address: source.address };
      return { ...source, port: local.port, address: isAny ? source.address : local.address };
    }
    const failed = socket.bind({ ...source, family: to.family });
    // connect(2) has another word for "no port is free" than bind(2).
    if (failed) return failed === errno.EADDRINUSE ? errno.EADDRNOTAVAIL : failed;
    return { ...source, port: (socket.local as InternetAddress).port };
  }
}

/** What a socket that listens is to others. */
export function listenerInfo({ name }: Socket): ListenerInfo {
  if (name.family === AF_UNIX) return { protocol: "unix", address: describeAddress(name), port: 0 };
  return { protocol: "tcp", address: name.address, port: name.port };
}

function checkKind(family: number, type: number, protocol: number): SocketFamily | Errno {
  if (family === AF_UNIX) {
    const isKnown = type === SOCK_STREAM || type === SOCK_DGRAM || type === SOCK_SEQPACKET;
    if (!isKnown) return errno.ESOCKTNOSUPPORT;
    return protocol === 0 || protocol === AF_UNIX ? family : errno.EPROTONOSUPPORT;
  }
  if (family !== AF_INET && family !== AF_INET6) return errno.EAFNOSUPPORT;
  if (type === SOCK_STREAM) {
    return protocol === 0 || protocol === IPPROTO_TCP ? family : errno.EPROTONOSUPPORT;
  }
  if (type !== SOCK_DGRAM) return errno.ESOCKTNOSUPPORT;
  return protocol === 0 || protocol === IPPROTO_UDP ? family : errno.EPROTONOSUPPORT;
}
