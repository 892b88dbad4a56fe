/** Jobs of Web Crypto with Keccak, and ChaCha20-Poly1305. The library looks which of them the Node has. */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, codeOf, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import type { KeyHandle } from "./keys.js";

const SIGN = 0;
const ENCRYPT = 0;
const TAG_BYTES = 16;

export function keccakBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  class DigestJob extends CryptoJob {
    readonly #args: readonly [string, ...unknown[]];

    constructor(mode: number, ...args: [string, ...unknown[]]) {
      super(mode, "HASHREQUEST");
      this.#args = args;
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call(...this.#args) as Uint8Array);
    }
  }

  class CShakeJob extends DigestJob {
    constructor(
      mode: number,
      name: string,
      data: unknown,
      functionName: unknown,
      customization: unknown,
      bits: number,
    ) {
      const [of, custom] = [
        crypto.optionalBytes(functionName),
        crypto.optionalBytes(customization),
      ];
      super(mode, "cShake", name, crypto.bytes(data), of, custom, bits);
    }
  }

  class TurboShakeJob extends DigestJob {
    constructor(mode: number, name: string, domain: number, length: number, data: unknown) {
      super(mode, "turboShake", name, domain, length, crypto.bytes(data));
    }
  }

  class KangarooTwelveJob extends DigestJob {
    constructor(mode: number, name: string, custom: unknown, length: number, data: unknown) {
      const customization = crypto.optionalBytes(custom);
      super(mode, "kangarooTwelve", name, customization, length, crypto.bytes(data));
    }
  }

  class KmacJob extends CryptoJob {
    readonly #args: readonly [string, ...unknown[]];

    constructor(
      mode: number,
      signMode: number,
      key: KeyHandle,
      name: string,
      customization: unknown,
      keyBits: number,
      outputBits: number,
      data: unknown,
      signature: unknown,
    ) {
      super(mode, "SIGNREQUEST");
      const common = [
        key.secret(),
        name,
        crypto.optionalBytes(customization),
        keyBits,
        outputBits,
        crypto.bytes(data),
      ];
      this.#args =
        signMode === SIGN
          ? ["kmac", ...common]
          : ["verifyKmac", ...common, crypto.bytes(signature)];
    }

    override work(): unknown {
      const answer = crypto.call(...this.#args) as Uint8Array | boolean;
      return typeof answer === "boolean" ? answer : memoryOf(answer);
    }
  }

  class ChaCha20Poly1305CipherJob extends CryptoJob {
    readonly #args: readonly [string, ...unknown[]];

    constructor(
      mode: number,
      cipherMode: number,
      key: KeyHandle,
      given: unknown,
      iv: unknown,
      additional: unknown,
    ) {
      super(mode, "CIPHERREQUEST");
      const isEncrypting = cipherMode === ENCRYPT;
      const data = crypto.bytes(given);
      const end = isEncrypting ? data.length : Math.max(0, data.length - TAG_BYTES);
      this.#args = [
        "authenticatedCipherAtOnce",
        isEncrypting,
        "chacha20-poly1305",
        key.secret(),
        crypto.bytes(iv),
        data.slice(0, end),
        crypto.optionalBytes(additional),
        isEncrypting ? undefined : data.slice(end),
        TAG_BYTES,
      ];
    }

    override work(): ArrayBuffer {
      try {
        return memoryOf(crypto.call(...this.#args) as Uint8Array);
      } catch (error) {
        // A tag that does not fit is no error of OpenSSL's.
        throw codeOf(error) === undefined ? new Error("Cipher job failed") : error;
      }
    }
  }

  const jobs = { CShakeJob, TurboShakeJob, KangarooTwelveJob, KmacJob, ChaCha20Poly1305CipherJob };
  const surface = crypto.guest.configuration.surface.crypto ?? {};
  return Object.fromEntries(Object.entries(jobs).filter(([name]) => Object.hasOwn(surface, name)));
}
