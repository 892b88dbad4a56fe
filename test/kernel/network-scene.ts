// A kernel on a network in memory, and a guest in it: what the network's tests act on.

import { rootUser } from "../../src/kernel/credentials.js";
import { createInMemoryNetwork } from "../../src/kernel/in-memory-network.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits, type Limits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import type { NetworkAdapter } from "../../src/kernel/network-adapter.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import type { NetworkRequest, PermissionRule } from "../../src/kernel/permissions.js";
import { parseSocketAddress, type SocketAddress } from "../../src/kernel/socket-address.js";
import { AF_INET, AF_INET6 } from "../../src/kernel/socket-constants.js";
import { inet, SocketGuest } from "./socket-guest.js";
import { IdleDriver, utf8 } from "./tables.js";

export type NetworkRule = PermissionRule<NetworkRequest>;

export interface NetworkScene {
  readonly tables: KernelTables;
  readonly network: ReturnType<typeof createInMemoryNetwork>;
  readonly guest: SocketGuest;
}

export function tablesOn(
  adapter: NetworkAdapter | undefined,
  rule: NetworkRule,
  overrides: Partial<Limits> = {},
): KernelTables {
  const limits = { ...defaultLimits, ...overrides };
  const policy = new PermissionPolicy({ fs: true, childProcess: true, env: true, network: rule });
  const store = createInMemoryFileSystem(limits);
  const tables = new KernelTables(store, limits, rootUser, policy, adapter);
  tables.commands.register(new IdleDriver());
  return tables;
}

export function networkScene(
  rule: NetworkRule = true,
  overrides: Partial<Limits> = {},
): NetworkScene {
  const network = createInMemoryNetwork();
  const tables = tablesOn(network, rule, overrides);
  return { tables, network, guest: new SocketGuest(tables) };
}

/** Lets promises of the host settle until `isDone`. */
export async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !isDone(); turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isDone()) throw new Error("it does not happen");
}

/** Makes a call, and waits for its answer: "ok" or an error's name. */
export async function settled(
  guest: SocketGuest,
  name: Parameters<SocketGuest["try"]>[0],
  args: Parameters<SocketGuest["try"]>[1],
): Promise<string> {
  const before = guest.answers;
  guest.try(name, args);
  await until(() => guest.answers > before);
  return guest.outcome;
}

/** Connects a new TCP socket: its descriptor, or the error's name. */
export async function connectTo(
  guest: SocketGuest,
  host: string,
  port: number,
): Promise<number | string> {
  const fd = guest.socket(host.includes(":") ? AF_INET6 : AF_INET, 1);
  const outcome = await settled(guest, "connect", { fd, address: inet(host, port) });
  return outcome === "ok" ? fd : outcome;
}

/** The addresses of a name, or the error's name. */
export async function resolve(
  guest: SocketGuest,
  name: string,
  family = 0,
): Promise<string[] | string> {
  const outcome = await settled(guest, "resolve", { name: utf8(name), family });
  return outcome === "ok" ? addressesIn(guest.resultBytes.slice()) : outcome;
}

function addressesIn(bytes: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at] === AF_INET ? 12 : 24;
    const address: SocketAddress | { code: string } = parseSocketAddress(
      bytes.subarray(at, at + length),
    );
    if (!("address" in address)) throw new Error("no address");
    found.push(address.address);
    at += length;
  }
  return found;
}
