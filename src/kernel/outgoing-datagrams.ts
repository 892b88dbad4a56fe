/**
 * The way of one socket's datagrams out of the kernel and back. Every one is judged by the policy.
 * What comes in is taken from those only to whom something went: nobody else has been asked for.
 */
import { followed } from "./awaited.js";
import type { DatagramPath, DatagramSocket } from "./datagram-socket.js";
import { Errno, errno } from "./errno.js";
import { isIpv6 } from "./ip-address.js";
import type { Network, OutsideTarget } from "./network.js";
import type { NetworkAdapter, NetworkDatagrams } from "./network-adapter.js";
import { outcomeOf } from "./network-verdict.js";
import { type InternetAddress, internetAddress } from "./socket-address.js";
import { AF_INET, AF_INET6, UDP_PAYLOAD_MAX } from "./socket-constants.js";
import type { Outcome } from "./wait.js";

/** Bytes on their way to the adapter; more are dropped, as by a full network card. */
const QUEUED_BYTES_MAX = 256 * 1024;
/** Partners of one socket whose answers are taken; the oldest is forgotten first. */
const PARTNERS_MAX = 256;

type Port = Promise<NetworkDatagrams>;

export class OutgoingDatagrams implements DatagramPath {
  readonly #network: Network;
  readonly #socket: DatagramSocket;
  readonly #ports = new Map<4 | 6, { port: Port; release: () => void }>();
  readonly #partners = new Set<string>();
  #queuedBytes = 0;
  #isClosed = false;

  constructor(network: Network, socket: DatagramSocket) {
    this.#network = network;
    this.#socket = socket;
  }

  send(data: Uint8Array, to: InternetAddress): Outcome<undefined> {
    const target = this.#network.targetOf(to);
    const verdict = this.#network.judge("send", "udp", target, this.#socket.ownerPid);
    return followed(outcomeOf(verdict), () => this.#send(data, target));
  }

  close(): void {
    this.#isClosed = true;
    for (const { port, release } of this.#ports.values()) {
      release();
      port.then(
        (datagrams) => datagrams.close(),
        () => {},
      );
    }
    this.#ports.clear();
  }

  #send(data: Uint8Array, target: OutsideTarget): undefined | Errno {
    const { adapter } = this.#network;
    if (!adapter?.openDatagrams) return errno.ENETUNREACH;
    if (this.#isClosed || this.#queuedBytes + data.length > QUEUED_BYTES_MAX) return undefined;
    const port = this.#open(adapter, isIpv6(target.address) ? 6 : 4);
    if (port instanceof Errno) return port;
    this.#remember(`${target.address} ${target.port}`);
    this.#queuedBytes += data.length;
    port
      .then((datagrams) => datagrams.send(data, target.address, target.port))
      // A network drops what it cannot carry.
      .catch(() => {})
      .finally(() => {
        this.#queuedBytes -= data.length;
      });
    return undefined;
  }

  #open(adapter: NetworkAdapter, family: 4 | 6): Port | Errno {
    const there = this.#ports.get(family);
    if (there) return there.port;
    const release = this.#network.hold(() => this.close());
    if (release instanceof Errno) return release;
    const receive = (data: Uint8Array, address: string, port: number) =>
      this.#receive(data, address, port);
    const port: Port =
      adapter.openDatagrams?.(family, receive) ?? Promise.reject(new Error("no datagrams"));
    port.catch(() => {});
    this.#ports.set(family, { port, release });
    return port;
  }

  #receive(data: Uint8Array, address: string, port: number): void {
    if (this.#isClosed || data.length > UDP_PAYLOAD_MAX) return;
    const shown = this.#network.shownAddress(address);
    if (shown === undefined || !this.#partners.has(`${this.#network.hostAddress(shown)} ${port}`)) {
      return;
    }
    const isV6Socket = this.#socket.family === AF_INET6;
    const from = internetAddress(isV6Socket ? AF_INET6 : AF_INET, shown, port);
    if (!this.#socket.refuses(from)) this.#socket.deliver({ data: data.slice(), from });
  }

  #remember(partner: string): void {
    this.#partners.delete(partner);
    this.#partners.add(partner);
    for (const oldest of this.#partners) {
      if (this.#partners.size <= PARTNERS_MAX) return;
      this.#partners.delete(oldest);
    }
  }
}
