/** An address, or a CIDR range of them: RFC 4632, RFC 4291. */
import { type AddressRange, rangeOf } from "../kernel/address-range.js";
import { canonicalIp, formatIp, parseIp } from "../kernel/ip-address.js";

export interface AddressBlock {
  /** The kind that all its addresses are of, but for more special ones between them; undefined: of several. */
  readonly range: AddressRange | undefined;
  has(address: string): boolean;
}

/** Undefined for what is neither. An IPv4 address mapped into IPv6 is the IPv4 address. */
export function addressBlock(text: string): AddressBlock | undefined {
  const [written = "", width, ...more] = text.split("/");
  const canonical = canonicalIp(written);
  const first = canonical === undefined ? undefined : parseIp(canonical);
  if (!first || more.length > 0) return undefined;
  const most = first.length * 8;
  if (width !== undefined && !/^\d{1,3}$/.test(width)) return undefined;
  const bits = width === undefined ? most : Number(width);
  if (bits > most) return undefined;
  const masks = first.map((_, index) => maskOf(bits - index * 8));
  const prefix = first.map((byte, index) => byte & (masks[index] ?? 0));
  const last = prefix.map((byte, index) => byte | (~(masks[index] ?? 0) & 0xff));
  const range = rangeOf(formatIp(prefix));
  return {
    range: rangeOf(formatIp(last)) === range ? range : undefined,
    has(address) {
      const bytes = parseIp(address);
      if (bytes?.length !== prefix.length) return false;
      return bytes.every((byte, index) => (byte & (masks[index] ?? 0)) === prefix[index]);
    },
  };
}

/** The mask of one byte, of which this many bits and more are of the prefix. */
function maskOf(bits: number): number {
  if (bits >= 8) return 0xff;
  return bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}
