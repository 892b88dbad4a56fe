/**
 * All guest host processes of this application: how many there may be, which are warm, who waits
 * for one. Fresh processes belong to nobody; one that has served a guest serves only its owner, the
 * guests of the same kernel and driver, from then on.
 *
 * The one piece of state that kernels share, because the limit is the machine's: kernels see
 * nothing of each other but that places are taken.
 */
import { totalmem } from "node:os";
import { GuestProcess, type GuestProgram } from "./guest-process.host.js";
import { Reaper } from "./reaper.host.js";

const PROCESSES_MAX = 64;
const BYTES_A_PROCESS = 64 * 1024 * 1024;
/** Fresh processes kept ready for each runtime in use. */
const WARM = 1;
/** How long after the last start the next fresh process is made: not while a guest needs the CPU. */
const REFILL_MS = 100;
/** Idle processes that an owner keeps. */
const IDLE_MAX = 4;
/** How long a guest waits for a place. */
const WAIT_MS = 5000;
/** So many times as long it waits for a process that has a place and is starting: a busy machine takes its time. */
const START_WAITS_MAX = 6;

/** Whoever uses processes: one driver in one kernel. */
export interface PoolOwner {
  readonly program: GuestProgram;
  /** How many fresh processes are to be ready for its program. Default 1. */
  readonly fresh?: number;
}

/** Why somebody who waited gets no process. */
export class NoProcess {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Gets an idle process, or hears why there is none. */
export type Take = (process: GuestProcess | NoProcess) => void;

/** A process and who it belongs to; null is fresh. */
interface Place {
  readonly process: GuestProcess;
  /** Which program it runs. */
  readonly key: string;
  holder: PoolOwner | null;
}

/** A wait for a process. */
interface Waiter {
  readonly owner: PoolOwner;
  readonly take: Take;
  timer: ReturnType<typeof setTimeout>;
  /** How many times its time has run out. */
  waits: number;
}

export class GuestProcessPool {
  readonly reaper = new Reaper();
  readonly #limit: number;
  readonly #waitMs: number;
  readonly #owners = new Set<PoolOwner>();
  /** In the order in which they became idle. */
  readonly #places = new Set<Place>();
  readonly #waiters: Waiter[] = [];
  #refill: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param limit - How many processes there may be.
   * @param waitMs - How long one waits for a place.
   */
  constructor(limit: number, waitMs: number) {
    this.#limit = limit;
    this.#waitMs = waitMs;
  }

  /**
   * From now on fresh processes are kept for this owner's program.
   * @param isHurried - Whether the first process of all is mostly for a guest that comes at once.
   */
  join(owner: PoolOwner, isHurried = true): void {
    this.#owners.add(owner);
    this.#makeFresh(isHurried && this.#places.size === 0);
  }

  /** Ends the owner's processes; with the last owner of a program, its fresh ones too. */
  async leave(owner: PoolOwner): Promise<void> {
    this.#owners.delete(owner);
    for (const waiter of this.#waiters.filter((waiting) => waiting.owner === owner)) {
      this.#stopWaiting(waiter);
    }
    const key = keyOf(owner);
    const isInUse = [...this.#owners].some((other) => keyOf(other) === key);
    const leaving = [...this.#places].filter((place) =>
      place.holder ? place.holder === owner : place.key === key && !isInUse,
    );
    for (const { process } of leaving) process.kill();
    if (this.#owners.size === 0) clearTimeout(this.#refill);
    await Promise.all(leaving.map(({ process }) => process.gone));
  }

  /**
   * Hands an idle process to `take`, at once when one is ready. The process is the owner's from then
   * on.
   * @returns a function that stops waiting.
   */
  acquire(owner: PoolOwner, take: Take): () => void {
    const ready = this.#idleFor(owner);
    if (ready) {
      this.#hand(ready, owner, take);
      return () => {};
    }
    const wait = () => setTimeout(() => this.#endWait(waiter, wait), this.#waitMs);
    const waiter: Waiter = { owner, take, timer: wait(), waits: 0 };
    this.#waiters.push(waiter);
    this.#makeRoom();
    return () => this.#stopWaiting(waiter);
  }

  /** The time of one who waits has run out: all places are taken, or the process that is to come is slow to start. */
  #endWait(waiter: Waiter, wait: () => Waiter["timer"]): void {
    const key = keyOf(waiter.owner);
    const coming = this.#count((place) => place.key === key && place.process.state === "starting");
    waiter.waits++;
    if (coming > 0 && waiter.waits < START_WAITS_MAX) {
      waiter.timer = wait();
      return;
    }
    this.#stopWaiting(waiter);
    const reason =
      coming > 0
        ? "a guest process did not start in time"
        : `limit of ${this.#limit} guest processes reached`;
    waiter.take(new NoProcess(reason));
  }

  #hand(place: Place, owner: PoolOwner, take: Take): void {
    place.holder = owner;
    this.#scheduleRefill();
    take(place.process);
  }

  #stopWaiting(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    const index = this.#waiters.indexOf(waiter);
    if (index !== -1) this.#waiters.splice(index, 1);
  }

