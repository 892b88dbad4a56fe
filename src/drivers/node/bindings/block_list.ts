/** `block_list`: `net.SocketAddress` and the rules of `net.BlockList`. */
import { isMapped, parseIp } from "../../../kernel/ip-address.js";
import { AF_INET, AF_INET6 } from "../../../kernel/socket-constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import { ipText } from "../guest/socket-names.js";

const SORTED_SINCE = 24;
/** How the texts of rules begin, in their order. */
const kinds = ["Address", "Subnet", "Range"];

const MAPPED_PREFIX_BITS = 96;

/** How many bytes an address of a family has. */
function addressLength(family: number): number {
  return family === AF_INET ? 4 : 16;
}

class SocketAddress {
  readonly #bytes: Uint8Array;
  readonly #port: number;
  readonly #flowLabel: number;

  constructor(address: string, port: number, family: number, flowLabel: number) {
    const bytes = parseIp(address);
    if (bytes?.length !== addressLength(family)) {
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

function addressRule(address: SocketAddress): Rule {
  const wanted = address.comparable;
  return {
    text: `Address: ${address.familyName} ${address.text}`,
    matches: (given) => compare(given, wanted) === 0,
  };
}

function rangeRule(start: SocketAddress, end: SocketAddress): Rule {
  const [first, last] = [start.comparable, end.comparable];
  return {
    text: `Range: ${start.familyName} ${start.text}-${end.text}`,
    matches: (given) => (compare(given, first) ?? -1) >= 0 && (compare(given, last) ?? 1) <= 0,
  };
}

function subnetRule(network: SocketAddress, prefix: number): Rule {
  const [wanted, bits] = [network.comparable, network.comparableBits(prefix)];
  return {
    text: `Subnet: ${network.familyName} ${network.text}/${prefix}`,
    matches: (given) => isWithin(given, wanted, bits),
  };
}

class BlockList {
  /** The newest first. */
  #rules: Rule[] = [];

  addAddress(address: SocketAddress): void {
    this.#rules.unshift(addressRule(address));
  }

  addAddresses(addresses: readonly SocketAddress[]): void {
    for (const address of addresses) this.addAddress(address);
  }

  /** false: the start comes after the end, or they cannot be compared. */
  addRange(start: SocketAddress, end: SocketAddress): boolean {
    if (!((compare(start.comparable, end.comparable) ?? 1) <= 0)) return false;
    this.#rules.unshift(rangeRule(start, end));
    return true;
  }

  addSubnet(network: SocketAddress, prefix: number): void {
    this.#rules.unshift(subnetRule(network, prefix));
  }

  removeAddress(address: SocketAddress): void {
    this.#remove(addressRule(address));
  }

  removeRange(start: SocketAddress, end: SocketAddress): void {
    this.#remove(rangeRule(start, end));
  }

  removeSubnet(network: SocketAddress, prefix: number): void {
    this.#remove(subnetRule(network, prefix));
  }

  check(address: SocketAddress): boolean {
    return this.#matches(address.comparable);
  }

  /** `check` of an address as text; what is none is on no list. */
  checkString(text: string, family: number): boolean {
    const bytes = parseIp(text);
    if (bytes?.length !== addressLength(family)) return false;
    return this.#matches(isMapped(bytes) ? bytes.subarray(12) : bytes);
  }

  clear(): void {
    this.#rules = [];
  }

  getRules(): string[] {
    return this.#rules.map(({ text }) => text);
  }

  getSize(): number {
    return this.#rules.length;
  }

  #matches(address: Uint8Array): boolean {
    return this.#rules.some((rule) => rule.matches(address));
  }

  #remove({ text }: Rule): void {
    this.#rules = this.#rules.filter((rule) => rule.text !== text);
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

/** From Node 24 on a list tells its rules by their kinds. */
class SortedBlockList extends BlockList {
  override getRules(): string[] {
    const rules = super.getRules();
    return kinds.flatMap((kind) => rules.filter((text) => text.startsWith(kind)));
  }
}

export function blockListBinding({ nodeMajor }: Guest): Binding {
  const List = nodeMajor < SORTED_SINCE ? BlockList : SortedBlockList;
  return { BlockList: List, SocketAddress, AF_INET, AF_INET6 };
}
