/**
 * What leaves the kernel: connections, datagrams and questions for names go by the policy, then by
 * the host's adapter. A name is resolved once, its addresses are remembered with it, and a connection
 * goes to one of them and to nothing else: who answers is compared. Nothing stays open after `dispose`.
 *
 * The host's own loopback has the name `host.internal` and the address 10.0.2.2 here; 127.0.0.1 is
 * the kernel itself. A policy must name it (`network-policy.ts`).
 */
import { rangeOf, rangeOfName } from "./address-range.js";
import { awaited, followed } from "./awaited.js";
import type { DatagramPath, DatagramSocket } from "./datagram-socket.js";
import { DnsCache, ofFamily } from "./dns-cache.js";
import { Errno, errno } from "./errno.js";
import { parseHost } from "./host-name.js";
import { canonicalIp } from "./ip-address.js";
import type { Limits } from "./limits.js";
import { NamedStream } from "./named-stream.js";
import type { NetworkAdapter, ResolvedAddress } from "./network-adapter.js";
import { outcomeOf, type Verdict } from "./network-verdict.js";
import { OutgoingDatagrams } from "./outgoing-datagrams.js";
import { OutgoingStream } from "./outgoing-stream.js";
import type { PermissionPolicy } from "./permission-policy.js";
import type { NetworkOperation } from "./permissions.js";
import type { InternetAddress } from "./socket-address.js";
import type { Outside } from "./socket-table.js";
import { StreamEnd } from "./stream-end.js";
import { EndStream, errnoOf, pump } from "./stream-pump.js";
import type { PendingStream } from "./stream-socket.js";
import type { Outcome } from "./wait.js";

export const HOST_NAME = "host.internal";
export const HOST_IPV4 = "10.0.2.2";
const HOST_LOOPBACK = "127.0.0.1";

/** Addresses of one name that are looked at. */
const ADDRESSES_PER_NAME = 32;

/** Something that is open, and what ends it. */
type Close = () => void;

/** Where something goes, in the host's terms. */
export interface OutsideTarget {
  readonly address: string;
  readonly port: number;
  /** The names that the address was found by, or the address itself. */
  readonly hosts: readonly string[];
}

export class Network implements Outside {
  /** Undefined: there is nothing beyond the kernel. */
  adapter: NetworkAdapter | undefined;
  readonly dns: DnsCache;
  readonly #policy: PermissionPolicy;
  readonly #limit: number;
  readonly #open = new Set<Close>();
  readonly #lookups = new AbortController();
  #isDisposed = false;

  constructor(adapter: NetworkAdapter | undefined, policy: PermissionPolicy, limits: Limits) {
    this.adapter = adapter;
    this.dns = new DnsCache(limits.lookupsPerMinute);
    this.#policy = policy;
    this.#limit = limits.connections;
  }

  /** Connections and datagram ports that are open or being opened. */
  get size(): number {
    return this.#open.size;
  }

