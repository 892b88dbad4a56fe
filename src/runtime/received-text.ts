/** Text that comes from a guest in pieces of any size, and is bounded. */
import { GrowingBytes } from "../kernel/growing-bytes.js";

const NEWLINE = 0x0a;

/** Text of at most so many bytes; the rest is dropped. */
export class BoundedText {
  text = "";
  readonly #decoder = new TextDecoder();
  #room: number;

  constructor(limitBytes: number) {
    this.#room = limitBytes;
  }

  add(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.#room);
    this.#room -= kept.length;
    this.text += this.#decoder.decode(kept, { stream: true });
  }
}

/** One line at a time. A byte costs what it costs however small the pieces are: a guest chooses them. */
export class LineReader {
  readonly #limitBytes: number;
  readonly #held = new GrowingBytes();
  /** The rest of a line that was too long is still coming. */
  #isSkipping = false;

  /** @param limitBytes - How long a line may be. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The line that ends in this piece, without its end. What follows it in the piece is dropped. */
  push(piece: Uint8Array): { readonly text: string } | "too long" | undefined {
    const end = piece.indexOf(NEWLINE);
    const part = end === -1 ? piece : piece.subarray(0, end);
    const wasSkipping = this.#isSkipping;
    const isTooLong = this.#held.length + part.length > this.#limitBytes;
    this.#isSkipping = end === -1 && (wasSkipping || isTooLong);
    if (wasSkipping) return undefined;
    if (isTooLong) {
      this.#held.clear();
      return "too long";
    }
    this.#held.append(part);
    if (end === -1) return undefined;
    const text = new TextDecoder().decode(this.#held.view());
    this.#held.clear();
    return { text };
  }
}
