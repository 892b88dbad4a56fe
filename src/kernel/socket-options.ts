/**
 * setsockopt(2) and getsockopt(2). Values are as on Linux: a 32-bit number, but two for SO_LINGER
 * (on, seconds), two 64-bit ones for the timeouts (seconds, microseconds), and pid, uid and gid for
 * SO_PEERCRED. Buffer sizes are doubled when they are set, as Linux does.
 */
import { type Errno, errno } from "./errno.js";
import { socketBufferMaximum, socketBufferMinimum } from "./limits.js";
import { type Socket, SocketOptions } from "./socket.js";
import {
  AF_INET6,
  AF_UNIX,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_LOOP,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  SO_ACCEPTCONN,
  SO_BROADCAST,
  SO_DOMAIN,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_PEERCRED,
  SO_PROTOCOL,
  SO_RCVBUF,
  SO_RCVTIMEO,
  SO_REUSEADDR,
  SO_REUSEPORT,
  SO_SNDBUF,
  SO_SNDTIMEO,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_NODELAY,
} from "./socket-constants.js";

const HOPS_MAX = 255;

type Flag =
  | "reuseAddress"
  | "reusePort"
  | "keepAlive"
  | "broadcast"
  | "noDelay"
  | "v6Only"
  | "multicastLoop";

type Hops = "hops" | "multicastHops";

/** How far datagrams may go, by level and name. Inside the kernel there is no way to go. */
function hopsOf(socket: Socket, level: number, name: number): Hops | undefined {
  if (level === IPPROTO_IP && socket.family !== AF_UNIX) {
    if (name === IP_TTL) return "hops";
    return name === IP_MULTICAST_TTL ? "multicastHops" : undefined;
  }
  if (level !== IPPROTO_IPV6 || socket.family !== AF_INET6) return undefined;
  if (name === IPV6_UNICAST_HOPS) return "hops";
  return name === IPV6_MULTICAST_HOPS ? "multicastHops" : undefined;
}

/** As Linux checks them: -1 stands for the default, and a time to live of 0 is for multicast only. */
function setHops(socket: Socket, level: number, hops: Hops, value: Uint8Array): undefined | Errno {
  const number = integerOf(value);
  if (number === undefined) return errno.EINVAL;
  const isV4Unicast = level === IPPROTO_IP && hops === "hops";
  if (number < -1 || number > HOPS_MAX || (number === 0 && isV4Unicast)) return errno.EINVAL;
  socket.options[hops] = number === -1 ? new SocketOptions()[hops] : number;
  return undefined;
}

/** A 32-bit number, or a byte where IPv4 takes one. */
function integerOf(value: Uint8Array): number | undefined {
  const copy = value.slice();
  if (copy.length >= 4) return new DataView(copy.buffer).getInt32(0, true);
  return copy[0];
}

/** The options that are on or off, by level and name. */
function flagOf(socket: Socket, level: number, name: number): Flag | undefined {
  if (level === SOL_SOCKET) {
    if (name === SO_REUSEADDR) return "reuseAddress";
    if (name === SO_REUSEPORT) return "reusePort";
    if (name === SO_KEEPALIVE) return "keepAlive";
    return name === SO_BROADCAST ? "broadcast" : undefined;
  }
  if (level === IPPROTO_IPV6 && socket.family === AF_INET6) {
    if (name === IPV6_MULTICAST_LOOP) return "multicastLoop";
    return name === IPV6_V6ONLY ? "v6Only" : undefined;
  }
  if (level === IPPROTO_IP && socket.family !== AF_UNIX && name === IP_MULTICAST_LOOP) {
    return "multicastLoop";
  }
  const isTcp = socket.family !== AF_UNIX && socket.type === SOCK_STREAM;
  return level === IPPROTO_TCP && isTcp && name === TCP_NODELAY ? "noDelay" : undefined;
}

/** Sets an option. EINVAL for a value that is none, ENOPROTOOPT for an option that there is not. */
export function setSocketOption(
  socket: Socket,
  level: number,
  name: number,
  value: Uint8Array,
): undefined | Errno {
  const failed = change(socket, level, name, value);
  if (!failed) socket.optionsChanged();
  return failed;
}

