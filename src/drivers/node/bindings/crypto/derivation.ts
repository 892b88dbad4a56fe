/** Jobs that derive keys: PBKDF2, scrypt, HKDF. */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, codedError, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { keyHandleOf } from "./key-objects.js";
import { secretOf } from "./keys.js";

/** HKDF expands to 255 digests at most (RFC 5869). */
const HKDF_DIGESTS_MAX = 255;

export function derivationBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  class PBKDF2Job extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(
      mode: number,
      password: unknown,
      salt: unknown,
      iterations: number,
      length: number,
      digest: string,
    ) {
      super(mode, "PBKDF2REQUEST");
      crypto.ask("checkHmacDigest", digest);
      const secret = secretOf(crypto, password);
      this.#args = [secret, crypto.bytes(salt), iterations, length, digest];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("pbkdf2", ...this.#args) as Uint8Array);
    }
  }

  class ScryptJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(
      mode: number,
      password: unknown,
      salt: unknown,
      cost: number,
      blockSize: number,
      parallelization: number,
      memoryMax: number,
      length: number,
    ) {
      super(mode, "SCRYPTREQUEST");
      crypto.ask("checkScrypt", cost, blockSize, parallelization, memoryMax);
      this.#args = [
        secretOf(crypto, password),
        crypto.bytes(salt),
        length,
        cost,
        blockSize,
        parallelization,
        memoryMax,
      ];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("scrypt", ...this.#args) as Uint8Array);
    }
  }

  class HKDFJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(
      mode: number,
      digest: string,
      key: object,
      salt: unknown,
      info: unknown,
      length: number,
    ) {
      super(mode, "DERIVEBITSREQUEST");
      crypto.ask("checkHmacDigest", digest);
      if (length > HKDF_DIGESTS_MAX * digestBytes(digest)) {
        throw codedError(RangeError, "ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length");
      }
      const secret = secretOf(crypto, keyHandleOf(key));
      this.#args = [digest, secret, crypto.bytes(salt), crypto.bytes(info), length];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("hkdf", ...this.#args) as Uint8Array);
    }
  }

  const digestBytes = (digest: string): number => crypto.ask("digestSize", digest) as number;

  return { PBKDF2Job, ScryptJob, HKDFJob };
}
