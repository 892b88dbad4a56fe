/** Symmetric ciphers: `CipherBase`, whose state is in the container from its first use to its last. */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, codedError, codeOf } from "./calls.js";
import { keyArgument, secretOf, splitAtKey } from "./keys.js";

const MD5_BYTES = 16;
const GCM_TAG_BYTES = 16;
const UNSET = -1;
const counterModes: ReadonlySet<string> = new Set(["ctr", "gcm", "ccm"]);

interface CipherInfo {
  readonly name: string;
  readonly mode?: string;
  readonly keyLength: number;
  readonly ivLength?: number;
}

export function cipherBinding(crypto: CryptoCalls): Binding {
  const { guest } = crypto;

  const info = (nameOrNid: string | number, keyLength?: number, ivLength?: number) =>
    crypto.ask("cipherInfo", nameOrNid, keyLength, ivLength) as CipherInfo | undefined;

  /** OpenSSL's EVP_BytesToKey with MD5, one round and no salt: what `createCipher` makes of a password. */
  const deriveKey = (password: Uint8Array, keyLength: number, ivLength: number) => {
    const all = new Uint8Array(keyLength + ivLength + MD5_BYTES);
    let block = new Uint8Array(0);
    for (let at = 0; at < keyLength + ivLength; at += MD5_BYTES) {
      const input = new Uint8Array(block.length + password.length);
      input.set(block);
      input.set(password, block.length);
      block = crypto.call("digest", "md5", undefined, input) as Uint8Array<ArrayBuffer>;
      all.set(block, at);
    }
    return { key: all.slice(0, keyLength), iv: all.slice(keyLength, keyLength + ivLength) };
  };

  /** A GCM tag that is shorter than it should be, and not by agreement. */
  const warnOfShortTag = (): void => {
    const emit = guest.process.emitWarning as (text: string, type: string, code: string) => void;
    emit(
      "Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option " +
        "when initializing decryption is deprecated.",
      "DeprecationWarning",
      "DEP0182",
    );
  };

  const isPendingDeprecation = (): boolean => {
    const { isPendingDeprecation } = guest.require("internal/util") as {
      isPendingDeprecation?: () => boolean;
    };
    return isPendingDeprecation?.() ?? false;
  };

  class CipherBase {
    readonly #isEncrypting: boolean;
    #isGcmWithAnyTag = false;
    #id: number | null = null;
    #tag: Uint8Array | undefined;

    /** Newer versions of the library give all at once, others call `init` or `initiv`. */
    constructor(
      isEncrypting: boolean,
      ...initiv: [] | [cipher: string, key: unknown, iv: unknown, authTagLength: number]
    ) {
      this.#isEncrypting = isEncrypting;
      if (initiv.length === 4) this.initiv(...initiv);
    }

    /** With a password instead of a key. */
    init(cipher: string, password: unknown, authTagLength: number): void {
      const about = info(cipher);
      if (!about) throw codedError(Error, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
      if (this.#isEncrypting && counterModes.has(about.mode ?? "")) {
        const emit = guest.process.emitWarning as (text: string) => void;
        emit(`Use Cipheriv for counter mode of ${cipher}`);
      }
      const { key, iv } = deriveKey(crypto.bytes(password), about.keyLength, about.ivLength ?? 0);
      this.#open(cipher, key, iv.length > 0 ? iv : null, authTagLength);
    }

    initiv(cipher: string, key: unknown, iv: unknown, authTagLength: number): void {
      this.#open(cipher, secretOf(crypto, key), crypto.optionalBytes(iv) ?? null, authTagLength);
    }

    #open(cipher: string, key: Uint8Array, iv: Uint8Array | null, authTagLength: number): void {
      const id = crypto.call("openCipher", this.#isEncrypting, cipher, key, iv, authTagLength);
      this.#id = id as number;
      this.#isGcmWithAnyTag = authTagLength === UNSET && info(cipher)?.mode === "gcm";
      crypto.releaseWith(this, this.#id);
    }

    update(data: unknown, encoding: unknown): Uint8Array {
      if (this.#id === null) throw new Error("Trying to add data in unsupported state");
      const bytes = crypto.bytes(data, encoding);
      return crypto.buffer("updateCipher", this.#id, this.#isEncrypting, bytes);
    }

    final(): Uint8Array {
      if (this.#id === null) throw codedError(Error, "ERR_CRYPTO_INVALID_STATE", "Invalid state");
      const { output, tag } = crypto.call("closeCipher", this.#id, this.#isEncrypting) as {
        output: Uint8Array;
        tag: Uint8Array | undefined;
      };
      this.#id = null;
      this.#tag = tag;
      crypto.forget(this);
      return crypto.asBuffer(output);
    }

    setAutoPadding(isOn: boolean): boolean {
      return this.#set("setAutoPadding", this.#isEncrypting, isOn);
    }

    getAuthTag(): Uint8Array | undefined {
      return this.#tag && crypto.asBuffer(this.#tag.slice());
    }

    setAuthTag(tag: unknown): boolean {
      const bytes = crypto.bytes(tag);
      if (!this.#set("setAuthTag", bytes)) return false;
      if (this.#isGcmWithAnyTag && bytes.length < GCM_TAG_BYTES && isPendingDeprecation()) {
        warnOfShortTag();
      }
      return true;
    }

    setAAD(data: unknown, plaintextLength: number): boolean {
      return this.#set("setAad", this.#isEncrypting, crypto.bytes(data), plaintextLength);
    }

    /** False: not in this state. */
    #set(operation: string, ...args: unknown[]): boolean {
      if (this.#id === null) return false;
      try {
        return crypto.call(operation, this.#id, ...args) === true;
      } catch (error) {
        if (codeOf(error) === "ERR_CRYPTO_INVALID_STATE") return false;
        throw error;
      }
    }
  }

  /** By RSA: `publicEncrypt` and its kin. */
  const transformation =
    (name: string) =>
    (...given: unknown[]) => {
      const [key, [data, padding, oaepHash, oaepLabel]] = splitAtKey(crypto, given);
      return crypto.buffer(
        "transformWithRsa",
        name,
        keyArgument(crypto, key),
        crypto.bytes(data),
        padding,
        oaepHash,
        crypto.optionalBytes(oaepLabel),
      );
    };

  return {
    CipherBase,
    publicEncrypt: transformation("publicEncrypt"),
    publicDecrypt: transformation("publicDecrypt"),
    privateEncrypt: transformation("privateEncrypt"),
    privateDecrypt: transformation("privateDecrypt"),
    getCiphers: () => crypto.call("ciphers"),
    getSSLCiphers: () => crypto.call("tlsCiphers"),
    getCipherInfo(
      target: object,
      nameOrNid: string | number,
      keyLength: number | undefined,
      ivLength: number | undefined,
    ) {
      const about = info(nameOrNid, keyLength, ivLength);
      return about && Object.assign(target, about);
    },
  };
}
