/**
 * Who has which port: one table a protocol. A binding holds a port of an address; two conflict as
 * on Linux (inet_csk_bind_conflict): the same port, addresses that overlap, and not both willing to
 * share. Ports and addresses are of this kernel only: nothing here touches the host's.
 */
import { type Errno, errno } from "./errno.js";
import { isIpv6 } from "./ip-address.js";

export const ANY_IPV4 = "0.0.0.0";
export const ANY_IPV6 = "::";

/** Ports given to who asks for none. */
export const EPHEMERAL_FIRST = 49_152;
export const EPHEMERAL_LAST = 65_535;

export interface Binding<Owner> {
  readonly address: string;
  readonly port: number;
  /** `::` that leaves IPv4 to others. */
  readonly isV6Only: boolean;
  readonly owner: Owner;
}

/** What the table asks of who binds. */
export interface PortOwner {
  readonly sharesAddress: boolean;
  readonly sharesPort: boolean;
  readonly isListening: boolean;
}

export class PortTable<Owner extends PortOwner> {
  readonly #bindings = new Map<number, Binding<Owner>[]>();
  /** Whether sockets that listen share no port by SO_REUSEADDR: TCP. */
  readonly #hasListeners: boolean;

  constructor(hasListeners: boolean) {
    this.#hasListeners = hasListeners;
  }

  /** Binds; port 0 is any free ephemeral one. EADDRINUSE. */
  bind(owner: Owner, address: string, port: number, isV6Only: boolean): Binding<Owner> | Errno {
    const wanted = { owner, address, port, isV6Only };
    if (port !== 0) return this.conflicts(wanted) ? errno.EADDRINUSE : this.#add(wanted);
    const count = EPHEMERAL_LAST - EPHEMERAL_FIRST + 1;
    const [random = 0] = crypto.getRandomValues(new Uint16Array(1));
    for (let step = 0; step < count; step++) {
      const free = EPHEMERAL_FIRST + ((random + step) % count);
      if (!this.#bindings.has(free)) return this.#add({ ...wanted, port: free });
    }
    return errno.EADDRINUSE;
  }

  /** Holds the same port for another: an accepted connection's. */
  share(owner: Owner, address: string, port: number): Binding<Owner> {
    return this.#add({ owner, address, port, isV6Only: false });
  }

  /** Whether another's binding excludes `wanted`. */
  conflicts(wanted: Binding<Owner>): boolean {
    return (this.#bindings.get(wanted.port) ?? []).some(
      (other) =>
        other.owner !== wanted.owner && overlap(other, wanted) && !this.#share(other, wanted),
    );
  }

  release(binding: Binding<Owner>): void {
    const others = this.#bindings.get(binding.port)?.filter((each) => each !== binding) ?? [];
    if (others.length > 0) this.#bindings.set(binding.port, others);
    else this.#bindings.delete(binding.port);
  }

  /** The bindings that take what is sent to `address`: the most exact ones, the latest last. */
  matching(address: string, port: number, accepts: (owner: Owner) => boolean): Owner[] {
    let best = 0;
    let found: Owner[] = [];
    for (const binding of this.#bindings.get(port) ?? []) {
      const score = exactness(binding, address);
      if (score === 0 || score < best || !accepts(binding.owner)) continue;
      if (score > best) found = [];
      best = score;
      found.push(binding.owner);
    }
    return found;
  }

  all(): Binding<Owner>[] {
    return [...this.#bindings.values()].flat();
  }

  #add(binding: Binding<Owner>): Binding<Owner> {
    const there = this.#bindings.get(binding.port);
    if (there) there.push(binding);
    else this.#bindings.set(binding.port, [binding]);
    return binding;
  }

  #share(there: Binding<Owner>, wanted: Binding<Owner>): boolean {
    if (there.owner.sharesPort && wanted.owner.sharesPort) return true;
    if (!there.owner.sharesAddress || !wanted.owner.sharesAddress) return false;
    return !this.#hasListeners || !there.owner.isListening;
  }
}

function overlap(one: Binding<unknown>, other: Binding<unknown>): boolean {
  return one.address === other.address || covers(one, other) || covers(other, one);
}

function covers(wide: Binding<unknown>, narrow: Binding<unknown>): boolean {
  if (wide.address === ANY_IPV4) return !isIpv6(narrow.address);
  if (wide.address !== ANY_IPV6) return false;
  return isIpv6(narrow.address) || !wide.isV6Only;
}

/** 0: it does not take packets for `address`. */
function exactness(binding: Binding<unknown>, address: string): number {
  if (binding.address === address) return 3;
  if (binding.address === ANY_IPV4) return isIpv6(address) ? 0 : 2;
  if (binding.address !== ANY_IPV6) return 0;
  if (isIpv6(address)) return 2;
  return binding.isV6Only ? 0 : 1;
}
