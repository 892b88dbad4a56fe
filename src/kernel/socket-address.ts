/**
 * Addresses of sockets, and the one layout in which they cross the bridge:
 *
 *     0  u16  family     AF_UNIX 1, AF_INET 2, AF_INET6 10
 *     2  u16  port       internet only, else 0
 *     4  u32  scope      IPv6 only, else 0
 *     8  the address     4 bytes, 16 bytes, or a unix path to the end
 *
 * Little-endian, the address bytes in network order. A unix path has no NUL at its end; one that
 * begins with NUL is an abstract name, an empty one no name.
 */
import { type Errno, errno } from "./errno.js";
import { formatIp, ipv6Bytes, isIpv6, parseIp } from "./ip-address.js";
import { AF_INET, AF_INET6, AF_UNIX, UNIX_PATH_MAX } from "./socket-constants.js";

export interface InternetAddress {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** Canonical; IPv4 also in AF_INET6, where it is a mapped address. */
  readonly address: string;
  readonly port: number;
  readonly scope: number;
}

export interface UnixAddress {
  readonly family: typeof AF_UNIX;
  /** Bytes, one char each (Latin-1): paths need not be UTF-8. */
  readonly path: string;
}

export type SocketAddress = InternetAddress | UnixAddress;

export const ADDRESS_HEADER_BYTES = 8;
/** The most bytes that one address has. */
export const ADDRESS_BYTES_MAX = ADDRESS_HEADER_BYTES + UNIX_PATH_MAX;

export const unnamed: UnixAddress = Object.freeze({ family: AF_UNIX, path: "" });

export function internetAddress(
  family: typeof AF_INET | typeof AF_INET6,
  address: string,
  port: number,
): InternetAddress {
  return { family, address, port, scope: 0 };
}

export function parseSocketAddress(bytes: Uint8Array): SocketAddress | Errno {
  if (bytes.length < ADDRESS_HEADER_BYTES || bytes.length > ADDRESS_BYTES_MAX) return errno.EINVAL;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const family = view.getUint16(0, true);
  const port = view.getUint16(2, true);
  const rest = copy.subarray(ADDRESS_HEADER_BYTES);
  switch (family) {
    case AF_UNIX:
      return { family, path: String.fromCharCode(...rest) };
    case AF_INET:
      if (rest.length !== 4) return errno.EINVAL;
      return internetAddress(family, formatIp(rest), port);
    case AF_INET6:
      if (rest.length !== 16) return errno.EINVAL;
      return { family, address: formatIp(rest), port, scope: view.getUint32(4, true) };
    default:
      return errno.EAFNOSUPPORT;
  }
}

export function encodeSocketAddress(address: SocketAddress): Uint8Array {
  const rest = addressBytes(address);
  const bytes = new Uint8Array(ADDRESS_HEADER_BYTES + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, address.family, true);
  if (address.family !== AF_UNIX) {
    view.setUint16(2, address.port, true);
    view.setUint32(4, address.scope, true);
  }
  bytes.set(rest, ADDRESS_HEADER_BYTES);
  return bytes;
}

function addressBytes(address: SocketAddress): Uint8Array {
  if (address.family === AF_UNIX) return Uint8Array.from(address.path, (c) => c.charCodeAt(0));
  if (address.family === AF_INET6) return ipv6Bytes(address.address);
  return parseIp(address.address) ?? new Uint8Array(4);
}

/** As people write it: `127.0.0.1:80`, `[::1]:80`, a path, `@abstract`. */
export function describeAddress(address: SocketAddress): string {
  if (address.family === AF_UNIX) return address.path.replace(/^\0/, "@");
  const host = isIpv6(address.address) ? `[${address.address}]` : address.address;
  return `${host}:${address.port}`;
}
