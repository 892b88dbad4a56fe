/** The host application at a guest's listeners: what is there, waiting for one, and connecting to it. */

import { hostActor } from "./actor.js";
import { Errno, errno } from "./errno.js";
import { HostListener } from "./host-listener.js";
import { parseHost } from "./host-name.js";
import { isIpv6 } from "./ip-address.js";
import { KernelError, orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { ByteStream } from "./network-adapter.js";
import { kernelCredentials } from "./peer-credentials.js";
import { EPHEMERAL_FIRST, EPHEMERAL_LAST } from "./port-table.js";
import { internetAddress } from "./socket-address.js";
import { AF_INET, AF_INET6 } from "./socket-constants.js";
import { type ListenerInfo, listenerInfo } from "./socket-table.js";
import { StreamEnd } from "./stream-end.js";
import { EndStream } from "./stream-pump.js";
import { UnixNames } from "./unix-names.js";

/** A listener of a guest: a TCP port, or a unix socket's path (`@name` for an abstract one). */
export type ListenerAddress =
  | { readonly port: number; readonly host?: string | undefined }
  | { readonly path: string };

export interface WaitForListenerOptions {
  /** Milliseconds; none: as long as it takes. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export class HostConnections {
  readonly #tables: KernelTables;
  readonly #stopWaiting = new Set<(reason: KernelError) => void>();
  readonly #listeners = new Set<HostListener>();
  #lastPort = EPHEMERAL_FIRST;

  constructor(tables: KernelTables) {
    this.#tables = tables;
  }

  list(): ListenerInfo[] {
    return this.#tables.sockets.listeners();
  }

  /** Rejects with ECONNREFUSED when nobody listens or the backlog is full, ENOENT, EINVAL. */
  async connect(to: ListenerAddress): Promise<ByteStream> {
    const end = await this.#tables.replay.promise(() => this.#reach(to));
    if (end instanceof Errno) throw new KernelError(end.code, describe(to));
    return new EndStream(end);
  }

  /** Listens on a port of 127.0.0.1, until the kernel ends or the answer is called. EADDRINUSE, ENFILE. */
  listen(port: number, receive: (stream: ByteStream) => void): () => void {
    const listener = orThrow(HostListener.open(this.#tables.sockets, port, receive), `${port}`);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      listener.close();
    };
  }

  /** Who listens there now, if anybody does. */
  async find(to: ListenerAddress): Promise<ListenerInfo | undefined> {
    const found = await this.#tables.replay.promise(() => this.#listenerAt(to));
    return found instanceof Errno ? undefined : found;
  }

  /** Resolves when there is a listener; rejects with ETIMEDOUT, the signal's reason, ESRCH at the kernel's end. */
  waitFor(to: ListenerAddress, options: WaitForListenerOptions): Promise<ListenerInfo> {
    const { timeoutMs, signal } = options;
    return new Promise((resolve, reject) => {
      const { listenersChanged } = this.#tables.sockets;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        listenersChanged.delete(look);
        signal?.removeEventListener("abort", aborted);
        this.#stopWaiting.delete(fail);
      };
      const fail = (reason: unknown): void => {
        finish();
        reject(reason);
      };
      const aborted = (): void => fail(signal?.reason);
      const look = (): void => {
        this.find(to).then((listener) => {
          if (!listener) return;
          finish();
          resolve(listener);
        }, fail);
      };
      if (signal?.aborted) {
        aborted();
        return;
      }
      listenersChanged.add(look);
      this.#stopWaiting.add(fail);
      signal?.addEventListener("abort", aborted);
      if (timeoutMs !== undefined) {
        const late = () => fail(new KernelError("ETIMEDOUT", `no listener on ${describe(to)}`));
        timer = setTimeout(late, timeoutMs);
      }
      look();
    });
  }

  /** The kernel ends: nobody will listen any more. */
  dispose(): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
    for (const stop of [...this.#stopWaiting]) stop(new KernelError("ESRCH", "kernel disposed"));
  }

  #listenerAt(to: ListenerAddress): ListenerInfo | undefined {
    const { sockets } = this.#tables;
    if ("path" in to) {
      const key = this.#keyOf(to.path);
      const owner = key instanceof Errno ? undefined : sockets.unixNames.get(key);
      return owner?.isListening ? listenerInfo(owner) : undefined;
    }
    for (const address of this.#addressesOf(to)) {
      const owners = sockets.tcpPorts.matching(address, to.port, (owner) => owner.isListening);
      if (owners[0]) return listenerInfo(owners[0]);
    }
    return undefined;
  }

  #reach(to: ListenerAddress): StreamEnd | Errno {
    const { sockets } = this.#tables;
    if ("path" in to) {
      const key = this.#keyOf(to.path);
      return key instanceof Errno ? key : sockets.connectUnix(key, kernelCredentials);
    }
    let refusal = errno.EADDRNOTAVAIL;
    for (const address of this.#addressesOf(to)) {
      const end = this.#reachPort(address, to.port);
      if (end instanceof StreamEnd) return end;
      refusal = end;
    }
    return refusal;
  }

  #reachPort(address: string, port: number): StreamEnd | Errno {
    const { sockets } = this.#tables;
    const target = internetAddress(isIpv6(address) ? AF_INET6 : AF_INET, address, port);
    this.#lastPort = this.#lastPort >= EPHEMERAL_LAST ? EPHEMERAL_FIRST : this.#lastPort + 1;
    const from = { ...sockets.sourceFor(target), port: this.#lastPort };
    const connected = sockets.connectInside(target, from, kernelCredentials);
    return connected instanceof Errno ? connected : connected.end;
  }

  /** The kernel's own addresses that a host stands for: both loopbacks when none is said. */
  #addressesOf({ host = "localhost" }: { readonly host?: string | undefined }): string[] {
    if (host === "localhost") return ["127.0.0.1", "::1"];
    const { sockets } = this.#tables;
    const parsed = parseHost(host);
    if (parsed instanceof Errno || !parsed.isAddress || !sockets.isOwn(parsed.text)) return [];
    return [sockets.destination(internetAddress(AF_INET, parsed.text, 0)).address];
  }

  #keyOf(path: string): string | Errno {
    if (path.startsWith("@")) return UnixNames.abstractPlace(`\0${path.slice(1)}`).key;
    const location = this.#tables.vfs.resolveExisting(hostActor, "/", path, true);
    if (location instanceof Errno) return location;
    return UnixNames.fileKey(location.stat.dev, location.stat.ino);
  }
}

function describe(to: ListenerAddress): string {
  return "path" in to ? to.path : `${to.host ?? "localhost"}:${to.port}`;
}
