/**
 * How guests in other threads wake the kernel: one futex word, and a bitmap of the channels that
 * have a call. A wake-up is never lost, by this order of steps:
 *
 *   kernel: take calls; word = 1; take calls again; wait while word is 1
 *   guest:  publish the call; set its bit; if word was 1, make it 0 and notify
 */

/** How many channels can share a doorbell. */
export const SLOTS = 1024;

const BITS = 32;
const FUTEX = 0;
const BITMAP = 1;
export const DOORBELL_BYTES = (BITMAP + SLOTS / BITS) * 4;

const AWAKE = 0;
const SLEEPING = 1;
/** The kernel looks at the word itself: nobody has to be woken. */
const WATCHING = 2;

/** Guest side: says that `slot` has a call. Answers whether the kernel is awake, so that the answer may come at once. */
export function ring(words: Int32Array, slot: number): boolean {
  Atomics.or(words, BITMAP + Math.floor(slot / BITS), 1 << (slot % BITS));
  if (Atomics.exchange(words, FUTEX, AWAKE) !== SLEEPING) return true;
  Atomics.notify(words, FUTEX);
  return false;
}

/** How long the kernel takes calls before it lets the host's event loop run. */
const BUDGET_MS = 2;
/** How long a run of calls that follow each other at once keeps the event loop waiting. */
const TURN_MS = 0.5;
/** How long the kernel watches for the next call before it sleeps: to be woken costs more. */
const WATCH_MS = 0.02;
/** After watches in vain, so many chances to watch are left out at most. */
const SKIPPED_MAX = 63;
/** A wake-up that was lost against all reasoning costs this much, instead of a hang. */
const WATCHDOG_MS = 1000;

/** Kernel side: calls `onCall(slot)` for every slot that has rung. Runs while it is open. */
export class Doorbell {
  readonly buffer = new SharedArrayBuffer(DOORBELL_BYTES);
  readonly #words = new Int32Array(this.buffer);
  readonly #onCall: (slot: number) => void;
  #isOpen = false;
  /** Set from the first `open` until a closed doorbell has woken up: it must not listen twice. */
  #isListening = false;
  /** Chances to watch that are still left out, and how many will be after the next watch in vain. */
  #skips = 0;
  #nextSkips = 0;
  #watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(onCall: (slot: number) => void) {
    this.#onCall = onCall;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#watchdog = setInterval(() => this.#drain(), WATCHDOG_MS);
    // Not what keeps the host alive: its processes' workers do.
    this.#watchdog.unref?.();
    if (this.#isListening) return;
    this.#isListening = true;
    this.#listen();
  }

  close(): void {
    this.#isOpen = false;
    clearInterval(this.#watchdog);
    Atomics.store(this.#words, FUTEX, AWAKE);
    Atomics.notify(this.#words, FUTEX);
  }

  readonly #listen = (): void => {
    this.#isListening = this.#isOpen;
    if (!this.#isOpen) return;
    if (!this.#serveUntilQuiet()) {
      setImmediate(this.#listen);
      return;
    }
    Atomics.store(this.#words, FUTEX, SLEEPING);
    if (!this.#drain()) {
      setImmediate(this.#listen);
      return;
    }
    const sleep = Atomics.waitAsync(this.#words, FUTEX, SLEEPING);
    if (sleep.async) void sleep.value.then(this.#listen);
    // Rung meanwhile. Yield, or a guest that rings without end would starve the host.
    else setImmediate(this.#listen);
  };

  /** Takes calls until none has come for a while (true) or the time is up (false). */
  #serveUntilQuiet(): boolean {
    const endMs = performance.now() + TURN_MS;
    do {
      if (!this.#drain()) return false;
      if (!this.#watch()) return true;
    } while (performance.now() < endMs);
    return false;
  }

  /** Takes calls until there are none (true) or the time is up (false). */
  #drain(endMs = performance.now() + BUDGET_MS): boolean {
    while (this.#takeCalls()) if (performance.now() > endMs) return false;
    return true;
  }

  /** Takes what has been rung for; whether there was something. */
  #takeCalls(): boolean {
    let hasServed = false;
    for (let index = BITMAP; index < this.#words.length; index++) {
      let bits = Atomics.load(this.#words, index) && Atomics.exchange(this.#words, index, 0);
      for (; bits !== 0; bits &= bits - 1) {
        hasServed = true;
        const bit = 31 - Math.clz32(bits & -bits);
        this.#onCall((index - BITMAP) * BITS + bit);
      }
    }
    return hasServed;
  }

  /**
   * Watches for the next call and answers whether it has come. A guest that asks often is answered without a sleep on
   * either side; where the calls keep away, as when the guests compute, watching becomes rare.
   */
  #watch(): boolean {
    if (this.#skips > 0) {
      this.#skips--;
      return false;
    }
    Atomics.store(this.#words, FUTEX, WATCHING);
    let hasCome = this.#takeCalls();
    const endMs = performance.now() + WATCH_MS;
    while (!hasCome && performance.now() < endMs) {
      hasCome = Atomics.load(this.#words, FUTEX) !== WATCHING;
    }
    this.#nextSkips = hasCome ? 0 : Math.min(2 * this.#nextSkips + 1, SKIPPED_MAX);
    this.#skips = this.#nextSkips;
    return hasCome;
  }
}
