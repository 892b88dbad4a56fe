/** Jobs of the Web Crypto API alone: AES, RSA-OAEP, and keys in its formats. */
import type { Binding, Guest } from "../../guest/guest.js";
import { type CryptoCalls, codeOf, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import type { KeyHandle } from "./keys.js";

const ENCRYPT = 0;
const RSA_OAEP_PADDING = 4;
const FORMAT_RAW = 0;
const FORMAT_PKCS8 = 1;
const AES_BLOCK_BITS = 128;
const AES_BLOCK_BYTES = 16;
const UNSET = -1;
/** What RFC 3394 begins with. */
const KEY_WRAP_IV = new Uint8Array(8).fill(0xa6);
const GCM_TAG_BYTES = 16;

/** OpenSSL's names of the modes, by those in Node's constants `kKeyVariantAES_…`. */
const modes: Readonly<Record<string, string>> = {
  CTR: "ctr",
  CBC: "cbc",
  GCM: "gcm",
  KW: "wrap",
  OCB: "ocb",
};

/** Mode and size of a key by the number that the host's Node gives it. */
function variantsOf({ configuration }: Guest): ReadonlyMap<unknown, AesVariant> {
  const variants = new Map<unknown, AesVariant>();
  for (const [name, constant] of Object.entries(configuration.surface.crypto ?? {})) {
    // No regular expression: programs would see what it has matched in RegExp's statics.
    const [prefix, mode = "", bits] = name.split("_");
    if (prefix !== "kKeyVariantAES" || constant.kind !== "value") continue;
    if (!Object.hasOwn(modes, mode)) continue;
    variants.set(constant.value, { mode: modes[mode] as string, bits: Number(bits) });
  }
  return variants;
}

interface AesVariant {
  readonly mode: string;
  readonly bits: number;
}

export function webCryptoBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  const variants = variantsOf(crypto.guest);

  class AESCipherJob extends CryptoJob {
    readonly #isEncrypting: boolean;
    readonly #key: Uint8Array;
    readonly #data: Uint8Array;
    readonly #mode: string;
    readonly #cipher: string;
    readonly #iv: Uint8Array;
    /** CTR: the counter's bits. GCM: the tag, or its length. */
    readonly #extra: number | Uint8Array;
    readonly #additional: Uint8Array | undefined;

    constructor(
      jobMode: number,
      cipherMode: number,
      key: KeyHandle,
      data: unknown,
      variant: number,
      iv?: unknown,
      extra?: unknown,
      additional?: unknown,
    ) {
      super(jobMode, "CIPHERREQUEST");
      const { mode, bits } = variants.get(variant) as AesVariant;
      this.#isEncrypting = cipherMode === ENCRYPT;
      this.#key = key.secret();
      this.#data = crypto.bytes(data);
      this.#mode = mode;
      this.#cipher = mode === "wrap" ? `id-aes${bits}-wrap` : `aes-${bits}-${mode}`;
      this.#iv = mode === "wrap" ? KEY_WRAP_IV : crypto.bytes(iv);
      this.#extra = typeof extra === "number" ? extra : (crypto.optionalBytes(extra) ?? UNSET);
      this.#additional = crypto.optionalBytes(additional);
    }

    override work(): ArrayBuffer {
      try {
        return memoryOf(this.#cipherAtOnce());
      } catch (error) {
        // A tag that does not fit is no error of OpenSSL's.
        throw codeOf(error) === undefined ? new Error("Cipher job failed") : error;
      }
    }

    #cipherAtOnce(): Uint8Array {
      switch (this.#mode) {
        case "ctr":
          return this.#countingCipher();
        case "gcm":
        case "ocb":
          return this.#authenticatedCipher();
        default:
          return this.#run(this.#iv, this.#data);
      }
    }

    #run(iv: Uint8Array, data: Uint8Array): Uint8Array {
      return crypto.call(
        "cipherAtOnce",
        this.#isEncrypting,
        this.#cipher,
        this.#key,
        iv,
        data,
      ) as Uint8Array;
    }

    #authenticatedCipher(): Uint8Array {
      const [data, tag, tagLength] = this.#dataAndTag();
      return crypto.call(
        "authenticatedCipherAtOnce",
        this.#isEncrypting,
        this.#cipher,
        this.#key,
        this.#iv,
        data,
        this.#additional,
        tag,
        tagLength,
      ) as Uint8Array;
    }

    /** The tag of what is decrypted; from Node 24 on it is still behind the data. */
    #dataAndTag(): [Uint8Array, Uint8Array | undefined, number] {
      if (typeof this.#extra !== "number") return [this.#data, this.#extra, GCM_TAG_BYTES];
      if (this.#isEncrypting) return [this.#data, undefined, this.#extra];
      const end = this.#data.length - this.#extra;
      if (end < 0) throw new Error("Cipher job failed");
      return [this.#data.slice(0, end), this.#data.slice(end), this.#extra];
    }

    /** OpenSSL counts with all 128 bits, Web Crypto with some: at their end the rest has to stay. */
    #countingCipher(): Uint8Array {
      const bits = BigInt(this.#extra as number);
      const limit = 1n << bits;
      const blocks = BigInt(Math.ceil(this.#data.length / AES_BLOCK_BYTES));
      if (blocks > limit) {
        throw new Error("Cipher job failed");
      }
      const start = numberOf(this.#iv);
      const left = limit - (start % limit);
      if (this.#extra === AES_BLOCK_BITS || blocks <= left) return this.#run(this.#iv, this.#data);
      const cut = Number(left) * AES_BLOCK_BYTES;
      const wrapped = blockOf(start - (start % limit));
      const parts = [
        this.#run(this.#iv, this.#data.slice(0, cut)),
        this.#run(wrapped, this.#data.slice(cut)),
      ] as const;
      const all = new Uint8Array(this.#data.length);
      all.set(parts[0]);
      all.set(parts[1], parts[0].length);
      return all;
    }
  }

  class RSACipherJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(
      jobMode: number,
      cipherMode: number,
      key: KeyHandle,
      data: unknown,
      _variant: number,
      hash: string,
      label: unknown,
    ) {
      super(jobMode, "CIPHERREQUEST");
      this.#args = [
        cipherMode === ENCRYPT ? "publicEncrypt" : "privateDecrypt",
        key.argument(),
        crypto.bytes(data),
        RSA_OAEP_PADDING,
        hash,
        crypto.optionalBytes(label),
      ];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("transformWithRsa", ...this.#args) as Uint8Array);
    }
  }

  class KeyExportJob extends CryptoJob {
    readonly #format: number;
    readonly #key: KeyHandle;

    constructor(mode: number, format: number, key: KeyHandle) {
      super(mode, "KEYEXPORTREQUEST");
      this.#format = format;
      this.#key = key;
    }

    override work(): ArrayBuffer {
      const key = this.#key.argument();
      switch (this.#format) {
        case FORMAT_RAW:
          return memoryOf(crypto.call("exportRaw", key) as Uint8Array);
        case FORMAT_PKCS8:
          return memoryOf(crypto.call("exportKey", key, "der", "pkcs8") as Uint8Array);
        default:
          return memoryOf(crypto.call("exportWebSpki", key) as Uint8Array);
      }
    }
  }

  return {
    AESCipherJob,
    RSACipherJob,
    RSAKeyExportJob: class RSAKeyExportJob extends KeyExportJob {},
    ECKeyExportJob: class ECKeyExportJob extends KeyExportJob {},
    DHKeyExportJob: class DHKeyExportJob extends KeyExportJob {},
    DSAKeyExportJob: class DSAKeyExportJob extends KeyExportJob {},
  };
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function blockOf(value: bigint): Uint8Array {
  const block = new Uint8Array(AES_BLOCK_BYTES);
  let rest = value;
  for (let place = AES_BLOCK_BYTES - 1; place >= 0; place--) {
    block[place] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return block;
}
