/**
 * What a started process has written: the last bytes of it, each with its position since the start, so
 * that a client asks for what is new. Both streams in the order of their arrival.
 */

/** A part of the log. */
export interface LogPart {
  readonly text: string;
  /** Where to go on reading. */
  readonly next: number;
  /** Bytes between what was asked for and what is still there: too old, or more than a part. */
  readonly skipped: number;
}

export class ProcessLog {
  /** A ring: the byte at position p stands at p modulo its length. */
  readonly #ring: Uint8Array;
  #end = 0;

  constructor(capacityBytes: number) {
    this.#ring = new Uint8Array(capacityBytes);
  }

  /** Copies `chunk` in; the oldest bytes go when there are too many. */
  append(chunk: Uint8Array): void {
    this.#end += chunk.length;
    const kept = chunk.subarray(-this.#ring.length);
    const at = (this.#end - kept.length) % this.#ring.length;
    const untilWrap = kept.subarray(0, this.#ring.length - at);
    this.#ring.set(untilWrap, at);
    this.#ring.set(kept.subarray(untilWrap.length));
  }

  /** The last bytes from position `since` on, `limitBytes` at most. */
  read(since: number, limitBytes: number): LogPart {
    const count = Math.max(
      0,
      Math.min(this.#end - since, limitBytes, this.#ring.length, this.#end),
    );
    const from = this.#end - count;
    const at = from % this.#ring.length;
    const untilWrap = this.#ring.subarray(at, at + count);
    const bytes = new Uint8Array(count);
    bytes.set(untilWrap);
    bytes.set(this.#ring.subarray(0, count - untilWrap.length), untilWrap.length);
    const skipped = Math.max(0, from - since);
    return { text: new TextDecoder().decode(bytes), next: this.#end, skipped };
  }
}
