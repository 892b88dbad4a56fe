/**
 * The way from a kernel to a network: what a host application gives as `network`. The kernel does
 * the rest: it asks the policy, resolves a name once, pins the addresses, and checks whom it got.
 * An adapter only carries. It rejects with an Error whose `code` is an errno's name (`ECONNREFUSED`);
 * anything else counts as EIO. It never answers from memory: the kernel has the cache.
 */

/** A connection's bytes both ways, whoever holds it. One read and one write at a time. */
export interface ByteStream {
  /** The next bytes, or null at the end. Rejects when the connection is broken. */
  read(): Promise<Uint8Array | null>;
  /** Resolves when more may be written. The bytes are the stream's from now on. */
  write(data: Uint8Array): Promise<void>;
  /** Sends no more; resolves when all has been handed over. The other direction stays open. */
  end(): Promise<void>;
  /** Gives the connection up, at once; `reset` tells the other end so. May be called again. */
  destroy(reason?: "reset"): void;
}

export interface NetworkStream extends ByteStream {
  /** Whom the connection has really reached: compared with what was asked for. */
  readonly remoteAddress: string;
}

/** Where to. The address is canonical and was judged: no name is to be resolved for it again. */
export interface NetworkTarget {
  readonly address: string;
  readonly port: number;
  /** Aborted when nobody wants the connection any more. */
  readonly signal: AbortSignal;
}

export interface ResolvedAddress {
  /** An IP address. */
  readonly address: string;
  /** How long it may be kept, in seconds, if that is known. */
  readonly ttlSeconds?: number;
}

/** Datagrams from one port of the host. */
export interface NetworkDatagrams {
  /** Sends, or drops as networks do; resolves when more may be sent. */
  send(data: Uint8Array, address: string, port: number): Promise<void>;
  close(): void;
}

export interface TlsOptions {
  /** The name that the certificate must be for, and that is sent (SNI). */
  readonly serverName: string;
  /** Certificates to trust, PEM; undefined: the host's own list. */
  readonly ca: string | undefined;
  /** Protocols to offer, the preferred first. */
  readonly alpn: readonly string[];
  /** false: a certificate that cannot be trusted is told, not refused. */
  readonly verify: boolean;
  readonly signal: AbortSignal;
}

export interface TlsStream extends ByteStream {
  /** `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** The chosen protocol, empty without one. */
  readonly alpn: string;
  /** Why the certificate could not be trusted (`CERT_HAS_EXPIRED`), when that was not to be verified. */
  readonly unverified: string;
}

export interface NetworkAdapter {
  /** Addresses of a name, of both families; none means that it does not exist. */
  resolve(name: string, signal: AbortSignal): Promise<readonly ResolvedAddress[]>;
  connect(target: NetworkTarget): Promise<NetworkStream>;
  /**
   * Opens a port for datagrams of one family.
   * @param receive - Called with what comes in, and from whom.
   */
  openDatagrams?(
    family: 4 | 6,
    receive: (data: Uint8Array, address: string, port: number) => void,
  ): Promise<NetworkDatagrams>;
  /** The client's side of TLS over `stream`, which the result takes over. Rejects with OpenSSL's code. */
  startTls?(stream: ByteStream, options: TlsOptions): Promise<TlsStream>;
}
