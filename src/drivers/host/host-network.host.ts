/**
 * The host's network for kernels: node:net, node:dgram, node:dns and node:tls. It carries what the
 * kernel has judged already and resolves no name by itself; `connect` gets addresses only.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type {
  ByteStream,
  NetworkAdapter,
  NetworkDatagrams,
  NetworkStream,
  NetworkTarget,
  ResolvedAddress,
  TlsOptions,
  TlsStream,
} from "../../kernel/network-adapter.js";

export interface HostNetworkOptions {
  /** Whether TLS without certificates of the guest's own trusts the host's list. Default true. */
  defaultRoots?: boolean;
}

// Asked for when they are used: this file is part of an entry point that browsers load, too.
const host = {
  get dgram() {
    return process.getBuiltinModule("node:dgram");
  },
  get dns() {
    return process.getBuiltinModule("node:dns/promises");
  },
  get net() {
    return process.getBuiltinModule("node:net");
  },
  get stream() {
    return process.getBuiltinModule("node:stream");
  },
  get tls() {
    return process.getBuiltinModule("node:tls");
  },
};

/**
 * The host's own network, for `createKernel({ network })`. The kernel asks its permission policy before
 * anything gets here.
 */
export function createHostNetwork(options: HostNetworkOptions = {}): NetworkAdapter {
  return new HostNetwork(options.defaultRoots ?? true);
}

class HostNetwork implements NetworkAdapter {
  readonly #defaultRoots: boolean;

  constructor(defaultRoots: boolean) {
    this.#defaultRoots = defaultRoots;
  }

  async resolve(name: string): Promise<readonly ResolvedAddress[]> {
    return (await host.dns.lookup(name, { all: true, verbatim: true })).map(({ address }) => ({
      address,
    }));
  }

  async connect({ address, port, signal }: NetworkTarget): Promise<NetworkStream> {
    signal.throwIfAborted();
    const socket = host.net.connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    const abort = () => socket.destroy();
    signal.addEventListener("abort", abort);
    try {
      await happens(socket, "connect");
    } finally {
      signal.removeEventListener("abort", abort);
    }
    // A connection that is gone already has none.
    if (socket.remoteAddress === undefined) throw resetError();
    return new HostStream(socket, socket.remoteAddress);
  }

  async openDatagrams(
    family: 4 | 6,
    receive: (data: Uint8Array, address: string, port: number) => void,
  ): Promise<NetworkDatagrams> {
    const socket = host.dgram.createSocket(family === 4 ? "udp4" : "udp6");
    socket.on("message", (data, { address, port }) => receive(data, address, port));
    // ICMP errors of what was sent: datagrams may be lost.
    socket.on("error", () => {});
    await new Promise<void>((resolve) => socket.bind(0, resolve));
    return {
      send: (data, address, port) =>
        new Promise((resolve, reject) => {
          socket.send(data, port, address, (failed) => (failed ? reject(failed) : resolve()));
        }),
      close: () => socket.close(),
    };
  }

  async startTls(stream: ByteStream, options: TlsOptions): Promise<TlsStream> {
    const { serverName, ca, alpn, verify, signal } = options;
    if (ca === undefined && !this.#defaultRoots && verify) {
      throw Object.assign(new Error("no certificates to trust"), {
        code: "UNABLE_TO_GET_ISSUER_CERT",
      });
    }
    signal.throwIfAborted();
    const socket = host.tls.connect({
      socket: duplexOver(stream),
      host: serverName,
      ...(host.net.isIP(serverName) || serverName === "" ? {} : { servername: serverName }),
      ...(ca === undefined ? {} : { ca }),
      ...(alpn.length > 0 ? { ALPNProtocols: [...alpn] } : {}),
      rejectUnauthorized: verify,
    });
    const abort = () => socket.destroy();
    signal.addEventListener("abort", abort);
    try {
      await happens(socket, "secureConnect");
    } finally {
      signal.removeEventListener("abort", abort);
    }
    return new HostTlsStream(socket);
  }
}

/** Waits for the event that says it went well; rejects with the error, or ECONNRESET at a close. */
function happens(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      socket.off(event, succeeded);
      socket.off("error", failed);
      socket.off("close", closed);
      // What happens later is told by reads and writes.
      socket.on("error", () => {});
    };
    const succeeded = (): void => {
      stop();
      resolve();
    };
    const failed = (error: Error): void => {
      stop();
      socket.destroy();
      reject(error);
    };
    const closed = (): void => failed(resetError());
    socket.on(event, succeeded);
    socket.on("error", failed);
    socket.on("close", closed);
  });
}

function resetError(): Error {
  return Object.assign(new Error("connection closed"), { code: "ECONNRESET" });
}

class HostStream implements NetworkStream {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(socket: Socket, remoteAddress: string) {
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
    this.#chunks = socket.iterator({ destroyOnReturn: false });
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const { value, done } = await this.#chunks.next();
      return done ? null : value;
    } catch (thrown) {
      const isCut = (thrown as { code?: unknown }).code === "ERR_STREAM_PREMATURE_CLOSE";
      throw isCut ? resetError() : thrown;
    }
  }

  write(data: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(data, (failed) => (failed ? reject(failed) : resolve()));
    });
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.end(() => resolve());
    });
  }

  destroy(reason?: "reset"): void {
    const socket = this.#socket;
    const isPlain = Object.getPrototypeOf(socket) === host.net.Socket.prototype;
    if (reason === "reset" && isPlain && !socket.destroyed) socket.resetAndDestroy();
    else socket.destroy();
  }
}

class HostTlsStream extends HostStream implements TlsStream {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string;
  readonly unverified: string;

  constructor(socket: TLSSocket) {
    super(socket, "");
    this.protocol = socket.getProtocol() ?? "";
    this.cipher = socket.getCipher().name;
    this.alpn = socket.alpnProtocol || "";
    // Node's types say Error, what it has is the code.
    this.unverified = socket.authorized ? "" : String(socket.authorizationError);
  }
}

/** The kernel's stream as one of Node's, for OpenSSL to work on. */
function duplexOver(stream: ByteStream): Duplex {
  return new host.stream.Duplex({
    allowHalfOpen: true,
    read() {
      stream.read().then(
        (bytes) => this.push(bytes),
        (failed: Error) => this.destroy(failed),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      stream.write(new Uint8Array(chunk)).then(() => done(), done);
    },
    final(done) {
      stream.end().then(() => done(), done);
    },
    destroy(failed, done) {
      stream.destroy();
      done(failed);
    },
  });
}
