/** Jobs that derive keys: PBKDF2, scrypt, HKDF, Argon2. */
import type { Binding, Guest } from "../../guest/guest.js";
import { type CryptoCalls, codedError, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { keyHandleOf } from "./key-objects.js";
import { secretOf } from "./keys.js";

/** HKDF expands to 255 digests at most (RFC 5869). */
const HKDF_DIGESTS_MAX = 255;

export function derivationBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  const argon2Kinds = argon2KindsOf(crypto.guest);

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

  class Argon2Job extends CryptoJob {
    readonly #kind: string | undefined;
    readonly #parameters: object;

    constructor(
      mode: number,
      message: unknown,
      nonce: unknown,
      parallelism: number,
      tagLength: number,
      memory: number,
      passes: number,
      secret: unknown,
      associatedData: unknown,
      type: number,
    ) {
      super(mode, "ARGON2REQUEST");
      this.#kind = argon2Kinds.get(type);
      this.#parameters = {
        message: secretOf(crypto, message),
        nonce: crypto.bytes(nonce),
        secret: crypto.bytes(secret),
        associatedData: crypto.bytes(associatedData),
        parallelism,
        tagLength,
        memory,
        passes,
      };
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("argon2", this.#kind, this.#parameters) as Uint8Array);
    }
  }

  const digestBytes = (digest: string): number => crypto.ask("digestSize", digest) as number;

  // The library looks whether there is one.
  return { PBKDF2Job, ScryptJob, HKDFJob, ...(argon2Kinds.size > 0 ? { Argon2Job } : {}) };
}

/** The kinds of Argon2 by the numbers that the host's Node gives them; none before Node 24. */
function argon2KindsOf({ configuration }: Guest): ReadonlyMap<unknown, string> {
  const kinds = new Map<unknown, string>();
  for (const kind of ["d", "i", "id"]) {
    const constant = configuration.surface.crypto?.[`kTypeArgon2${kind}`];
    if (constant?.kind === "value") kinds.set(constant.value, `argon2${kind}`);
  }
  return kinds;
}
