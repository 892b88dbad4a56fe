/**
 * Guests' servers in the host application's hand: finding and awaiting them, talking HTTP to them, and
 * giving them a port of the host. No other way leads from the host to a guest's listener, and
 * none of them asks the network's permissions: the host application itself acts. And the other way round,
 * the servers that guests find on their loopback: brokers of credentials.
 */
import type { ListenerAddress, WaitForListenerOptions } from "../kernel/host-connections.js";
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import type { ListenerInfo } from "../kernel/socket-table.js";
import { checkKeys } from "./check-options.js";
import { CredentialBroker } from "./credential-broker.host.js";
import type { Brokered } from "./credential-option.js";
import { ExposedPort, type ExposeOptions } from "./exposed-port.host.js";
import {
  type GuestAnswer,
  GuestFetch,
  type GuestRequest,
  type GuestRequestInit,
  type GuestResponse,
} from "./guest-fetch.host.js";

/** Which listener: a port, or the path of a unix socket (`@name` for an abstract one). */
export interface ListenerQuery {
  readonly port?: number;
  /** An address of the sandbox's own. Default: its loopback. */
  readonly host?: string;
  readonly path?: string;
}

/** A guest's listener. */
export interface Listener {
  readonly protocol: "tcp" | "unix";
  readonly port?: number;
  /** The address that the guest has bound, such as `0.0.0.0`. */
  readonly host?: string;
  readonly path?: string;
}

/** Where to find a server: its port, or more than that. */
export type ServerAddress = number | ListenerQuery;

export class GuestServers {
  readonly #kernel: Kernel;
  readonly #http: GuestFetch;
  readonly #brokers: readonly CredentialBroker[];
  readonly #exposed = new Set<ExposedPort>();
  #isDisposed = false;

  /** @param credentials - Origins that guests reach by a listener of the host's. */
  constructor(kernel: Kernel, credentials: readonly Brokered[] = []) {
    this.#kernel = kernel;
    this.#http = new GuestFetch(kernel);
    this.#brokers = credentials.map((credential) => new CredentialBroker(kernel, credential));
  }

  async fetch(server: ServerAddress, request?: GuestRequest): Promise<GuestAnswer> {
    return this.#http.fetch(addressOf(server), request);
  }

  async fetchResponse(server: ServerAddress, init?: GuestRequestInit): Promise<GuestResponse> {
    return this.#http.fetchResponse(addressOf(server), init);
  }

  /** Resolves as soon as a guest listens. Rejects with ETIMEDOUT, the signal's reason, ESRCH (disposed). */
  async waitForListener(query: ListenerQuery, options?: WaitForListenerOptions): Promise<Listener> {
    return listenerOf(await this.#kernel.waitForListener(addressOf(query), options));
  }

  async findListener(query: ListenerQuery): Promise<Listener | undefined> {
    const found = await this.#kernel.findListener(addressOf(query));
    return found && listenerOf(found);
  }

  /**
   * Gives a guest's server a port of the host's loopback, until it is closed or the runtime ends. The
   * guest need not listen yet: connections until then are reset.
   */
  async expose(server: ServerAddress, options?: ExposeOptions): Promise<ExposedPort> {
    const exposed = await ExposedPort.open(this.#kernel, addressOf(server), options);
    if (this.#isDisposed) {
      await exposed.close();
      throw new KernelError("ESRCH", "kernel disposed");
    }
    this.#exposed.add(exposed);
    return exposed;
  }

  /** Ends all that goes to guests' servers. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.all([
      this.#http.dispose(),
      ...[...this.#exposed].map((each) => each.close()),
      ...this.#brokers.map((each) => each.dispose()),
    ]);
  }
}

function addressOf(server: ServerAddress): ListenerAddress {
  const query = typeof server === "number" ? { port: server } : server;
  checkKeys("a guest's server", query ?? null, ["port", "host", "path"]);
  const { port, host, path } = query;
  if (path !== undefined && port === undefined && host === undefined) return { path };
  if (path === undefined && isPort(port) && isHost(host)) return { port, host };
  throw new KernelError("EINVAL", "a listener is a port from 1 to 65535, or the path of a socket");
}

function isPort(port: number | undefined): port is number {
  return Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
}

/** Not what a URL would read as more than a host. */
function isHost(host: string | undefined): boolean {
  return host === undefined || /^[\w.:-]+$/.test(host);
}

function listenerOf({ protocol, address, port }: ListenerInfo): Listener {
  return protocol === "unix" ? { protocol, path: address } : { protocol, port, host: address };
}
