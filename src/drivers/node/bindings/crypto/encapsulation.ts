/** Jobs of key encapsulation. The library looks whether the Node has them. */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { type KeyArgument, keyArgument, splitAtKey } from "./keys.js";

export function encapsulationBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  if (!crypto.guest.configuration.surface.crypto?.KEMEncapsulateJob) return {};

  class KEMEncapsulateJob extends CryptoJob {
    readonly #key: KeyArgument;

    constructor(mode: number, ...key: unknown[]) {
      super(mode, "KEMENCAPSULATEREQUEST");
      this.#key = keyArgument(crypto, key);
    }

    /** Web Crypto wants memory, others Buffers. */
    override work(): unknown {
      const both = crypto.call("encapsulate", this.#key) as [Uint8Array, Uint8Array];
      const [sharedKey, ciphertext] = both;
      return this.isOfWebCrypto
        ? { sharedKey: memoryOf(sharedKey), ciphertext: memoryOf(ciphertext) }
        : both.map((bytes) => crypto.asBuffer(bytes));
    }
  }

  class KEMDecapsulateJob extends CryptoJob {
    readonly #key: KeyArgument;
    readonly #ciphertext: Uint8Array;

    constructor(mode: number, ...given: unknown[]) {
      super(mode, "KEMDECAPSULATEREQUEST");
      const [key, [ciphertext]] = splitAtKey(crypto, given);
      this.#key = keyArgument(crypto, key);
      this.#ciphertext = crypto.bytes(ciphertext);
    }

    override work(): unknown {
      const secret = crypto.call("decapsulate", this.#key, this.#ciphertext) as Uint8Array;
      return this.isOfWebCrypto ? memoryOf(secret) : crypto.asBuffer(secret);
    }
  }

  return { KEMEncapsulateJob, KEMDecapsulateJob };
}
