/** Names to addresses by the kernel, and back by the guest's /etc/hosts and /etc/services. */
import { O_CLOEXEC, O_RDONLY } from "../../../kernel/constants.js";
import { parseIp } from "../../../kernel/ip-address.js";
import { AF_INET, AF_INET6, AF_UNSPEC } from "../../../kernel/socket-constants.js";
import type { Reader } from "./event-loop.js";
import type { Guest } from "./guest.js";
import type { KernelCalls } from "./kernel-calls.js";
import { ipText } from "./socket-names.js";
import { utf8Decode, utf8Encode } from "./utf8.js";

/** `struct` of one address in the answer of `resolve`: head, then 4 or 16 bytes. */
const HEAD_BYTES = 8;
const FILE_BYTES_MAX = 256 * 1024;

/** More than the kernel keeps of one name. */
const ANSWER_BYTES_MAX = 16 * 1024;

/** Addresses in the order that they came; below 0: minus an error number. */
export type Found = string[] | number;

/** Asks for the addresses of a name. `tell` is called by the loop. Answers how to ask no more. */
export function lookUp(
  { kernel, loop }: Guest,
  name: string,
  version: 0 | 4 | 6,
  tell: (found: Found) => void,
): () => void {
  const family = version === 0 ? AF_UNSPEC : version === 4 ? AF_INET : AF_INET6;
  const failed = kernel.call("open_resolve", { name: utf8Encode(name), family });
  if (failed) {
    let isWanted = true;
    loop.enqueue(() => {
      if (isWanted) tell(failed);
    });
    return () => {
      isWanted = false;
    };
  }
  const fd = kernel.result;
  const end = (): void => {
    loop.unwatch(reader);
    kernel.close(fd);
  };
  const reader: Reader = {
    fd,
    maxBytes: ANSWER_BYTES_MAX,
    isReferenced: true,
    onRead(result, data) {
      end();
      tell(result < 0 ? result : addressesIn(data));
    },
  };
  loop.watch(reader);
  return end;
}

function addressesIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const addresses: string[] = [];
  for (let at = 0; at + HEAD_BYTES < bytes.length; ) {
    const length = view.getUint16(at, true) === AF_INET ? 4 : 16;
    const start = at + HEAD_BYTES;
    addresses[addresses.length] = ipText(bytes.slice(start, start + length));
    at = start + length;
  }
  return addresses;
}

/** The name of an address in /etc/hosts, or of the loopback's. */
export function nameOfAddress(kernel: KernelCalls, address: string): string | undefined {
  const wanted = keyOf(address);
  for (const [ip = "", name] of rowsOf(kernel, "/etc/hosts")) {
    if (name !== undefined && keyOf(ip) === wanted) return name;
  }
  return /^127\.|^::1$/.test(address) ? "localhost" : undefined;
}

function keyOf(address: string): string | undefined {
  return parseIp(address)?.join();
}

/** The name of a TCP service in /etc/services, else its number. */
export function serviceOfPort(kernel: KernelCalls, port: number): string {
  for (const [name, place] of rowsOf(kernel, "/etc/services")) {
    if (name !== undefined && place === `${port}/tcp`) return name;
  }
  return wellKnown.get(port) ?? `${port}`;
}

/** What every system has in /etc/services, for one that has no such file. */
const wellKnown: ReadonlyMap<number, string> = new Map([
  [21, "ftp"],
  [22, "ssh"],
  [25, "smtp"],
  [53, "domain"],
  [80, "http"],
  [443, "https"],
]);

/** The servers in /etc/resolv.conf. */
export function configuredServers(kernel: KernelCalls): string[] {
  const servers: string[] = [];
  for (const [key, value] of rowsOf(kernel, "/etc/resolv.conf")) {
    if (key === "nameserver" && value !== undefined && parseIp(value)) servers.push(value);
  }
  return servers;
}

/** The words of each line of a file, without comments. */
function rowsOf(kernel: KernelCalls, path: string): string[][] {
  const fd = kernel.open(path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return [];
  const bytes = new Uint8Array(FILE_BYTES_MAX);
  const count = kernel.readFully(fd, bytes, -1);
  kernel.close(fd);
  if (count <= 0) return [];
  const lines = utf8Decode(bytes, 0, count).split("\n");
  return lines.map((line) => (line.split("#")[0] ?? "").trim().split(/\s+/));
}
