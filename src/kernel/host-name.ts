/**
 * Names of hosts as programs write them, in the one form that is judged and looked up. WHATWG's host
 * parser does it, the same that resolves URLs: number forms (`127.1`, `0x7f.1`, `2130706433`,
 * `0177.0.0.1`) become the address they mean, Unicode dots and digits ASCII, international names
 * Punycode; a dot at the end goes.
 */
import { type Errno, errno } from "./errno.js";
import { canonicalIp } from "./ip-address.js";

/** Bytes of a name and of one part of it: RFC 1035. */
const NAME_BYTES = 253;
const LABEL_BYTES = 63;

export interface Host {
  /** A name in lower case, or a canonical address. */
  readonly text: string;
  readonly isAddress: boolean;
}

/** What would end the host in a URL, or is no part of one. */
const foreignTo = /[\s/?#@\\[\]<>^|]|\p{Cc}/u;

/** EINVAL for what is no host, ENAMETOOLONG. */
export function parseHost(text: string): Host | Errno {
  if (text.length > 4 * NAME_BYTES) return errno.ENAMETOOLONG;
  if (text === "" || foreignTo.test(text)) return errno.EINVAL;
  if (text.includes(":")) return addressHost(canonicalIp(withoutZone(text)));
  // A URL would decode it.
  if (text.includes("%")) return errno.EINVAL;
  const parsed = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`).hostname : "";
  const host = parsed.endsWith(".") ? parsed.slice(0, -1) : parsed;
  const address = canonicalIp(host);
  if (address !== undefined) return addressHost(address);
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host)) return errno.EINVAL;
  const isTooLong = host.length > NAME_BYTES || host.split(".").some((l) => l.length > LABEL_BYTES);
  return isTooLong ? errno.ENAMETOOLONG : { text: host, isAddress: false };
}

function addressHost(address: string | undefined): Host | Errno {
  return address === undefined ? errno.EINVAL : { text: address, isAddress: true };
}

/** Link-local addresses may name an interface, which means nothing here. */
function withoutZone(text: string): string {
  return text.split("%")[0] ?? text;
}
