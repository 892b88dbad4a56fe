/** A set of signals as two words of 32 bits: bit `n - 1` is signal `n`, as in Linux's sigset_t. */
import { SIGNAL_MAX } from "./signals.js";

const BITS = 32;

export class SignalSet {
  #low = 0;
  #high = 0;

  /**
   * @param low - Signals 1 to 32.
   * @param high - Signals 33 to 64.
   */
  constructor(low = 0, high = 0) {
    this.#low = low | 0;
    this.#high = high | 0;
  }

  /** Signals 1 to 32, as a signed word. */
  get low(): number {
    return this.#low;
  }

  /** Signals 33 to 64, as a signed word. */
  get high(): number {
    return this.#high;
  }

  get isEmpty(): boolean {
    return this.#low === 0 && this.#high === 0;
  }

  add(signal: number): void {
    const bit = signal - 1;
    if (bit < BITS) this.#low |= 1 << bit;
    else this.#high |= 1 << (bit - BITS);
  }

  delete(signal: number): void {
    const bit = signal - 1;
    if (bit < BITS) this.#low &= ~(1 << bit);
    else this.#high &= ~(1 << (bit - BITS));
  }

  has(signal: number): boolean {
    const bit = signal - 1;
    const word = bit < BITS ? this.#low : this.#high;
    return (word & (1 << (bit % BITS))) !== 0;
  }

  clear(): void {
    this.#low = 0;
    this.#high = 0;
  }

  /** A new set: the signals of either. */
  union(other: SignalSet): SignalSet {
    return new SignalSet(this.#low | other.#low, this.#high | other.#high);
  }

  /** A new set: the signals of this one that `other` has not. */
  without(other: SignalSet): SignalSet {
    return new SignalSet(this.#low & ~other.#low, this.#high & ~other.#high);
  }

  /** The signals, lowest first. */
  *[Symbol.iterator](): Iterator<number> {
    for (let signal = 1; signal <= SIGNAL_MAX; signal++) if (this.has(signal)) yield signal;
  }
}
