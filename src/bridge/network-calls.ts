/** Handlers of what leaves the kernel: names, and TLS over connections. */
import { followed } from "../kernel/awaited.js";
import { ofFamily } from "../kernel/dns-cache.js";
import { Errno, errno } from "../kernel/errno.js";
import { addressesInHostsFile } from "../kernel/hosts-file.js";
import { isIpv6 } from "../kernel/ip-address.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import { PendingAnswer } from "../kernel/pending-answer.js";
import type { Process } from "../kernel/process.js";
import { encodeSocketAddress, internetAddress } from "../kernel/socket-address.js";
import { AF_INET, AF_INET6, AF_UNIX, AF_UNSPEC } from "../kernel/socket-constants.js";
import { StreamSocket } from "../kernel/stream-socket.js";
import { startTls, type TlsRequest } from "../kernel/tls-layer.js";
import type { Outcome } from "../kernel/wait.js";
import type { Handlers } from "./handler.js";

export const networkCalls = {
  resolve({ tables, process }, { name, family }) {
    return addressesOf(tables, process, name, family);
  },

  open_resolve({ tables, process }, { name, family }) {
    const lowest = process.fds.lowestFree();
    if (lowest instanceof Errno) return lowest;
    const answer = new PendingAnswer(addressesOf(tables, process, name, family));
    return process.fds.install(lowest, answer, true);
  },

  start_tls({ tables, process }, { fd, options }) {
    const socket = process.fds.get(fd);
    if (socket instanceof Errno) return socket;
    if (!(socket instanceof StreamSocket)) return errno.ENOTSOCK;
    const request = parseTlsOptions(options);
    if (request instanceof Errno) return request;
    const { remote } = socket;
    const isInside =
      !remote || remote.family === AF_UNIX || tables.sockets.isInside(remote.address);
    const started = startTls(tables.network, socket, request, isInside, process.pid);
    return followed(started, (result) => encodeStrings(Object.entries(result)));
  },
} satisfies Partial<Handlers>;

/** /etc/hosts, the machine's own name, then the network. */
function addressesOf(
  tables: KernelTables,
  process: Process,
  name: string,
  family: number,
): Outcome<Uint8Array> {
  const version = versionOf(family);
  if (version instanceof Errno) return version;
  const inFile = addressesInHostsFile(tables, name);
  if (inFile.length > 0) {
    const found = ofFamily(inFile, version);
    return found.length > 0 ? encodeAddresses(found) : errno.ENOENT;
  }
  if (name === tables.machine.hostname) return encodeAddresses(ofFamily(["127.0.0.1"], version));
  return followed(tables.network.resolve(name, version, process.pid), encodeAddresses);
}

/** 4, 6, or 0 for both. */
function versionOf(family: number): number | Errno {
  if (family === AF_UNSPEC) return 0;
  if (family === AF_INET) return 4;
  return family === AF_INET6 ? 6 : errno.EAFNOSUPPORT;
}

function encodeAddresses(addresses: readonly string[]): Uint8Array {
  const parts = addresses.map((address) =>
    encodeSocketAddress(internetAddress(isIpv6(address) ? AF_INET6 : AF_INET, address, 0)),
  );
  return joined(parts);
}

function encodeStrings(entries: readonly (readonly [string, string])[]): Uint8Array {
  const encoder = new TextEncoder();
  return joined(entries.map(([key, value]) => encoder.encode(`${key}=${value}\0`)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function parseTlsOptions(options: readonly string[]): TlsRequest | Errno {
  const request = { serverName: "", ca: undefined as string | undefined, verify: true };
  let alpn: string[] = [];
  for (const option of options) {
    const [key = ""] = option.split("=");
    const value = option.slice(key.length + 1);
    if (key === "servername") request.serverName = value;
    else if (key === "alpn") alpn = value.split(",").filter((name) => name !== "");
    else if (key === "ca") request.ca = value;
    else if (key === "verify") request.verify = value !== "0";
    else return errno.EINVAL;
  }
  return { ...request, alpn };
}
