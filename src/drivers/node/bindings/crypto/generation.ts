/** Jobs that make new keys. */
import type { ImportedKey } from "../../crypto/answers.js";
import type { Binding, Guest } from "../../guest/guest.js";
import { type CryptoCalls, codedError } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import type { MakeCryptoKey } from "./key-objects.js";
import { encodedKey, type KeyHandle, type KeyObjectHandleClass } from "./keys.js";

/** How the pair is wanted: public format and type, private format, type, cipher and passphrase. */
type Encoding = readonly [unknown?, unknown?, unknown?, unknown?, unknown?, unknown?];

/** What Web Crypto says in its place: algorithm, usages of the public and the private key, whether the latter may be exported. */
type WebKeys = readonly [object, number, number, boolean];

const RSA_PSS = 1;
const NAMED_CURVE = 1;
const KEY_NUMBER = "EVP_PKEY_";

export function generationBinding(
  crypto: CryptoCalls,
  CryptoJob: CryptoJobClass,
  KeyObjectHandle: KeyObjectHandleClass,
  makeCryptoKey: MakeCryptoKey,
): Binding {
  class KeyPairJob extends CryptoJob {
    readonly #type: string;
    readonly #options: object;
    readonly #encoding: Encoding;

    constructor(mode: number, type: string, options: object, encoding: Encoding) {
      super(mode, "KEYPAIRGENREQUEST");
      this.#type = type;
      this.#options = options;
      this.#encoding = this.isOfWebCrypto ? encoding : this.#checked(encoding);
    }

    #checked(encoding: Encoding): Encoding {
      const [publicFormat, publicType, privateFormat, privateType, cipher, passphrase] = encoding;
      if (typeof cipher === "string" && !crypto.ask("cipherInfo", cipher)) {
        throw codedError(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
      }
      const password = crypto.optionalBytes(passphrase);
      return [publicFormat, publicType, privateFormat, privateType, cipher, password];
    }

    override work(): unknown {
      const pair = crypto.call("generateKeyPair", this.#type, this.#options) as ImportedKey[];
      const [publicKey, privateKey] = pair.map((key) => KeyObjectHandle.imported(key)) as [
        KeyHandle,
        KeyHandle,
      ];
      if (this.isOfWebCrypto) {
        const [algorithm, publicUsages, privateUsages, isExtractable] = this.#encoding as WebKeys;
        return {
          publicKey: makeCryptoKey(publicKey, algorithm, publicUsages, true),
          privateKey: makeCryptoKey(privateKey, algorithm, privateUsages, isExtractable),
        };
      }
      const [publicFormat, publicType, ...privateEncoding] = this.#encoding;
      return [
        encodedKey(publicKey, publicFormat, publicType),
        encodedKey(
          privateKey,
          privateEncoding[0],
          privateEncoding[1],
          privateEncoding[2],
          privateEncoding[3],
        ),
      ];
    }
  }

  const checkDigest = (digest: unknown, what: string): void => {
    if (digest === undefined) return;
    try {
      crypto.ask("checkHmacDigest", String(digest));
    } catch {
      throw codedError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid ${what}: ${digest}`);
    }
  };

  class RsaKeyPairGenJob extends KeyPairJob {
    constructor(mode: number, variant: number, bits: number, exponent: number, ...rest: unknown[]) {
      const sizes = { modulusLength: bits, publicExponent: exponent };
      if (variant !== RSA_PSS) {
        super(mode, "rsa", sizes, rest as unknown as Encoding);
        return;
      }
      const [hashAlgorithm, mgf1HashAlgorithm, saltLength, ...encoding] = rest;
      checkDigest(hashAlgorithm, "digest");
      checkDigest(mgf1HashAlgorithm, "MGF1 digest");
      const options = { ...sizes, hashAlgorithm, mgf1HashAlgorithm, saltLength };
      super(mode, "rsa-pss", options, encoding as unknown as Encoding);
    }
  }

  class DsaKeyPairGenJob extends KeyPairJob {
    constructor(mode: number, bits: number, divisorBits: number, ...encoding: Encoding) {
      const divisorLength = divisorBits < 0 ? undefined : divisorBits;
      super(mode, "dsa", { modulusLength: bits, divisorLength }, encoding);
    }
  }

  class EcKeyPairGenJob extends KeyPairJob {
    constructor(
      mode: number,
      curve: string,
      paramEncoding: number | undefined,
      ...encoding: Encoding
    ) {
      crypto.ask("checkCurve", curve);
      const form = (paramEncoding ?? NAMED_CURVE) === NAMED_CURVE ? "named" : "explicit";
      super(mode, "ec", { namedCurve: curve, paramEncoding: form }, encoding);
    }
  }

  class NidKeyPairGenJob extends KeyPairJob {
    constructor(mode: number, nid: number, ...encoding: Encoding) {
      super(mode, numberedTypeOf(crypto.guest, nid), {}, encoding);
    }
  }

  /** From Node 26 on, in place of the numbers. */
  class NamedKeyPairGenJob extends KeyPairJob {
    constructor(mode: number, name: string, ...encoding: Encoding) {
      super(mode, name.toLowerCase(), {}, encoding);
    }
  }

  class DhKeyPairGenJob extends KeyPairJob {
    constructor(mode: number, groupOrPrime: unknown, ...rest: unknown[]) {
      if (typeof groupOrPrime === "string") {
        crypto.ask("checkDhGroup", groupOrPrime);
        super(mode, "dh", { group: groupOrPrime }, rest as unknown as Encoding);
        return;
      }
      const [generator, ...encoding] = rest;
      const prime =
        typeof groupOrPrime === "number"
          ? { primeLength: groupOrPrime }
          : { prime: crypto.bytes(groupOrPrime) };
      super(mode, "dh", { ...prime, generator }, encoding as unknown as Encoding);
    }
  }

  class SecretKeyGenJob extends CryptoJob {
    readonly #size: number;
    /** Of Web Crypto: algorithm, usages, whether it may be exported. */
    readonly #web: readonly [object?, number?, boolean?];

    constructor(mode: number, bits: number, ...web: [object?, number?, boolean?]) {
      super(mode, "KEYGENREQUEST");
      this.#size = Math.floor(bits / 8);
      this.#web = web;
    }

    override work(): unknown {
      const handle = KeyObjectHandle.secret(crypto.call("randomBytes", this.#size) as Uint8Array);
      if (!this.isOfWebCrypto) return handle;
      return makeCryptoKey(handle, ...(this.#web as [object, number, boolean]));
    }
  }

  return {
    RsaKeyPairGenJob,
    DsaKeyPairGenJob,
    EcKeyPairGenJob,
    NidKeyPairGenJob,
    NamedKeyPairGenJob,
    getPqcKeyTypes: () => crypto.ask("quantumSafeTypes"),
    DhKeyPairGenJob,
    SecretKeyGenJob,
  };
}

/** The type of key that OpenSSL's number means: Node's binding has the numbers as constants. */
function numberedTypeOf({ configuration, notImplemented }: Guest, nid: number): string {
  for (const [name, constant] of Object.entries(configuration.surface.crypto ?? {})) {
    if (!name.startsWith(KEY_NUMBER) || constant.kind !== "value") continue;
    if (constant.value !== nid) continue;
    return name.slice(KEY_NUMBER.length).toLowerCase().split("_").join("-");
  }
  throw notImplemented("crypto", `key type ${nid}`);
}
