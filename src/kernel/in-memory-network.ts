/**
 * A network that is only in memory: names, servers and datagram partners that its owner puts there.
 * For tests of kernels and of what runs in them; nothing is opened anywhere.
 */
import { KernelError } from "./kernel-error.js";
import type {
  ByteStream,
  NetworkAdapter,
  NetworkDatagrams,
  NetworkStream,
  NetworkTarget,
  ResolvedAddress,
} from "./network-adapter.js";
import { StreamEnd } from "./stream-end.js";
import { EndStream } from "./stream-pump.js";

export type Answers = readonly ResolvedAddress[] | (() => readonly ResolvedAddress[]);
export type StreamServer = (stream: ByteStream) => void;
/** Gets a datagram; what it answers is sent back. */
export type DatagramServer = (data: Uint8Array) => Uint8Array | undefined;

export class InMemoryNetwork implements NetworkAdapter {
  /** Every question that was asked, for tests to look at. */
  readonly questions: string[] = [];
  /** Every connection and datagram's destination, as `tcp 192.0.2.1 80`. */
  readonly contacts: string[] = [];
  readonly #names = new Map<string, Answers>();
  readonly #servers = new Map<string, StreamServer>();
  readonly #datagramServers = new Map<string, DatagramServer>();
  readonly #misled = new Map<string, string>();
  /** Datagram ports that are open. */
  openPorts = 0;

  /** @param answers - Addresses, or what makes them each time. */
  name(name: string, answers: Answers): this {
    this.#names.set(name, answers);
    return this;
  }

  serve(address: string, port: number, server: StreamServer): this {
    this.#servers.set(`${address} ${port}`, server);
    return this;
  }

  serveDatagrams(address: string, port: number, server: DatagramServer): this {
    this.#datagramServers.set(`${address} ${port}`, server);
    return this;
  }

  /** Connections to `address` reach another one, as through a host that lies. */
  mislead(address: string, to: string): this {
    this.#misled.set(address, to);
    return this;
  }

  async resolve(name: string): Promise<readonly ResolvedAddress[]> {
    this.questions.push(name);
    const answers = this.#names.get(name);
    if (!answers) throw new KernelError("ENOENT", name);
    return typeof answers === "function" ? answers() : answers;
  }

  async connect({ address, port }: NetworkTarget): Promise<NetworkStream> {
    this.contacts.push(`tcp ${address} ${port}`);
    const reached = this.#misled.get(address) ?? address;
    const server = this.#servers.get(`${reached} ${port}`);
    if (!server) throw new KernelError("ECONNREFUSED", `${reached} ${port}`);
    const [near, far] = StreamEnd.pair("tcp");
    server(new EndStream(far));
    return Object.assign(new EndStream(near), { remoteAddress: reached });
  }

  async openDatagrams(
    _family: 4 | 6,
    receive: (data: Uint8Array, address: string, port: number) => void,
  ): Promise<NetworkDatagrams> {
    this.openPorts++;
    return {
      send: async (data, address, port) => {
        this.contacts.push(`udp ${address} ${port}`);
        const answer = this.#datagramServers.get(`${address} ${port}`)?.(data);
        if (answer) receive(answer, address, port);
      },
      close: () => {
        this.openPorts--;
      },
    };
  }
}

/** A network in memory, without names and servers yet. */
export function createInMemoryNetwork(): InMemoryNetwork {
  return new InMemoryNetwork();
}
