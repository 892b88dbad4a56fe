/** The option `network`: whether and where guests reach what is beyond the sandbox, and with what. */
import { createHostNetwork } from "../drivers/host/host-network.host.js";
import type { NetworkAdapter } from "../kernel/network-adapter.js";
import type { NetworkRequest } from "../kernel/permissions.js";
import { checkKeys, expected } from "./check-options.js";
import { type Brokered, brokeredOf, type Credential } from "./credential-option.js";
import { OptionError } from "./errors.js";
import type { NetworkRules } from "./network-rules.js";
import type { PermissionOption } from "./permission-option.js";
import type { RuleFunction } from "./rule-list.js";

/** The network with more to say than its rules. */
export interface NetworkSetup {
  /** Where guests may connect to; what `permissions.network` would be. Default: nowhere. */
  readonly rules?: boolean | RuleFunction<NetworkRequest> | NetworkRules;
  /** Origins that guests reach through the host, which adds headers that guests never see. */
  readonly credentials?: readonly Credential[];
  /** The way to the network. Default: the host's own, `createHostNetwork()`. */
  readonly adapter?: NetworkAdapter;
}

/**
 * false: nowhere, for good. true: to public addresses. An array of rules or a function: where they say so.
 * Default: nowhere, unless `permissions.network` says otherwise.
 */
export type NetworkOption = boolean | RuleFunction<NetworkRequest> | NetworkRules | NetworkSetup;

export interface NetworkSettings {
  readonly adapter: NetworkAdapter | undefined;
  /** What goes into `permissions.network`. */
  readonly rules: PermissionOption["network"];
  readonly credentials: readonly Brokered[];
}

/** Throws an OptionError. */
export function networkOf(
  given: NetworkOption | undefined,
  permissions: PermissionOption | undefined,
): NetworkSettings {
  const { rules, credentials, adapter } = setupOf(given);
  const permitted = permissions?.network;
  if (rules !== undefined && permitted !== undefined) {
    throw new OptionError(
      "create: network",
      "permissions.network says where already; only one can",
    );
  }
  const isOff = rules === false || (rules === undefined && permitted === false);
  return {
    adapter: isOff ? undefined : (adapter ?? createHostNetwork()),
    rules: rules ?? permitted,
    credentials: brokeredOf("create: network.credentials", credentials),
  };
}

function setupOf(given: NetworkOption | undefined): NetworkSetup {
  if (given === undefined) return {};
  if (typeof given === "boolean" || typeof given === "function") return { rules: given };
  if (isRules(given)) return { rules: given };
  if (typeof given !== "object" || given === null) {
    throw expected("create: network", "a boolean, a function, an array or an object", given);
  }
  checkKeys("create: network", given, ["rules", "credentials", "adapter"]);
  const { adapter } = given;
  if (adapter !== undefined && typeof adapter?.connect !== "function") {
    throw expected("create: network.adapter", "a network adapter", adapter);
  }
  return given;
}

function isRules(given: NetworkRules | NetworkSetup): given is NetworkRules {
  return Array.isArray(given);
}
