/**
 * A guest's listener on a port of the host: each connection to it becomes one of the kernel's. The
 * port is on the host's loopback unless its caller says otherwise. Nobody is asked who he is: whoever
 * reaches the port reaches the guest, any program and any web page on this machine included.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream";
import type { ListenerAddress } from "../kernel/host-connections.js";
import type { Kernel } from "../kernel/kernel.js";
import { GuestConnection } from "./guest-connection.host.js";

export interface ExposeOptions {
  /** The host's port. Default 0: any that is free. */
  readonly port?: number;
  /** The host's address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** The most connections at once. Default 256; others are closed at once. */
  readonly connections?: number;
}

const CONNECTIONS_DEFAULT = 256;

export class ExposedPort implements AsyncDisposable {
  /** The host's address and port. */
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #open: Set<Socket>;

  private constructor(server: Server, open: Set<Socket>) {
    const { address, port } = server.address() as AddressInfo;
    this.host = address;
    this.port = port;
    this.#server = server;
    this.#open = open;
  }

  /** Rejects with the host's error: EADDRINUSE, EACCES, EADDRNOTAVAIL. */
  static async open(
    kernel: Pick<Kernel, "connect">,
    to: ListenerAddress,
    options: ExposeOptions = {},
  ): Promise<ExposedPort> {
    const { port = 0, host = "127.0.0.1", connections = CONNECTIONS_DEFAULT } = options;
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      join(kernel, to, socket);
    });
    server.maxConnections = connections;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    return new ExposedPort(server, open);
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
  }

  /** Gives the host's port back and ends its connections. May be called again. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Joins a connection of the host to a guest's; nobody there resets it. */
function join(kernel: Pick<Kernel, "connect">, to: ListenerAddress, socket: Socket): void {
  // What goes wrong with one end is told the other one by pipeline.
  const ignored = (): void => {};
  socket.on("error", ignored);
  kernel.connect(to).then(
    (stream) => {
      const guest = new GuestConnection(stream, true);
      guest.on("error", ignored);
      if (socket.destroyed) {
        guest.destroy();
        return;
      }
      pipeline(socket, guest, ignored);
      pipeline(guest, socket, ignored);
    },
    () => socket.resetAndDestroy(),
  );
}
