/** Diffie-Hellman, with numbers and with curves. The objects' states are in the container. */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { type KeyHandle, keyArgument, splitAtKey } from "./keys.js";

/** By OpenSSL's numbers for the forms of a point. */
const forms: Readonly<Record<number, string>> = { 2: "compressed", 4: "uncompressed", 6: "hybrid" };

interface Opened {
  readonly id: number;
  readonly verifyError: number;
}

export function exchangeBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  class Exchange {
    readonly #id: number;
    readonly #isGroup: boolean;

    constructor({ id, verifyError }: Opened, isGroup: boolean) {
      this.#id = id;
      this.#isGroup = isGroup;
      Object.defineProperty(this, "verifyError", { get: () => verifyError, enumerable: true });
      crypto.releaseWith(this, id);
    }

    generateKeys(): Uint8Array {
      return crypto.buffer("generateDhKeys", this.#id, this.#isGroup);
    }

    computeSecret(key: unknown): Uint8Array {
      return crypto.buffer("computeDhSecret", this.#id, this.#isGroup, crypto.bytes(key));
    }

    #get(which: string): Uint8Array {
      return crypto.buffer("getOfDh", this.#id, this.#isGroup, which);
    }

    getPrime(): Uint8Array {
      return this.#get("getPrime");
    }

    getGenerator(): Uint8Array {
      return this.#get("getGenerator");
    }

    getPublicKey(): Uint8Array {
      return this.#get("getPublicKey");
    }

    getPrivateKey(): Uint8Array {
      return this.#get("getPrivateKey");
    }

    setPublicKey(key: unknown): void {
      crypto.call("setDhKey", this.#id, "public", crypto.bytes(key));
    }

    setPrivateKey(key: unknown): void {
      crypto.call("setDhKey", this.#id, "private", crypto.bytes(key));
    }
  }

  class DiffieHellman extends Exchange {
    constructor(sizeOrPrime: unknown, generator: unknown) {
      const prime = typeof sizeOrPrime === "number" ? sizeOrPrime : crypto.bytes(sizeOrPrime);
      const base = typeof generator === "number" ? generator : crypto.bytes(generator);
      super(crypto.call("openDh", prime, base) as Opened, false);
    }
  }

  class DiffieHellmanGroup extends Exchange {
    constructor(group: unknown) {
      super(crypto.call("openDhGroup", group) as Opened, true);
    }
  }

  class ECDH {
    readonly #id: number;

    constructor(curve: string) {
      this.#id = crypto.call("openEcdh", curve) as number;
      crypto.releaseWith(this, this.#id);
    }

    generateKeys(): void {
      crypto.call("generateEcdhKeys", this.#id);
    }

    computeSecret(key: unknown): Uint8Array {
      return crypto.buffer("computeEcdhSecret", this.#id, crypto.bytes(key));
    }

    getPublicKey(form: number): Uint8Array {
      return crypto.buffer("getEcdhPublicKey", this.#id, forms[form]);
    }

    getPrivateKey(): Uint8Array {
      return crypto.buffer("getEcdhPrivateKey", this.#id);
    }

    setPublicKey(key: unknown): void {
      crypto.call("setEcdhKey", this.#id, "public", crypto.bytes(key));
    }

    setPrivateKey(key: unknown): void {
      crypto.call("setEcdhKey", this.#id, "private", crypto.bytes(key));
    }
  }

  const sharedSecret = (privateKey: KeyHandle, publicKey: KeyHandle): Uint8Array =>
    crypto.call("sharedSecret", privateKey.argument(), publicKey.argument()) as Uint8Array;

  class ECDHBitsJob extends CryptoJob {
    readonly #keys: readonly [KeyHandle, KeyHandle];

    constructor(mode: number, _curve: string, publicKey: KeyHandle, privateKey: KeyHandle) {
      super(mode, "DERIVEBITSREQUEST");
      this.#keys = [privateKey, publicKey];
    }

    override work(): ArrayBuffer {
      return memoryOf(sharedSecret(...this.#keys));
    }
  }

  /** From Node 24 on, in place of `statelessDH` and ECDHBitsJob. */
  class DHBitsJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(mode: number, ...given: unknown[]) {
      super(mode, "DERIVEBITSREQUEST");
      const [publicKey, rest] = splitAtKey(crypto, given);
      this.#args = [keyArgument(crypto, rest), keyArgument(crypto, publicKey)];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("sharedSecret", ...this.#args) as Uint8Array);
    }
  }

  return {
    DiffieHellman,
    DiffieHellmanGroup,
    ECDH,
    ECDHBitsJob,
    DHBitsJob,
    ECDHConvertKey: (key: unknown, curve: string, form: number) =>
      crypto.buffer("convertEcdhKey", crypto.bytes(key), curve, forms[form]),
    statelessDH: (privateKey: KeyHandle, publicKey: KeyHandle) =>
      crypto.asBuffer(sharedSecret(privateKey, publicKey)),
    getCurves: () => crypto.call("curves"),
  };
}
