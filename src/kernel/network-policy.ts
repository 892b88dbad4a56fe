/**
 * What a policy must say for traffic that leaves the kernel. "Yes" is enough for public addresses.
 * A private, local, metadata or otherwise special one must be NAMED by the answer, by address or by
 * the host's name: `{ allow: true, names: ["10.0.0.5"] }`. So no rule that says yes to everything,
 * and no name that suddenly leads inside, opens the host's own network.
 */
import type { AddressRange } from "./address-range.js";
import { parseHost } from "./host-name.js";

/** The part of a request that is judged here. */
export interface JudgedTarget {
  readonly host: string;
  readonly address?: string | undefined;
  readonly range: AddressRange;
}

/** Why a "yes" is not enough, or undefined when it is. */
export function unnamedTarget(target: JudgedTarget, decision: unknown): string | undefined {
  const { host, address, range } = target;
  if (range === "public") return undefined;
  for (const name of namesIn(decision)) {
    const named = parseHost(name);
    if (!("text" in named)) continue;
    if (named.text === host || named.text === address) return undefined;
  }
  const what = address !== undefined && address !== host ? `${host} (${address})` : host;
  return `${what} is a ${range} address, which the policy does not name`;
}

function namesIn(decision: unknown): string[] {
  if (typeof decision !== "object" || decision === null || !("names" in decision)) return [];
  const { names } = decision;
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
