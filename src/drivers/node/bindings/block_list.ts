/** `block_list`: `net.SocketAddress` and the rules of `net.BlockList`. */
import { isMapped, parseIp } from "../../../kernel/ip-address.js";
import { AF_INET, AF_INET6 } from "../../../kernel/socket-constants.js";
import { cloning } from "../guest/cloned-handles.js";
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

/** A `SocketAddress`, as the rules see it. */
interface Address {
  readonly text: string;
  readonly of: AddressArguments;
  readonly familyName: string;
  readonly comparable: Uint8Array;
  comparableBits(prefix: number): number;
}

/** What a `SocketAddress` is made of. */
type AddressArguments = [address: string, port: number, family: number, flowLabel: number];

/** A rule by its kind and its addresses, in bytes. */
type RuleArguments =
  | readonly [kind: "address", address: AddressArguments]
  | readonly [kind: "range", start: AddressArguments, end: AddressArguments]
  | readonly [kind: "subnet", network: AddressArguments, prefix: number];

interface Rule {
  readonly text: string;
  /** What it is made of, to be sent. */
  readonly of: RuleArguments;
  matches(address: Uint8Array): boolean;
}

function addressRule(address: Address): Rule {
  const wanted = address.comparable;
  return {
    of: ["address", address.of],
    text: `Address: ${address.familyName} ${address.text}`,
    matches: (given) => compare(given, wanted) === 0,
  };
}

function rangeRule(start: Address, end: Address): Rule {
  const [first, last] = [start.comparable, end.comparable];
  return {
    of: ["range", start.of, end.of],
    text: `Range: ${start.familyName} ${start.text}-${end.text}`,
    matches: (given) => (compare(given, first) ?? -1) >= 0 && (compare(given, last) ?? 1) <= 0,
  };
}

function subnetRule(network: Address, prefix: number): Rule {
  const [wanted, bits] = [network.comparable, network.comparableBits(prefix)];
  return {
    of: ["subnet", network.of, prefix],
    text: `Subnet: ${network.familyName} ${network.text}/${prefix}`,
    matches: (given) => isWithin(given, wanted, bits),
  };
}

/** A rule that has come with a message. */
function ruleOf(rule: RuleArguments, make: (...of: AddressArguments) => Address): Rule {
  switch (rule[0]) {
    case "address":
      return addressRule(make(...rule[1]));
    case "range":
      return rangeRule(make(...rule[1]), make(...rule[2]));
    case "subnet":
      return subnetRule(make(...rule[1]), rule[2]);
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

export function blockListBinding(guest: Guest): Binding {
  const addressCloneable = cloning<SocketAddress, AddressArguments>(
    guest,
    "block_list",
    "SocketAddress",
    { describe: ({ of }) => of, revive: (of) => new SocketAddress(...of) },
  );
  const listCloneable = cloning<BlockList, RuleArguments[]>(guest, "block_list", "BlockList", {
    describe: (list) => list.describe(),
    revive: (rules) => BlockList.of(rules),
  });

  class SocketAddress extends guest.native.HostObject implements Address {
    readonly #bytes: Uint8Array;
    readonly #port: number;
    readonly #flowLabel: number;

    constructor(address: string, port: number, family: number, flowLabel: number) {
      super();
      const bytes = parseIp(address);
      if (bytes?.length !== addressLength(family)) {
        throw Object.assign(new Error("Invalid address"), { code: "ERR_INVALID_ADDRESS" });
      }
      this.#bytes = bytes;
      this.#port = port;
      this.#flowLabel = flowLabel;
      addressCloneable(this);
    }

    get of(): AddressArguments {
      const family = this.#bytes.length === 4 ? AF_INET : AF_INET6;
      return [this.text, this.#port, family, this.#flowLabel];
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

  class BlockList extends guest.native.HostObject {
    /** The newest first. */
    #rules: Rule[] = [];

    constructor() {
      super();
      listCloneable(this);
    }

    describe(): RuleArguments[] {
      return this.#rules.map(({ of }) => of);
    }

    static of(rules: readonly RuleArguments[]): BlockList {
      const list = new List();
      list.#rules = rules.map((rule) => ruleOf(rule, (...of) => new SocketAddress(...of)));
      return list;
    }

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

  /** From Node 24 on a list tells its rules by their kinds. */
  class SortedBlockList extends BlockList {
    override getRules(): string[] {
      const rules = super.getRules();
      return kinds.flatMap((kind) => rules.filter((text) => text.startsWith(kind)));
    }
  }

  const List = guest.nodeMajor < SORTED_SINCE ? BlockList : SortedBlockList;
  return { BlockList: List, SocketAddress, AF_INET, AF_INET6 };
}
