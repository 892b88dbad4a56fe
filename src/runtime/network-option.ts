/** The option `network`: whether and where guests reach what is beyond the sandbox. */
import { createHostNetwork } from "../drivers/host/host-network.host.js";
import type { NetworkAdapter } from "../kernel/network-adapter.js";
import type { NetworkRequest, PermissionRule } from "../kernel/permissions.js";
import { expected } from "./check-options.js";

/** false: nowhere (the default); true: to public addresses; a function: where it says so. */
export type NetworkOption = PermissionRule<NetworkRequest>;

export interface NetworkSettings {
  readonly adapter: NetworkAdapter | undefined;
  readonly rule: PermissionRule<NetworkRequest> | undefined;
}

export function networkOf(given: NetworkOption | undefined): NetworkSettings {
  if (given === undefined) return { adapter: undefined, rule: undefined };
  if (typeof given !== "boolean" && typeof given !== "function") {
    throw expected("create: network", "a boolean or a function", given);
  }
  return { adapter: given === false ? undefined : createHostNetwork(), rule: given };
}
