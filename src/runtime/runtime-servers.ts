/** The methods of a runtime that reach guests' servers. Nobody's permissions are asked: the host application acts. */
import type { WaitForListenerOptions } from "../kernel/host-connections.js";
import { abortable } from "./abortable.js";
import { type CallOptions, checkCall } from "./call-options.js";
import { checkKeys } from "./check-options.js";
import type { ExposedPort, ExposeOptions } from "./exposed-port.host.js";
import type {
  GuestAnswer,
  GuestRequest,
  GuestRequestInit,
  GuestResponse,
} from "./guest-fetch.host.js";
import type { GuestServers, Listener, ListenerQuery, ServerAddress } from "./guest-servers.host.js";
import { RuntimeFiles } from "./runtime-files.js";

export abstract class RuntimeServers extends RuntimeFiles {
  /** Throws DisposedError. */
  protected abstract guestServers(): GuestServers;

  /**
   * Sends one HTTP request to a guest's server and takes the whole answer, of at most 16 MiB. Redirects are answers.
   * Rejects with ECONNREFUSED (nobody listens), EINVAL, EMSGSIZE (more than that), the signal's reason, and undici's
   * errors for what is no HTTP.
   */
  async fetch(server: ServerAddress, request?: GuestRequest): Promise<GuestAnswer> {
    checkKeys("fetch", request, ["path", "method", "headers", "body", "signal"]);
    return this.guestServers().fetch(server, request);
  }

  /**
   * Sends one HTTP request and resolves with WHATWG's Response when its headers are there: for streams, server-sent
   * events, large answers. With the header `upgrade: websocket` it has the open socket as `webSocket`.
   * Redirects are followed as far as they stay inside. Rejects as `fetch` does.
   */
  async fetchResponse(server: ServerAddress, init?: GuestRequestInit): Promise<GuestResponse> {
    return this.guestServers().fetchResponse(server, init);
  }

  /** Resolves as soon as a guest listens there. Rejects with ETIMEDOUT, the signal's reason, ESRCH at the runtime's end. */
  async waitForListener(query: ListenerQuery, options?: WaitForListenerOptions): Promise<Listener> {
    checkKeys("waitForListener", options, ["timeoutMs", "signal"]);
    return this.guestServers().waitForListener(query, options);
  }

  /** The guest's listener there, if there is one now. */
  async findListener(
    query: ListenerQuery,
    options: CallOptions = {},
  ): Promise<Listener | undefined> {
    checkCall("findListener", options);
    return abortable(options.signal, this.guestServers().findListener(query));
  }

  /**
   * Gives a guest's server a port of the host's loopback, for browsers and other programs, until it is closed or the
   * runtime ends. Rejects with the host's EADDRINUSE or EACCES.
   */
  async expose(
    server: ServerAddress,
    options: ExposeOptions & CallOptions = {},
  ): Promise<ExposedPort> {
    checkKeys("expose", options, ["port", "host", "connections", "signal"]);
    const { signal } = options;
    signal?.throwIfAborted();
    const exposed = await this.guestServers().expose(server, options);
    if (signal?.aborted) await exposed.close();
    signal?.throwIfAborted();
    return exposed;
  }
}