  /** One that is rested; the owner's own first, which keeps the fresh ones for others. */
  #idleFor(owner: PoolOwner): Place | undefined {
    let best: Place | undefined;
    let bestRank = -1;
    for (const place of this.#places) {
      if (place.process.state !== "idle" || !canUse(owner, place)) continue;
      const rank = (place.process.isRested ? 2 : 0) + (place.holder ? 1 : 0);
      if (rank <= bestRank) continue;
      best = place;
      bestRank = rank;
    }
    return best;
  }

  /** Sees to it that a process comes for everyone who waits, as far as the limit allows. */
  #makeRoom(): void {
    const programs = new Map(this.#waiters.map(({ owner }) => [keyOf(owner), owner.program]));
    for (const [key, program] of programs) {
      const waiting = this.#waiters.filter(({ owner }) => keyOf(owner) === key).length;
      let coming = this.#count((place) => place.key === key && place.process.state === "starting");
      for (; coming < waiting && this.#places.size < this.#limit; coming++) {
        this.#create(program, true);
      }
      const ending = this.#count((place) => place.process.state === "ending");
      if (coming + ending < waiting) this.#endUselessIdle();
    }
  }

  /** The limit is reached: an idle process that nobody who waits can use gives up its place. */
  #endUselessIdle(): void {
    for (const place of this.#places) {
      const isUseless = !this.#waiters.some(({ owner }) => canUse(owner, place));
      if (place.process.state !== "idle" || !isUseless) continue;
      place.process.kill();
      return;
    }
  }

  #create(program: GuestProgram, isAwaited: boolean): void {
    const process = new GuestProcess(program, this.reaper, isAwaited);
    const place: Place = { process, key: keyOf({ program }), holder: null };
    this.#places.add(place);
    process.onIdle = () => this.#idle(place);
    process.onGone = (hasServed) => {
      this.#places.delete(place);
      if (!hasServed) this.#refuseOne(place.key);
      this.#makeRoom();
    };
  }

  /** A process did not come up. Somebody has to hear of it, or it would be tried for ever. */
  #refuseOne(key: string): void {
    const waiter = this.#waiters.find(({ owner }) => keyOf(owner) === key);
    if (!waiter) return;
    this.#stopWaiting(waiter);
    waiter.take(new NoProcess("a guest process could not be started"));
  }

  #idle(place: Place): void {
    // To the end: who is idle longest is found first.
    this.#places.delete(place);
    this.#places.add(place);
    const waiter = this.#waiters.find(({ owner }) => canUse(owner, place));
    if (waiter) {
      this.#stopWaiting(waiter);
      this.#hand(place, waiter.owner, waiter.take);
      return;
    }
    if (this.#waiters.length > 0) this.#makeRoom();
    const { holder } = place;
    if (!holder) return;
    const idle = this.#count((other) => other.holder === holder && other.process.state === "idle");
    if (idle > IDLE_MAX) place.process.kill();
  }

  #scheduleRefill(): void {
    clearTimeout(this.#refill);
    this.#refill = setTimeout(() => this.#makeFresh(false), REFILL_MS);
    this.#refill.unref();
  }

  /** @param isAwaited - As of `GuestProcess`. */
  #makeFresh(isAwaited: boolean): void {
    const programs = new Map([...this.#owners].map((owner) => [keyOf(owner), owner.program]));
    for (const [key, program] of programs) {
      const wanted = this.#freshFor(key);
      const fresh = this.#count((place) => place.holder === null && place.key === key);
      // Warmth is a luxury: the second half of the places is for guests.
      const room = Math.floor(this.#limit / 2) - this.#places.size;
      for (let missing = Math.min(wanted - fresh, room); missing > 0; missing--) {
        this.#create(program, isAwaited);
      }
    }
  }

  #freshFor(key: string): number {
    const owners = [...this.#owners].filter((owner) => keyOf(owner) === key);
    return Math.max(...owners.map(({ fresh = WARM }) => fresh));
  }

  /** Resolves when the fresh processes of an owner's program are up, as far as there are places. */
  async warmed(owner: PoolOwner): Promise<void> {
    const coming = [...this.#places].filter(
      ({ key, process }) => key === keyOf(owner) && process.state === "starting",
    );
    // Processes that nobody uses keep no application alive: who waits for them does.
    const hold = setInterval(() => {}, WAIT_MS);
    await Promise.all(coming.map(({ process }) => process.settled));
    clearInterval(hold);
  }

  #count(matches: (place: Place) => boolean): number {
    let count = 0;
    for (const place of this.#places) if (matches(place)) count++;
    return count;
  }
}

function keyOf({ program }: PoolOwner): string {
  return program.runtime.href;
}

function canUse(owner: PoolOwner, { key, holder }: Place): boolean {
  return keyOf(owner) === key && (holder === null || holder === owner);
}

const limit = Math.min(PROCESSES_MAX, Math.max(1, Math.floor(totalmem() / BYTES_A_PROCESS)));

/** The pool of this application. */
export const guestProcessPool = new GuestProcessPool(limit, WAIT_MS);
