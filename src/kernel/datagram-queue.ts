/**
 * The datagrams that wait in a socket: bounded in bytes, and in number by counting what the kernel
 * spends on each. What finds no room is the sender's affair: UDP drops it, unix waits.
 */
import type { Rights } from "./rights.js";
import type { SocketAddress } from "./socket-address.js";
import { WaitQueue } from "./wait.js";

export interface Datagram {
  readonly data: Uint8Array;
  readonly from: SocketAddress;
  readonly rights?: Rights | undefined;
}

/** What one datagram costs beside its bytes. */
const OVERHEAD_BYTES = 256;

export class DatagramQueue {
  readonly #datagrams: Datagram[] = [];
  #bytes = 0;
  capacity: number;
  readonly arrived = new WaitQueue();
  readonly taken = new WaitQueue();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#datagrams.length;
  }

  get first(): Datagram | undefined {
    return this.#datagrams[0];
  }

  /** One datagram may lead beyond the capacity: so there is room for any or for none, as poll says. */
  get hasRoom(): boolean {
    return this.#bytes < this.capacity;
  }

  /** Takes over `datagram`. */
  put(datagram: Datagram): void {
    this.#datagrams.push(datagram);
    this.#bytes += datagram.data.length + OVERHEAD_BYTES;
    this.arrived.wake();
  }

  take(): Datagram | undefined {
    const datagram = this.#datagrams.shift();
    if (datagram) this.#bytes -= datagram.data.length + OVERHEAD_BYTES;
    this.taken.wake();
    return datagram;
  }

  *rights(): Iterable<Rights> {
    for (const { rights } of this.#datagrams) if (rights) yield rights;
  }

  clear(): void {
    const dropped = this.#datagrams.splice(0);
    this.#bytes = 0;
    this.taken.wake();
    for (const { rights } of dropped) rights?.land();
  }
}
