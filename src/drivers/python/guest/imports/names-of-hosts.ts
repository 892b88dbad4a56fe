/** getaddrinfo(3) and its kin, through the kernel's `resolve`. */
import { PATH_MAX } from "../../../../kernel/constants.js";
import { AF_INET, AF_INET6 } from "../../../../kernel/socket-constants.js";
import { WASI } from "../errno-map.js";
import type { Machine } from "../machine.js";
import { cAddress, readAddress } from "./sockets.js";

const AI_PASSIVE = 0x01;
const AI_CANONNAME = 0x02;
const AI_NUMERICHOST = 0x04;
const AI_NUMERICSERV = 0x400;
const NI_NUMERICHOST = 1;
const NI_NAMEREQD = 8;
const EAI_NONAME = -2;
const EAI_AGAIN = -3;
const EAI_FAIL = -4;
const EAI_FAMILY = -6;
const EAI_SOCKTYPE = -7;
const EAI_SERVICE = -8;
const EAI_MEMORY = -10;
const EAI_OVERFLOW = -12;

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const ADDRINFO_BYTES = 32;

/** By name: what programs ask for without a file of services. */
const services: Readonly<Record<string, number>> = {
  domain: 53,
  echo: 7,
  ftp: 21,
  http: 80,
  https: 443,
  imap: 143,
  pop3: 110,
  smtp: 25,
  ssh: 22,
  telnet: 23,
};
const protocols: Readonly<Record<string, number>> = {
  ip: 0,
  icmp: 1,
  tcp: 6,
  udp: 17,
  "ipv6-icmp": 58,
};

type Kind = readonly [type: number, protocol: number];
const allKinds: readonly Kind[] = [
  [SOCK_STREAM, IPPROTO_TCP],
  [SOCK_DGRAM, IPPROTO_UDP],
  [SOCK_RAW, 0],
];

