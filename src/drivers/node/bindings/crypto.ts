/**
 * `crypto`: hashes, HMACs and random bytes. Data is collected here and hashed by the container's
 * public crypto when the digest is asked for. Ciphers, keys and TLS are not part of this release.
 */
import { Codec } from "../guest/codec.js";
import type { Binding, Guest } from "../guest/guest.js";
import { bytesOf, encodingOf } from "./buffer.js";

/** What one hash may collect before it is too much to copy. */
const INPUT_BYTES_MAX = 64 * 1024 * 1024;
const JOB_ASYNC = 0;

export function cryptoBinding(guest: Guest): Binding {
  const { compute } = guest.hooks;
  const codec = new Codec(compute);

  const toBytes = (data: unknown, encoding: unknown): Uint8Array =>
    typeof data === "string"
      ? codec.encode(encodingOf(encoding), data).slice()
      : bytesOf(data as ArrayBufferView).slice();

  const present = (bytes: Uint8Array, encoding: unknown): unknown => {
    if (encoding === undefined || encoding === "buffer") {
      return Object.setPrototypeOf(bytes, guest.bufferPrototype);
    }
    return codec.decode(encodingOf(encoding), bytes, 0, bytes.length);
  };

  /** Chunks until they are needed as one. */
  class Collected {
    readonly #chunks: Uint8Array[] = [];
    length = 0;

    add(chunk: Uint8Array): void {
      this.length += chunk.length;
      if (this.length > INPUT_BYTES_MAX)
        throw guest.notImplemented("crypto", "hash of more than 64 MiB");
      this.#chunks.push(chunk);
    }

    bytes(): Uint8Array {
      const all = new Uint8Array(this.length);
      let at = 0;
      for (const chunk of this.#chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      return all;
    }

    copy(): Collected {
      const copy = new Collected();
      copy.add(this.bytes());
      return copy;
    }
  }

  const unsupported = (): Error =>
    Object.assign(new Error("error:0308010C:digital envelope routines::unsupported"), {
      opensslErrorStack: ["error:03000086:digital envelope routines::initialization error"],
      library: "digital envelope routines",
      reason: "unsupported",
      code: "ERR_OSSL_EVP_UNSUPPORTED",
    });

  class Hash {
    readonly #algorithm: string;
    readonly #length: number | undefined;
    readonly #data: Collected;
    #result: Uint8Array | null = null;

    constructor(algorithm: unknown, outputLength?: number) {
      if (algorithm instanceof Hash) {
        this.#algorithm = algorithm.#algorithm;
        this.#data = algorithm.#data.copy();
      } else {
        this.#algorithm = String(algorithm);
        this.#data = new Collected();
      }
      this.#length = outputLength;
      if (compute("digest", this.#algorithm, new Uint8Array(0), this.#length) === null) {
        throw Object.assign(new Error("Digest method not supported"), {
          code: "ERR_CRYPTO_INVALID_DIGEST_METHOD",
        });
      }
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#data.add(toBytes(data, encoding));
      return true;
    }

    digest(encoding?: unknown): unknown {
      if (!this.#result) {
        const result = compute("digest", this.#algorithm, this.#data.bytes(), this.#length);
        if (!(result instanceof Uint8Array)) throw unsupported();
        this.#result = result;
      }
      return present(this.#result.slice(), encoding);
    }
  }

  class Hmac {
    #algorithm = "";
    #key = new Uint8Array(0);
    readonly #data = new Collected();

    init(algorithm: string, key: unknown): void {
      this.#algorithm = algorithm;
      const raw = key instanceof KeyObjectHandle ? key.export() : key;
      this.#key = bytesOf(raw as ArrayBufferView).slice();
      if (compute("hmac", algorithm, this.#key, new Uint8Array(0)) === null) {
        throw Object.assign(new Error(`Invalid digest: ${algorithm}`), {
          code: "ERR_CRYPTO_INVALID_DIGEST",
        });
      }
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#data.add(toBytes(data, encoding));
      return true;
    }

    digest(encoding?: unknown): unknown {
      const result = compute("hmac", this.#algorithm, this.#key, this.#data.bytes());
      return present(result as Uint8Array, encoding);
    }
  }

  class RandomBytesJob {
    ondone: unknown;
    readonly #mode: number;
    readonly #target: Uint8Array;

    constructor(mode: number, buffer: ArrayBufferView | ArrayBuffer, offset: number, size: number) {
      this.#mode = mode;
      this.#target = bytesOf(buffer).subarray(offset, offset + size);
    }

    run(): unknown[] {
      for (let at = 0; at < this.#target.length; ) {
        const bytes = compute("randomBytes", this.#target.length - at) as Uint8Array;
        this.#target.set(bytes, at);
        at += bytes.length;
      }
      if (this.#mode !== JOB_ASYNC) return [undefined, undefined];
      guest.loop.enqueue(() => guest.callback(this, this.ondone, [undefined, undefined]));
      return [];
    }
  }

  class KeyObjectHandle {
    #bytes = new Uint8Array(0);

    init(type: number, data: unknown): void {
      const SECRET = 0;
      if (type !== SECRET) throw guest.notImplemented("crypto", "asymmetric keys");
      this.#bytes = bytesOf(data as ArrayBufferView).slice();
    }

    export(): unknown {
      return Object.setPrototypeOf(this.#bytes.slice(), guest.bufferPrototype);
    }

    getSymmetricKeySize(): number {
      return this.#bytes.length;
    }

    equals(other: KeyObjectHandle): boolean {
      const mine = this.#bytes;
      const theirs = other.#bytes;
      return mine.length === theirs.length && mine.every((byte, index) => byte === theirs[index]);
    }
  }

  return {
    Hash,
    Hmac,
    RandomBytesJob,
    KeyObjectHandle,
    createNativeKeyObjectClass(make: (base: unknown) => unknown) {
      return make(
        class NativeKeyObject {
          handle: unknown;
          constructor(handle: unknown) {
            this.handle = handle;
          }
        },
      );
    },
    getHashes: () => compute("hashes"),
    getCachedAliases: () => ({}),
    getCiphers: () => [],
    getSSLCiphers: () => [],
    getCurves: () => [],
    getFipsCrypto: () => 0,
    testFipsCrypto: () => false,
    setFipsCrypto: guest.missing("crypto", "setFipsCrypto"),
    secureHeapUsed: () => undefined,
    secureBuffer: (length: number) => new Uint8Array(length),
    getRootCertificates: () => [],
    oneShotDigest(
      algorithm: string,
      _id: unknown,
      _cache: unknown,
      data: unknown,
      outputEncoding: unknown,
    ) {
      const result = compute("digest", algorithm, toBytes(data, "utf8"));
      if (!(result instanceof Uint8Array)) throw unsupported();
      return present(result, outputEncoding);
    },
    timingSafeEqual(a: ArrayBufferView, b: ArrayBufferView) {
      const [left, right] = [bytesOf(a), bytesOf(b)];
      if (left.length !== right.length) {
        throw Object.assign(new RangeError("Input buffers must have the same byte length"), {
          code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
        });
      }
      let difference = 0;
      for (let index = 0; index < left.length; index++) {
        difference |= (left[index] as number) ^ (right[index] as number);
      }
      return difference === 0;
    },
  };
}