  connect(to: InternetAddress, pid: number): PendingStream | Errno {
    const target = this.targetOf(to);
    const verdict = this.judge("connect", "tcp", target, pid);
    if (verdict instanceof Errno) return verdict;
    if (!this.adapter && !(verdict instanceof Promise)) return errno.ENETUNREACH;
    const pending = new OutgoingStream();
    const closing = this.hold(() => pending.abandon());
    if (closing instanceof Errno) return closing;
    this.#connect(pending, target, verdict, closing, pid).catch((thrown: unknown) => {
      closing();
      pending.settle(errnoOf(thrown));
    });
    return pending;
  }

  openDatagramPath(socket: DatagramSocket): DatagramPath | Errno {
    return new OutgoingDatagrams(this, socket);
  }

  /**
   * Addresses of a name, for a program: EACCES, ENOENT for none, EAGAIN after too many questions,
   * EINVAL, ENAMETOOLONG.
   * @param family - 4, 6, or 0 for both.
   */
  resolve(name: string, family: number, pid: number): Outcome<readonly string[]> {
    const host = parseHost(name);
    if (host instanceof Errno) return host;
    const chosen = (addresses: readonly string[]): readonly string[] | Errno => {
      const found = ofFamily(addresses, family);
      return found.length > 0 ? found : errno.ENOENT;
    };
    if (host.isAddress) return chosen([host.text]);
    if (host.text === "localhost" || host.text.endsWith(".localhost")) {
      return chosen(["127.0.0.1", "::1"]);
    }
    // RFC 6761: there are no such names, and nobody need be asked.
    if (host.text === "invalid" || host.text.endsWith(".invalid")) return errno.ENOENT;
    if (host.text === HOST_NAME) {
      const verdict = this.judge("resolve", "dns", this.#hostTarget(0), pid);
      return followed(outcomeOf(verdict), () => chosen([HOST_IPV4]));
    }
    const range = rangeOfName(host.text);
    const request = { scope: "network", op: "resolve", host: host.text, port: 0 } as const;
    const asked = this.#policy.ask({ ...request, protocol: "dns", range, pid });
    return followed(outcomeOf(asked), () => followed(this.#lookUp(host.text, pid), chosen));
  }

  /** Asks the policy: allowed as soon as one of the target's names is. */
  judge(
    op: NetworkOperation,
    protocol: "tcp" | "udp" | "dns",
    target: OutsideTarget,
    pid: number,
  ): Verdict | Promise<Verdict> {
    const { address, port, hosts } = target;
    const range = rangeOf(address);
    let refusal: Verdict = errno.EACCES;
    for (const [index, host] of hosts.entries()) {
      const request = { scope: "network", op, host, port, protocol, address, range, pid } as const;
      const answer = this.#policy.ask(request);
      if (answer === undefined) return undefined;
      if (answer instanceof Promise) {
        const others = { ...target, hosts: hosts.slice(index + 1) };
        return answer.then((later) =>
          later && others.hosts.length > 0 ? this.judge(op, protocol, others, pid) : later,
        );
      }
      refusal = answer;
    }
    return refusal;
  }

  /** Where an address of the guest's leads, in the host's terms. */
  targetOf(to: InternetAddress): OutsideTarget {
    if (to.address === HOST_IPV4) return this.#hostTarget(to.port);
    const names = this.dns.namesOf(to.address);
    return { address: to.address, port: to.port, hosts: names.length > 0 ? names : [to.address] };
  }

  /** Whom the guest sees, for an address of the host's. */
  shownAddress(address: string): string | undefined {
    const canonical = canonicalIp(address);
    return canonical === HOST_LOOPBACK ? HOST_IPV4 : canonical;
  }

  /** The host's address for one that the guest sees. */
  hostAddress(shown: string): string {
    return shown === HOST_IPV4 ? HOST_LOOPBACK : shown;
  }

  /** Keeps `close` for the end of the kernel, until the answer is called. ENOBUFS at the limit. */
  hold(close: Close): Close | Errno {
    if (this.#isDisposed || this.#open.size >= this.#limit) return errno.ENOBUFS;
    this.#open.add(close);
    return () => this.#open.delete(close);
  }

  /** Ends all that is open or being opened. */
  dispose(): void {
    this.#isDisposed = true;
    this.#lookups.abort();
    for (const close of [...this.#open]) close();
    this.#open.clear();
  }

  #hostTarget(port: number): OutsideTarget {
    return { address: HOST_LOOPBACK, port, hosts: [HOST_NAME] };
  }

  async #connect(
    pending: OutgoingStream,
    target: OutsideTarget,
    verdict: Verdict | Promise<Verdict>,
    closing: Close,
    pid: number,
  ): Promise<void> {
    const refused = await verdict;
    if (refused || !this.adapter || pending.signal.aborted) {
      closing();
      pending.settle(refused ?? errno.ENETUNREACH);
      return;
    }
    const { address, port } = target;
    const stream = await this.adapter.connect({ address, port, signal: pending.signal });
    closing();
    const ending = this.hold(() => stream.destroy("reset"));
    const isRight = canonicalIp(stream.remoteAddress) === address;
    if (ending instanceof Errno || !isRight || pending.signal.aborted) {
      stream.destroy("reset");
      if (!(ending instanceof Errno)) ending();
      pending.settle(isRight ? errno.ENOBUFS : errno.EACCES);
      return;
    }
    const [near, far] = StreamEnd.pair("tcp");
    const judged = new NamedStream(stream, (name) => this.#judgeName(name, target, pid));
    pump(new EndStream(far), judged).finally(ending);
    pending.settle(near);
  }

  /** The name in a handshake is one that was judged for this address, or is judged now. */
  async #judgeName(name: string, target: OutsideTarget, pid: number): Promise<undefined | Errno> {
    const host = parseHost(name);
    if (host instanceof Errno) return host;
    if (target.hosts.includes(host.text) || target.address === HOST_LOOPBACK) return undefined;
    return this.judge("connect", "tcp", { ...target, hosts: [host.text] }, pid);
  }

  #lookUp(name: string, pid: number): Outcome<readonly string[]> {
    const known = this.dns.get(name);
    if (known) return known;
    if (!this.adapter) return errno.ENETUNREACH;
    const tooMany = this.dns.countQuestion();
    if (tooMany) return tooMany;
    return awaited(this.#ask(this.adapter, name, pid), errnoOf);
  }

  /** Asks the network, and leaves out what the policy does not let the name lead to. */
  async #ask(
    adapter: NetworkAdapter,
    name: string,
    pid: number,
  ): Promise<readonly string[] | Errno> {
    let answers: readonly ResolvedAddress[];
    try {
      answers = await adapter.resolve(name, this.#lookups.signal);
    } catch (thrown) {
      const reason = errnoOf(thrown);
      this.dns.putDenial(name, reason);
      return reason;
    }
    const allowed = new Set<string>();
    let refusal: Errno = errno.ENOENT;
    let ttlSeconds: number | undefined;
    for (const { address, ttlSeconds: ttl } of answers.slice(0, ADDRESSES_PER_NAME)) {
      const canonical = canonicalIp(address);
      if (canonical === undefined) continue;
      const target = { address: canonical, port: 0, hosts: [name] };
      const isPublic = rangeOf(canonical) === "public";
      const refused = isPublic ? undefined : await this.judge("resolve", "dns", target, pid);
      if (refused) refusal = refused;
      else allowed.add(canonical);
      if (ttl !== undefined) ttlSeconds = Math.min(ttl, ttlSeconds ?? ttl);
    }
    if (allowed.size === 0) {
      this.dns.putDenial(name, refusal);
      return refusal;
    }
    this.dns.put(name, [...allowed], ttlSeconds);
    return [...allowed];
  }
}
