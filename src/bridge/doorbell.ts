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

/** Guest side: says that `slot` has a call. */
export function ring(words: Int32Array, slot: number): void {
  Atomics.or(words, BITMAP + Math.floor(slot / BITS), 1 << (slot % BITS));
  if (Atomics.exchange(words, FUTEX, AWAKE) === SLEEPING) Atomics.notify(words, FUTEX);
}

/** How long the kernel takes calls before it lets the host's event loop run. */
const BUDGET_MS = 2;
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
    if (!this.#drain()) {
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

  /** Takes calls until there are none (true) or the time is up (false). */
  #drain(): boolean {
    const endMs = performance.now() + BUDGET_MS;
    for (;;) {
      let isQuiet = true;
      for (let index = BITMAP; index < this.#words.length; index++) {
        let bits = Atomics.load(this.#words, index) && Atomics.exchange(this.#words, index, 0);
        for (; bits !== 0; bits &= bits - 1) {
          isQuiet = false;
          const bit = 31 - Math.clz32(bits & -bits);
          this.#onCall((index - BITMAP) * BITS + bit);
        }
      }
      if (isQuiet) return true;
      if (performance.now() > endMs) return false;
    }
  }
}
