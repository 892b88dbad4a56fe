// Repeatable random numbers for property tests: a failure names the seed, and TEST_SEED runs it again.

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number from 0 up to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** An integer from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}

/** Runs `body` with seeds 1 to `count`, or only with TEST_SEED; a failure says which seed it was. */
export function forSeeds(count: number, body: (random: Random) => void): void {
  const only = process.env.TEST_SEED;
  const seeds = only ? [Number(only)] : Array.from({ length: count }, (_, index) => index + 1);
  for (const seed of seeds) {
    try {
      body(new Random(seed));
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(`TEST_SEED=${seed} repeats this: ${reason}`, { cause: thrown });
    }
  }
}
