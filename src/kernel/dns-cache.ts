/**
 * What names have led to, for one kernel: answers for as long as they last (1 s to 5 min), denials
 * for 10 s, a bounded number of both; and which names an address was found by, so that a connection
 * is judged by the name that its program had looked up, not looked up again (DNS rebinding).
 */
import { type Errno, errno } from "./errno.js";
import { isIpv6 } from "./ip-address.js";

const ENTRIES_MAX = 1000;
const ADDRESSES_MAX = 4000;
const NAMES_PER_ADDRESS = 8;
const TTL_SECONDS = { least: 1, most: 300, unknown: 60, denial: 10 };

interface Entry {
  readonly answer: readonly string[] | Errno;
  readonly untilMs: number;
}

export class DnsCache {
  readonly #entries = new Map<string, Entry>();
  readonly #names = new Map<string, string[]>();
  readonly #perMinute: number;
  #tokens: number;
  #countedAtMs = performance.now();

  /** @param perMinute - Questions that may leave the kernel a minute. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#tokens = perMinute;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether too many names were asked for. */
  get isSpent(): boolean {
    return this.#tokens < 1;
  }

  get(name: string): readonly string[] | Errno | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (performance.now() < entry.untilMs) return entry.answer;
    this.#entries.delete(name);
    return undefined;
  }

  /** EAGAIN when too many names were asked for. */
  countQuestion(): undefined | Errno {
    const nowMs = performance.now();
    const earned = ((nowMs - this.#countedAtMs) / 60_000) * this.#perMinute;
    this.#tokens = Math.min(this.#perMinute, this.#tokens + earned);
    this.#countedAtMs = nowMs;
    if (this.#tokens < 1) return errno.EAGAIN;
    this.#tokens--;
    return undefined;
  }

  put(name: string, addresses: readonly string[], ttlSeconds = TTL_SECONDS.unknown): void {
    const seconds = Math.min(Math.max(ttlSeconds, TTL_SECONDS.least), TTL_SECONDS.most);
    this.#store(name, { answer: addresses, untilMs: performance.now() + seconds * 1000 });
    for (const address of addresses) this.#remember(address, name);
  }

  putDenial(name: string, reason: Errno): void {
    const untilMs = performance.now() + TTL_SECONDS.denial * 1000;
    this.#store(name, { answer: reason, untilMs });
  }

  /** The names that have led to an address, the latest first. */
  namesOf(address: string): readonly string[] {
    return this.#names.get(address) ?? [];
  }

  #store(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    dropOldest(this.#entries, ENTRIES_MAX);
  }

  #remember(address: string, name: string): void {
    const others = this.namesOf(address).filter((other) => other !== name);
    this.#names.delete(address);
    this.#names.set(address, [name, ...others].slice(0, NAMES_PER_ADDRESS));
    dropOldest(this.#names, ADDRESSES_MAX);
  }
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return;
    map.delete(key);
  }
}

/** The addresses of a family: 4, 6, or 0 for both. */
export function ofFamily(addresses: readonly string[], family: number): string[] {
  return addresses.filter((each) => family === 0 || isIpv6(each) === (family === 6));
}
