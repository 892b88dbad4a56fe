/**
 * What kind of place an IP address is, by the IANA special-purpose address registries (IPv4 of
 * 2024-10, IPv6 of 2025-05): RFC 6890 and those after it. Everything but `public` is refused unless
 * a policy names it. Of IPv6 only 2000::/3 is given out, so that what no row names is not public.
 */
import { parseIp } from "./ip-address.js";

export type AddressRange =
  | "public"
  | "loopback"
  | "private"
  | "link-local"
  | "metadata"
  | "shared"
  | "translated"
  | "benchmarking"
  | "documentation"
  | "multicast"
  | "reserved";

type Row = readonly [prefix: string, bits: number, range: AddressRange];

/** The most exact rows come first. */
const ipv4Rows: readonly Row[] = [
  ["169.254.169.254", 32, "metadata"],
  ["169.254.170.2", 32, "metadata"],
  ["100.100.100.200", 32, "metadata"],
  ["168.63.129.16", 32, "metadata"],
  ["255.255.255.255", 32, "multicast"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "documentation"],
  ["192.88.99.0", 24, "translated"],
  ["198.51.100.0", 24, "documentation"],
  ["203.0.113.0", 24, "documentation"],
  ["169.254.0.0", 16, "link-local"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "benchmarking"],
  ["172.16.0.0", 12, "private"],
  ["100.64.0.0", 10, "shared"],
  ["0.0.0.0", 8, "reserved"],
  ["10.0.0.0", 8, "private"],
  ["127.0.0.0", 8, "loopback"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
  ["0.0.0.0", 0, "public"],
];

const ipv6Rows: readonly Row[] = [
  ["fd00:ec2::254", 128, "metadata"],
  ["fd20:ce::254", 128, "metadata"],
  ["::1", 128, "loopback"],
  ["64:ff9b::", 96, "translated"],
  ["64:ff9b:1::", 48, "translated"],
  ["2001:db8::", 32, "documentation"],
  ["2001::", 32, "translated"],
  ["2001::", 23, "reserved"],
  ["3fff::", 20, "documentation"],
  ["2002::", 16, "translated"],
  ["fe80::", 10, "link-local"],
  ["fec0::", 10, "private"],
  ["ff00::", 8, "multicast"],
  ["fc00::", 7, "private"],
  ["2000::", 3, "public"],
  ["::", 0, "reserved"],
];

interface Range {
  readonly prefix: Uint8Array;
  readonly bits: number;
  readonly range: AddressRange;
}

function parsed(rows: readonly Row[]): readonly Range[] {
  return rows.map(([text, bits, range]) => {
    const prefix = parseIp(text);
    if (!prefix) throw new TypeError(`not an address: ${text}`);
    return { prefix, bits, range };
  });
}

const ranges = { ipv4: parsed(ipv4Rows), ipv6: parsed(ipv6Rows) };

/** Names that cloud machines know their metadata service by. */
const metadataNames = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** The range of a canonical IP address. */
export function rangeOf(address: string): AddressRange {
  const bytes = parseIp(address);
  if (!bytes) return "reserved";
  const rows = bytes.length === 4 ? ranges.ipv4 : ranges.ipv6;
  return rows.find(({ prefix, bits }) => startsWith(bytes, prefix, bits))?.range ?? "reserved";
}

/** The range that a name says it is in, before anybody resolves it. */
export function rangeOfName(name: string): AddressRange {
  return metadataNames.has(name) ? "metadata" : "public";
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  for (let index = 0, left = bits; left > 0; index++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if ((((bytes[index] ?? 0) ^ (prefix[index] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