function change(socket: Socket, level: number, name: number, value: Uint8Array): undefined | Errno {
  const { options } = socket;
  const hops = hopsOf(socket, level, name);
  if (hops) return setHops(socket, level, hops, value);
  const view = new DataView(value.slice().buffer);
  const flag = flagOf(socket, level, name);
  if (!flag && level !== SOL_SOCKET) {
    return socket.family === AF_UNIX ? errno.ENOTSUP : errno.ENOPROTOOPT;
  }
  if (view.byteLength < 4) return errno.EINVAL;
  const number = view.getInt32(0, true);
  if (flag) {
    if (flag === "v6Only" && socket.local) return errno.EINVAL;
    options[flag] = number !== 0;
    return undefined;
  }
  switch (name) {
    case SO_SNDBUF:
      options.sendBuffer = bufferSize(number);
      return undefined;
    case SO_RCVBUF:
      options.receiveBuffer = bufferSize(number);
      return undefined;
    case SO_LINGER:
      if (view.byteLength < 8) return errno.EINVAL;
      options.lingerSeconds = number === 0 ? undefined : Math.max(0, view.getInt32(4, true));
      return undefined;
    case SO_RCVTIMEO:
      return changeTimeout(options, "receiveTimeoutMs", view);
    case SO_SNDTIMEO:
      return changeTimeout(options, "sendTimeoutMs", view);
    default:
      return errno.ENOPROTOOPT;
  }
}

function bufferSize(asked: number): number {
  const wanted = asked < 0 ? socketBufferMaximum : asked * 2;
  return Math.min(Math.max(wanted, socketBufferMinimum), socketBufferMaximum);
}

function changeTimeout(
  options: SocketOptions,
  key: "receiveTimeoutMs" | "sendTimeoutMs",
  view: DataView,
): undefined | Errno {
  if (view.byteLength < 16) return errno.EINVAL;
  const [seconds, micros] = [view.getBigInt64(0, true), view.getBigInt64(8, true)];
  if (micros < 0n || micros >= 1_000_000n) return errno.EINVAL;
  // Negative: Linux takes it for "at once", and so for the shortest wait there is.
  options[key] = seconds < 0n ? Number.MIN_VALUE : Number(seconds) * 1000 + Number(micros) / 1000;
  return undefined;
}

export function getSocketOption(socket: Socket, level: number, name: number): Uint8Array | Errno {
  const { options } = socket;
  const hops = hopsOf(socket, level, name);
  if (hops) return numbers(options[hops]);
  const flag = flagOf(socket, level, name);
  if (flag) return numbers(options[flag] ? 1 : 0);
  if (level === IPPROTO_TCP && socket.family !== AF_UNIX) return errno.ENOPROTOOPT;
  if (level !== SOL_SOCKET) return errno.ENOTSUP;
  switch (name) {
    case SO_TYPE:
      return numbers(socket.type);
    case SO_DOMAIN:
      return numbers(socket.family);
    case SO_PROTOCOL:
      return numbers(protocolOf(socket));
    case SO_ACCEPTCONN:
      return numbers(socket.isListening ? 1 : 0);
    case SO_ERROR:
      return numbers(socket.takeError()?.number ?? 0);
    case SO_SNDBUF:
      return numbers(options.sendBuffer);
    case SO_RCVBUF:
      return numbers(options.receiveBuffer);
    case SO_LINGER:
      return numbers(options.lingerSeconds === undefined ? 0 : 1, options.lingerSeconds ?? 0);
    case SO_RCVTIMEO:
      return timeval(options.receiveTimeoutMs);
    case SO_SNDTIMEO:
      return timeval(options.sendTimeoutMs);
    case SO_PEERCRED: {
      const { pid, uid, gid } = socket.peerCredentials ?? { pid: 0, uid: -1, gid: -1 };
      return numbers(pid, uid, gid);
    }
    default:
      return errno.ENOPROTOOPT;
  }
}

function protocolOf(socket: Socket): number {
  if (socket.family === AF_UNIX) return 0;
  return socket.type === SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
}

function numbers(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function timeval(ms: number): Uint8Array {
  const micros = BigInt(Math.floor(ms * 1000));
  return new Uint8Array(BigInt64Array.of(micros / 1_000_000n, micros % 1_000_000n).buffer);
}
