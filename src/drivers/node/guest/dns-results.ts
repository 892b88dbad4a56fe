/** Records of the DNS as Node's `resolve…` functions answer them. */
import type { DnsRecord, RecordType } from "./dns-message.js";

/** From this Node on some records tell their types, or have room for them, outside of `resolveAny` too. */
const TYPED_SINCE = 24;

/** The order in which `resolveAny` answers. */
const order: readonly RecordType[] = [
  "A",
  "CNAME",
  "AAAA",
  "MX",
  "NS",
  "TXT",
  "SRV",
  "PTR",
  "NAPTR",
  "SOA",
  "CAA",
];

/** The arguments of a request's callback: null, the results, and the times to live of addresses. */
export function resultsOf(
  records: readonly DnsRecord[],
  type: RecordType,
  nodeMajor: number,
): unknown[] {
  if (type === "ANY") return anyOf(records);
  const found = records.filter((record) => record.type === type);
  if (found.length === 0) return ["ENODATA"];
  const isTyped = nodeMajor >= TYPED_SINCE;
  const field = (name: string): unknown[] => found.map(({ fields }) => fields[name]);
  switch (type) {
    case "A":
    case "AAAA":
      return [null, field("address"), found.map(({ ttl }) => ttl)];
    case "NS":
    case "CNAME":
    case "PTR":
      return [null, field("value")];
    case "TXT":
      return [null, field("entries")];
    case "SOA":
      return [null, { ...found[0]?.fields, ...(isTyped ? { type: undefined } : {}) }];
    case "MX":
    case "SRV":
      return [null, found.map(({ fields }) => ({ ...fields, ...(isTyped ? { type } : {}) }))];
    case "NAPTR":
      return [
        null,
        found.map(({ fields }) => ({ ...fields, ...(isTyped ? { type: undefined } : {}) })),
      ];
    case "CAA":
      return isTyped
        ? [
            null,
            found.map(({ fields: { critical, ...rest } }) => ({ critical, type: "CAA", ...rest })),
          ]
        : [null, found.map(({ fields }) => ({ ...fields }))];
  }
}

function anyOf(records: readonly DnsRecord[]): unknown[] {
  if (records.length === 0) return ["ENODATA"];
  const sorted = order.flatMap((type) => records.filter((record) => record.type === type));
  return [
    null,
    sorted.map(({ type, ttl, fields }) =>
      type === "A" || type === "AAAA" ? { ...fields, ttl, type } : { ...fields, type },
    ),
  ];
}

/** The name under which an address is found in the DNS. */
export function reverseName(address: Uint8Array): string {
  if (address.length === 4) return `${[...address].reverse().join(".")}.in-addr.arpa`;
  const digits = [...address].reverse().flatMap((byte) => [byte & 15, byte >> 4]);
  return `${digits.map((digit) => digit.toString(16)).join(".")}.ip6.arpa`;
}
