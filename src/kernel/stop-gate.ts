/**
 * What a stopped process would do next is held here until it is continued: answers to its calls,
 * calls that it has made meanwhile, writes it has posted, output of its driver. In order.
 */

interface Held {
  readonly goOn: () => void;
  readonly giveUp: (() => void) | undefined;
}

export class StopGate {
  #isClosed = false;
  #held: Held[] = [];

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get size(): number {
    return this.#held.length;
  }

  /**
   * Does it now, or when the process is continued.
   * @param giveUp - Done instead when the process ends before.
   */
  pass(goOn: () => void, giveUp?: () => void): void {
    if (this.#isClosed) this.#held.push({ goOn, giveUp });
    else goOn();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Does what was held, until something of it stops the process again. */
  open(): void {
    this.#isClosed = false;
    const held = this.#held;
    this.#held = [];
    for (const [index, { goOn }] of held.entries()) {
      goOn();
      if (!this.#isClosed) continue;
      this.#held.unshift(...held.slice(index + 1));
      return;
    }
  }

  /** The process has ended: nothing that was held happens. */
  abandon(): void {
    this.#isClosed = false;
    const held = this.#held;
    this.#held = [];
    for (const { giveUp } of held) giveUp?.();
  }
}
