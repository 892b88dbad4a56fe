/** The names of /etc/hosts: what a program's own machine says of addresses, before anybody else. */
import { hostActor } from "./actor.js";
import { S_IFMT, S_IFREG } from "./constants.js";
import { Errno } from "./errno.js";
import { canonicalIp } from "./ip-address.js";
import type { KernelTables } from "./kernel-tables.js";
import { openExisting } from "./virtual-file-system.js";

/** Of a longer file, the rest is not looked at. */
const FILE_BYTES = 64 * 1024;

/** The addresses that /etc/hosts has for a name, in the file's order. */
export function addressesInHostsFile(tables: KernelTables, name: string): string[] {
  const wanted = name.toLowerCase().replace(/\.$/, "");
  const found: string[] = [];
  for (const line of readHostsFile(tables).split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (!names.some((each) => each.toLowerCase() === wanted)) continue;
    const canonical = canonicalIp(address);
    if (canonical !== undefined) found.push(canonical);
  }
  return found;
}

function readHostsFile(tables: KernelTables): string {
  const { vfs } = tables;
  const location = vfs.resolveExisting(hostActor, "/", "/etc/hosts", true);
  if (location instanceof Errno || (location.stat.mode & S_IFMT) !== S_IFREG) return "";
  const file = vfs.open(location, openExisting);
  if (file instanceof Errno) return "";
  const bytes = new Uint8Array(FILE_BYTES);
  const count = file.read(bytes, 0);
  file.close();
  return count instanceof Errno ? "" : new TextDecoder().decode(bytes.subarray(0, count));
}
