/**
 * Rules of the scope `network`: which hosts may be reached, on which ports. A rule says yes to public
 * addresses; one that is private, local, of a cloud's metadata service or otherwise special must be
 * NAMED by a rule: as an address, as a CIDR range that lies wholly within such addresses, as
 * `host.internal`, or by `ranges`. So neither `*` nor a name that suddenly leads inside
 * opens a network that was not meant.
 */
import { type AddressRange, rangeOfName } from "../kernel/address-range.js";
import { Errno } from "../kernel/errno.js";
import { parseHost } from "../kernel/host-name.js";
import { HOST_NAME } from "../kernel/network.js";
import type { NetworkRequest, PermissionDecision } from "../kernel/permissions.js";
import { type AddressBlock, addressBlock } from "./address-block.js";
import { checkKeys, checkOneOf, expected } from "./check-options.js";
import { OptionError } from "./errors.js";
import { type PortSpan, portSpans } from "./port-span.js";
import {
  type CompiledRule,
  checkVerdict,
  listOf,
  type RuleFunction,
  type RuleVerdict,
} from "./rule-list.js";

export interface NetworkRule extends RuleVerdict {
  /**
   * `example.com`, `*.example.com` (every name below it, not itself), an address, a CIDR range
   * (`10.0.0.0/8`), `host.internal` (the host's own loopback), or `*`. Default: every host.
   */
  readonly host?: string | readonly string[];
  /** Ports and spans of them: 443, `"8000-8999"`. Default: every port. */
  readonly port?: number | string | readonly (number | string)[];
  /** Default: both. */
  readonly protocol?: "tcp" | "udp";
  /** Kinds of addresses besides public ones that these hosts may have, such as `private`. */
  readonly ranges?: readonly AddressRange[];
}

/**
 * A string is `[!][protocol://]host[:port]`: `*.npmjs.org:443`, `udp://1.1.1.1:53`, `10.0.0.0/8`,
 * `[::1]:80`; `https://` is TCP on port 443, `http://` on port 80; with `!` it is denied. true is every public address.
 */
export type NetworkRules = readonly (
  | string
  | boolean
  | NetworkRule
  | RuleFunction<NetworkRequest>
)[];

interface HostPattern {
  matches(host: string, address: string | undefined): boolean;
  /** Whether it means this address, special as it is. */
  names(host: string, range: AddressRange): boolean;
}

const specialRanges: readonly Exclude<AddressRange, "public">[] = [
  "loopback",
  "private",
  "link-local",
  "metadata",
  "shared",
  "translated",
  "benchmarking",
  "documentation",
  "multicast",
  "reserved",
];

/** @param option - What it is called in errors. */
export function compileNetworkRule(
  option: string,
  source: string | NetworkRule,
): CompiledRule<NetworkRequest> {
  const rule = typeof source === "string" ? shorthand(option, source) : source;
  checkKeys(option, rule, ["host", "port", "protocol", "ranges", "allow", "reason"]);
  checkVerdict(option, rule);
  checkOneOf(`${option}.protocol`, rule.protocol, ["tcp", "udp"]);
  const { allow = true, reason, protocol, ranges = [] } = rule;
  if (!Array.isArray(ranges)) throw expected(`${option}.ranges`, "an array", ranges);
  for (const range of ranges) checkOneOf(`${option}.ranges`, range, specialRanges);
  const hosts = listOf(rule.host ?? "*").map((host) => hostPattern(`${option}.host`, host));
  const ports = rule.port === undefined ? undefined : portSpans(`${option}.port`, rule.port);
  const why = reason === undefined ? {} : { reason };
  return {
    source,
    decide: (request) => {
      if (!isAbout(request, allow, protocol, ports)) return undefined;
      const { host, address, range } = request;
      const meant = hosts.filter((each) => each.matches(host, address));
      if (meant.length === 0) return undefined;
      if (!allow || range === "public") return { allow, ...why };
      const isNamed = ranges.includes(range) || meant.some((each) => each.names(host, range));
      // Silence: a rule before this one may name it.
      return isNamed ? namedAnswer(request, why) : undefined;
    },
  };
}

/** Every public address; of others it says nothing. */
export function decideAll({ range }: NetworkRequest): PermissionDecision | undefined {
  return range === "public" ? true : undefined;
}

function namedAnswer(
  { address, host }: NetworkRequest,
  why: { readonly reason?: string },
): PermissionDecision {
  return { allow: true, names: [address ?? host], ...why };
}

/**
 * Whether ports and protocol are those of a rule. A question for a name has neither: whoever may
 * reach a host may look it up, and a denial of some ports is none of the name.
 */
function isAbout(
  { op, port, protocol }: NetworkRequest,
  allow: boolean,
  wantedProtocol: "tcp" | "udp" | undefined,
  ports: readonly PortSpan[] | undefined,
): boolean {
  if (op === "resolve") return allow || (wantedProtocol === undefined && ports === undefined);
  if (wantedProtocol !== undefined && protocol !== wantedProtocol) return false;
  return ports?.some(({ first, last }) => first <= port && port <= last) ?? true;
}

/** `[!][protocol://]host[:port]` as a rule. */
function shorthand(option: string, text: string): NetworkRule {
  const parts =
    /^(!?)(?:(tcp|udp|https?):\/\/)?(\[.*\]|[^:]*|[^[\]]*:[^[\]]*:[^[\]]*)(?::([\d*-]+))?$/.exec(
      text,
    );
  const [, not = "", scheme, host = "", port] = parts ?? [];
  if (!parts || host === "") {
    throw new OptionError(option, `"${text}" is no [!][protocol://]host[:port]`);
  }
  const isUrl = scheme === "http" || scheme === "https";
  const known = port ?? (isUrl ? schemePorts[scheme] : undefined);
  const protocol = isUrl ? "tcp" : (scheme as "tcp" | "udp" | undefined);
  return {
    host: host.startsWith("[") ? host.slice(1, -1) : host,
    allow: not === "",
    ...(known === undefined ? {} : { port: known }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}

const schemePorts = { http: 80, https: 443 };

function hostPattern(option: string, text: string): HostPattern {
  if (typeof text !== "string") throw expected(option, "a host", text);
  if (text === "*") return { matches: () => true, names: () => false };
  const block = addressBlock(text);
  if (block) return blockPattern(block);
  const suffix = text.startsWith("*.") ? text.slice(2) : undefined;
  const parsed = parseHost(suffix ?? text);
  if (parsed instanceof Errno || (suffix !== undefined && parsed.isAddress)) {
    throw new OptionError(option, `"${text}" is no host, "*.name", address or CIDR range`);
  }
  const name = parsed.text;
  if (suffix !== undefined) {
    return { matches: (host) => host.endsWith(`.${name}`), names: () => false };
  }
  if (name === "localhost") {
    const hint =
      "is the sandbox itself, which is always allowed; the host's loopback is host.internal";
    throw new OptionError(option, `localhost ${hint}`);
  }
  // Of other names it is not known that they lead inside: one that does is not what was meant.
  const isInside = name === HOST_NAME || rangeOfName(name) !== "public";
  return { matches: (host) => host === name, names: (host) => isInside && host === name };
}

function blockPattern(block: AddressBlock): HostPattern {
  return {
    matches: (host, address) => block.has(address ?? host),
    names: (_host, range) => block.range === range,
  };
}
