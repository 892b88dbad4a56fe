/**
 * What a client has sent before a server's program has answered to its first message: the session that the message names is the
 * program's to find, and OpenSSL gets the bytes behind that.
 */
import { type ClientHello, parseClientHello } from "../../guest/client-hello.js";
import { joined } from "../../guest/joined.js";

const HELLO_BYTES_MAX = 32 * 1024;
const NOTHING = new Uint8Array(0);

export class HeldHello {
  #held: Uint8Array | null = null;
  #isTold = false;

  /** Whether bytes are to be kept here. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Keeps what comes from now on, if the program has not been told of a message yet. */
  begin(): void {
    if (!this.#isTold) this.#held ??= NOTHING;
  }

  /** @returns the first message, once, when it is whole; null: this is none; undefined: there is nothing to do. */
  take(data: Uint8Array): ClientHello | null | undefined {
    const all = joined(this.#held ?? NOTHING, data);
    this.#held = all;
    if (this.#isTold) return undefined;
    const hello = all.length > HELLO_BYTES_MAX ? null : parseClientHello(all);
    if (hello) this.#isTold = true;
    return hello;
  }

  /** Ends it: all that was kept, or null when nothing was. */
  release(): Uint8Array | null {
    const held = this.#held;
    this.#held = null;
    return held;
  }
}