export function hostNameImports(machine: Machine) {
  /** Addresses in the kernel's layout, or an EAI number. */
  const resolve = (name: Uint8Array, family: number): Uint8Array[] | number => {
    const failed = machine.call("resolve", { name, family });
    if (failed === -WASI.ENOENT) return EAI_NONAME;
    if (failed === -WASI.EAFNOSUPPORT) return EAI_FAMILY;
    if (failed === -WASI.EAGAIN || failed === -WASI.ETIMEDOUT) return EAI_AGAIN;
    if (failed) return failed === -WASI.EACCES ? EAI_FAIL : EAI_NONAME;
    return splitAddresses(machine.bytes.slice());
  };

  const own = (family: number, isPassive: boolean): Uint8Array[] => {
    const list: Uint8Array[] = [];
    if (family !== AF_INET) list.push(address(AF_INET6, 15, isPassive ? 0 : 1));
    if (family !== AF_INET6) {
      const four = address(AF_INET, 3, isPassive ? 0 : 1);
      if (!isPassive) four[8] = 127;
      // Linux's order: a server's 0.0.0.0 comes first, a client's ::1.
      if (isPassive) list.unshift(four);
      else list.push(four);
    }
    return list;
  };

  const portOf = (service: string, flags: number): number | null => {
    if (/^\d+$/.test(service)) return Number(service) & 0xffff;
    if ((flags & AI_NUMERICSERV) !== 0) return null;
    return Object.hasOwn(services, service) ? (services[service] ?? null) : null;
  };

  /** One `struct addrinfo` with its address behind it; 0 without memory. */
  const allocate = (found: Uint8Array, port: number, [type, protocol]: Kind): number => {
    const { memory, exports } = machine;
    const bytes = cAddress(found);
    bytes[2] = port >> 8;
    bytes[3] = port & 0xff;
    const info = exports.malloc(ADDRINFO_BYTES) >>> 0;
    const target = exports.malloc(bytes.length) >>> 0;
    if (info === 0 || target === 0) return 0;
    memory.bytes(info, ADDRINFO_BYTES).fill(0);
    memory.bytes(target, bytes.length).set(bytes);
    memory.setU32(info + 4, bytes[0] ?? 0);
    memory.setU32(info + 8, type);
    memory.setU32(info + 12, protocol);
    memory.setU32(info + 16, bytes.length);
    memory.setU32(info + 20, target);
    return info;
  };

  return {
    getaddrinfo(node: number, service: number, hints: number, out: number): number {
      const { memory } = machine;
      if (node === 0 && service === 0) return EAI_NONAME;
      const hint = (index: number) => (hints === 0 ? 0 : memory.i32(hints + index * 4));
      const [flags, family, type, protocol] = [hint(0), hint(1), hint(2), hint(3)];
      if (family !== 0 && family !== AF_INET && family !== AF_INET6) return EAI_FAMILY;
      const kinds = allKinds.filter(
        ([wantedType, usual]) =>
          (type === 0 || type === wantedType) &&
          (protocol === 0 || usual === 0 || protocol === usual),
      );
      if (kinds.length === 0) return EAI_SOCKTYPE;
      const port = service === 0 ? 0 : portOf(memory.text(service), flags);
      if (port === null) return EAI_SERVICE;
      const name = node === 0 ? null : memory.string(node).slice(0, PATH_MAX);
      if (name && (flags & AI_NUMERICHOST) !== 0 && !isNumeric(name)) return EAI_NONAME;
      const found = name ? resolve(name, family) : own(family, (flags & AI_PASSIVE) !== 0);
      if (typeof found === "number") return found;
      let link = out;
      let first = 0;
      for (const each of found) {
        for (const kind of kinds) {
          const info = allocate(each, port, protocol !== 0 ? [kind[0], protocol] : kind);
          if (info === 0) return EAI_MEMORY;
          memory.setU32(link, info);
          link = info + 28;
          first ||= info;
        }
      }
      if (first !== 0 && name && (flags & AI_CANONNAME) !== 0) {
        const copy = machine.exports.malloc(name.length + 1) >>> 0;
        if (copy === 0) return EAI_MEMORY;
        memory.setString(copy, name, name.length + 1);
        memory.setU32(first + 24, copy);
      }
      return first === 0 ? EAI_NONAME : 0;
    },
    /** Only numbers: the kernel does not resolve addresses to names. */
    getnameinfo(
      pointer: number,
      length: number,
      node: number,
      nodeRoom: number,
      service: number,
      serviceRoom: number,
      flags: number,
    ): number {
      const found = readAddress(machine.memory, pointer, length);
      if (!found) return EAI_FAMILY;
      const view = new DataView(found.buffer);
      const family = view.getUint16(0, true);
      if (family !== AF_INET && family !== AF_INET6) return EAI_FAMILY;
      if ((flags & NI_NAMEREQD) !== 0 && (flags & NI_NUMERICHOST) === 0) return EAI_NONAME;
      const put = (text: string, target: number, room: number): boolean =>
        target === 0 || room === 0 || machine.memory.setString(target, ascii(text), room);
      const isNamed = put(formatAddress(found.subarray(8)), node, nodeRoom);
      const isServed = put(String(view.getUint16(2, true)), service, serviceRoom);
      return isNamed && isServed ? 0 : EAI_OVERFLOW;
    },
    getprotobyname(name: number): number {
      const { memory, exports } = machine;
      const text = memory.text(name);
      if (!Object.hasOwn(protocols, text)) return 0;
      // `struct protoent`: name, aliases, number; then an empty list and the name itself.
      const entry = exports.malloc(16 + text.length + 1) >>> 0;
      if (entry === 0) return 0;
      memory.setU32(entry, entry + 16);
      memory.setU32(entry + 4, entry + 12);
      memory.setU32(entry + 8, protocols[text] ?? 0);
      memory.setU32(entry + 12, 0);
      memory.setString(entry + 16, ascii(text), text.length + 1);
      return entry;
    },
    /** For gethostbyname(3): an IPv4 address in network order, 0 for none. */
    _emscripten_lookup_name(name: number): number {
      const found = resolve(machine.memory.string(name).slice(0, PATH_MAX), AF_INET);
      const [one] = typeof found === "number" ? [] : found;
      return one ? new DataView(one.buffer, one.byteOffset).getUint32(8, true) : 0;
    },
  };
}

/** An address in the kernel's layout, all zeros but one byte. */
function address(family: number, last: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8 + (family === AF_INET6 ? 16 : 4));
  bytes[0] = family;
  bytes[8 + last] = value;
  return bytes;
}

function splitAddresses(list: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at + 8 <= list.length; ) {
    const size = 8 + (list[at] === AF_INET6 ? 16 : 4);
    parts.push(list.slice(at, at + size));
    at += size;
  }
  return parts;
}

function isNumeric(name: Uint8Array): boolean {
  const text = String.fromCharCode(...name);
  return text.includes(":") || /^[\d.]+$/.test(text);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

/** An IP address as people write it (RFC 5952). */
function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const zeros = `:${groups.join(":")}:`.match(/:(?:0:){2,}/g) ?? [];
  const longest = zeros.sort((one, other) => other.length - one.length)[0];
  if (longest === undefined) return groups.join(":");
  return `:${groups.join(":")}:`
    .replace(longest, "::")
    .replace(/^:(?!:)/, "")
    .replace(/(?<!:):$/, "");
}
