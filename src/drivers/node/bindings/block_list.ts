/** `block_list`: `net.SocketAddress` and the rules of `net.BlockList`. */
import { isMapped, parseIp } from "../../../kernel/ip-address.js";
import { AF_INET, AF_INET6 } from "../../../kernel/socket-constants.js";
import type { Binding } from "../guest/guest.js";
import { ipText } from "../guest/socket-names.js";

const MAPPED_PREFIX_BITS = 96;

class SocketAddress {
  readonly #bytes: Uint8Array;
  readonly #port: number;
  readonly #flowLabel: number;

  constructor(address: string, port: number, family: number, flowLabel: number) {
    const bytes = parseIp(address);
    if (bytes?.length !== (family === AF_INET ? 4 : 16)) {
      throw Object.assign(new Error("Invalid address"), { code: "ERR_INVALID_ADDRESS" });
    }
    this.#bytes = bytes;
    this.#port = port;
    this.#flowLabel = flowLabel;
  }

  get text(): string {
    return ipText(this.#bytes);
  }

  get familyName(): string {
    return this.#bytes.length === 4 ? "IPv4" : "IPv6";
  }

  /** An IPv4 address in IPv6 is the same as without. */
  get comparable(): Uint8Array {
    return isMapped(this.#bytes) ? this.#bytes.subarray(12) : this.#bytes;
  }

  /** How many of `prefix` bits are left when the address is compared. */
  comparableBits(prefix: number): number {
    return isMapped(this.#bytes) ? Math.max(0, prefix - MAPPED_PREFIX_BITS) : prefix;
  }

  detail(target: Record<string, unknown>): object {
    return Object.assign(target, {
      address: this.text,
      port: this.#port,
      family: this.#bytes.length === 4 ? AF_INET : AF_INET6,
      flowlabel: this.#flowLabel,
    });
  }

  legacyDetail(): object {
    return { address: this.text, family: this.familyName, port: this.#port };
  }

  flowlabel(): number {
    return this.#bytes.length === 4 ? 0 : this.#flowLabel;
  }
}

interface Rule {
  readonly text: string;
  matches(address: Uint8Array): boolean;
}

class BlockList {
  /** The newest first. */
  readonly #rules: Rule[] = [];

  addAddress(address: SocketAddress): void {
    const wanted = address.comparable;
    this.#rules.unshift({
      text: `Address: ${address.familyName} ${address.text}`,
      matches: (given) => compare(given, wanted) === 0,
    });
  }

  /** false: the start comes after the end, or they cannot be compared. */
  addRange(start: SocketAddress, end: SocketAddress): boolean {
    const [first, last] = [start.comparable, end.comparable];
    if (!((compare(first, last) ?? 1) <= 0)) return false;
    this.#rules.unshift({
      text: `Range: ${start.familyName} ${start.text}-${end.text}`,
      matches: (given) => (compare(given, first) ?? -1) >= 0 && (compare(given, last) ?? 1) <= 0,
    });
    return true;
  }

  addSubnet(network: SocketAddress, prefix: number): void {
    const [wanted, bits] = [network.comparable, network.comparableBits(prefix)];
    this.#rules.unshift({
      text: `Subnet: ${network.familyName} ${network.text}/${prefix}`,
      matches: (given) => isWithin(given, wanted, bits),
    });
  }

  check(address: SocketAddress): boolean {
    const given = address.comparable;
    return this.#rules.some((rule) => rule.matches(given));
  }

  getRules(): string[] {
    return this.#rules.map(({ text }) => text);
  }
}

/** Below 0, 0 or above 0; undefined for addresses of different families. */
function compare(a: Uint8Array, b: Uint8Array): number | undefined {
  if (a.length !== b.length) return undefined;
  for (const [index, byte] of a.entries()) {
    const difference = byte - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function isWithin(address: Uint8Array, network: Uint8Array, bits: number): boolean {
  if (address.length !== network.length) return false;
  return address.every((byte, index) => {
    const counted = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - counted)) & 0xff;
    return (byte & mask) === ((network[index] ?? 0) & mask);
  });
}

export function blockListBinding(): Binding {
  return { BlockList, SocketAddress, AF_INET, AF_INET6 };
}
