/**
 * What a socket holds when it is bound: a port of its protocol's table, or a unix name. Held until
 * `release`, so that nobody else is reached by that name.
 */
import { Errno } from "./errno.js";
import type { Binding, PortTable } from "./port-table.js";
import type { Place, Socket } from "./socket.js";
import type { SocketAddress } from "./socket-address.js";
import { AF_UNIX } from "./socket-constants.js";
import type { UnixNames } from "./unix-names.js";

export class BoundName<Owner extends Socket> {
  readonly #owner: Owner;
  readonly #ports: PortTable<Owner>;
  readonly #unixNames: UnixNames;
  #binding: Binding<Owner> | undefined;
  #unixKey: string | undefined;

  constructor(owner: Owner, ports: PortTable<Owner>, unixNames: UnixNames) {
    this.#owner = owner;
    this.#ports = ports;
    this.#unixNames = unixNames;
  }

  /** Whether another's port excludes this one: asked again when the owner begins to listen. */
  get isContested(): boolean {
    return this.#binding !== undefined && this.#ports.conflicts(this.#binding);
  }

  /** Takes `place` and answers the address it stands for, with a free port for port 0. EADDRINUSE. */
  bind(place: Place): SocketAddress | Errno {
    if (place.family === AF_UNIX) {
      const failed = this.#unixNames.bind(place.key, this.#owner);
      if (failed) return failed;
      this.#unixKey = place.key;
      return { family: AF_UNIX, path: place.path };
    }
    const { address, port } = place;
    const binding = this.#ports.bind(this.#owner, address, port, this.#owner.options.v6Only);
    if (binding instanceof Errno) return binding;
    this.#binding = binding;
    return { ...place, port: binding.port };
  }

  /** Holds a listener's port for a connection that it accepted at `at`. */
  share(at: SocketAddress): void {
    if (at.family === AF_UNIX) return;
    this.#binding = this.#ports.share(this.#owner, at.address, at.port);
  }

  release(): void {
    if (this.#binding) this.#ports.release(this.#binding);
    if (this.#unixKey !== undefined) this.#unixNames.release(this.#unixKey, this.#owner);
  }
}
