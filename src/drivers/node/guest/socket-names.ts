/** Socket addresses between Node's words (address, port, family) and the bridge's bytes. */

import { ADDRESS_HEADER_BYTES } from "../../../bridge/socket-layout.js";
import { formatIp, parseIp } from "../../../kernel/ip-address.js";
import { AF_INET, AF_INET6, AF_UNIX } from "../../../kernel/socket-constants.js";
import { utf8Decode, utf8Encode } from "./utf8.js";

export type IpFamily = typeof AF_INET | typeof AF_INET6;

/** What Node fills in for `address()` and its like. */
export interface NamedAddress {
  address?: string;
  family?: string;
  port?: number;
}

const MAPPED_PREFIX_BYTES = 12;

/** The bytes of an IP address and port; null when the address is none of that family. */
export function encodeIp(family: IpFamily, address: string, port: number): Uint8Array | null {
  const [bare = ""] = address.split("%");
  const found = parseIp(bare);
  if (!found) return null;
  const ip = family === AF_INET6 && found.length === 4 ? mapped(found) : found;
  if (ip.length !== (family === AF_INET ? 4 : 16)) return null;
  return encode(family, port, ip);
}

/** The bytes of a unix socket's name, which is abstract when it begins with NUL. */
export function encodePath(path: string): Uint8Array {
  return encode(AF_UNIX, 0, utf8Encode(path));
}

function encode(family: number, port: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ADDRESS_HEADER_BYTES + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, family, true);
  view.setUint16(2, port, true);
  bytes.set(rest, ADDRESS_HEADER_BYTES);
  return bytes;
}

/** Fills in an address as Node shows it. */
export function nameOf(bytes: Uint8Array, name: NamedAddress = {}): NamedAddress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const family = view.getUint16(0, true);
  const rest = bytes.slice(ADDRESS_HEADER_BYTES);
  if (family === AF_UNIX) {
    name.address = utf8Decode(rest, 0, rest.length);
    return name;
  }
  name.address = ipText(rest);
  name.family = family === AF_INET ? "IPv4" : "IPv6";
  name.port = view.getUint16(2, true);
  return name;
}

/** As libuv writes it: an IPv4 address in IPv6 keeps its prefix. */
export function ipText(ip: Uint8Array): string {
  const text = formatIp(ip);
  return ip.length === 16 && !text.includes(":") ? `::ffff:${text}` : text;
}

function mapped(ip: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.fill(0xff, MAPPED_PREFIX_BYTES - 2, MAPPED_PREFIX_BYTES);
  bytes.set(ip, MAPPED_PREFIX_BYTES);
  return bytes;
}
