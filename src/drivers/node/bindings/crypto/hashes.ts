/**
 * Hashes and HMACs. Small inputs are collected here and cost one call; from a size on the container has
 * the state, and takes chunks.
 */
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, codeOf, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { type KeyHandle, secretOf } from "./keys.js";

/** From here on a copy of all chunks costs more than the calls. */
const COLLECTED_BYTES_MAX = 256 * 1024;
const SIGN = 0;

/** How a kind of digest is computed: at once, or in steps. */
interface Steps {
  whole(data: Uint8Array): Uint8Array;
  open(): number;
  update(id: number, data: Uint8Array): void;
  close(id: number): Uint8Array;
}

export function hashBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  /** What a digest has been given so far. */
  class Input {
    #chunks: Uint8Array[] = [];
    #length = 0;
    /** The container's state, once there is one. */
    id: number | null = null;

    add(chunk: Uint8Array, steps: Steps): void {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      if (this.#length <= COLLECTED_BYTES_MAX) return;
      if (this.id === null) {
        this.id = steps.open();
        crypto.releaseWith(this, this.id);
      }
      steps.update(this.id, this.#take());
    }

    finish(steps: Steps): Uint8Array {
      const rest = this.#take();
      if (this.id === null) return steps.whole(rest);
      if (rest.length > 0) steps.update(this.id, rest);
      crypto.forget(this);
      return steps.close(this.id);
    }

    /** What a copy goes on with: the state, or a state of its own. */
    copy(outputLength: number | undefined): Input {
      const copy = new Input();
      copy.#chunks = [...this.#chunks];
      copy.#length = this.#length;
      if (this.id !== null) {
        copy.id = crypto.call("copyHash", this.id, outputLength) as number;
        crypto.releaseWith(copy, copy.id);
      }
      return copy;
    }

    #take(): Uint8Array {
      const [first] = this.#chunks;
      const all = this.#chunks.length === 1 && first ? first : new Uint8Array(this.#length);
      if (all !== first) {
        let at = 0;
        for (const chunk of this.#chunks) {
          all.set(chunk, at);
          at += chunk.length;
        }
      }
      this.#chunks = [];
      this.#length = 0;
      return all;
    }
  }

  /** Algorithms and output lengths that are known to be good. */
  const checked = new Set<string>();
  const checkAlgorithm = (algorithm: string, length: number | undefined): void => {
    const id = `${algorithm} ${length}`;
    if (checked.has(id)) return;
    crypto.call("digest", algorithm, length, new Uint8Array(0));
    checked.add(id);
  };

  class Hash {
    readonly #algorithm: string;
    readonly #length: number | undefined;
    readonly #input: Input;
    #result: Uint8Array | null = null;

    constructor(algorithm: unknown, outputLength?: number) {
      this.#length = outputLength;
      if (algorithm instanceof Hash) {
        this.#algorithm = algorithm.#algorithm;
        checkAlgorithm(this.#algorithm, outputLength);
        this.#input = algorithm.#input.copy(outputLength);
        return;
      }
      this.#algorithm = String(algorithm);
      checkAlgorithm(this.#algorithm, outputLength);
      this.#input = new Input();
    }

    update(data: unknown, encoding: unknown): boolean {
      try {
        this.#input.add(crypto.bytes(data, encoding), this.#steps());
        return true;
      } catch {
        return false;
      }
    }

    digest(encoding?: unknown): unknown {
      this.#result ??= this.#input.finish(this.#steps());
      return crypto.present(this.#result.slice(), encoding);
    }

    #steps(): Steps {
      const [algorithm, length] = [this.#algorithm, this.#length];
      return {
        whole: (data) => crypto.call("digest", algorithm, length, data) as Uint8Array,
        open: () => crypto.call("openHash", algorithm, length) as number,
        update: (id, data) => void crypto.call("updateHash", id, data),
        close: (id) => crypto.call("closeHash", id) as Uint8Array,
      };
    }
  }

  class Hmac {
    #algorithm = "";
    #key: Uint8Array = new Uint8Array(0);
    readonly #input = new Input();

    init(algorithm: string, key: unknown): void {
      this.#algorithm = algorithm;
      this.#key = secretOf(crypto, key);
      crypto.ask("checkHmacDigest", algorithm);
    }

    update(data: unknown, encoding: unknown): boolean {
      try {
        this.#input.add(crypto.bytes(data, encoding), this.#steps());
        return true;
      } catch {
        return false;
      }
    }

    digest(encoding?: unknown): unknown {
      return crypto.present(this.#input.finish(this.#steps()), encoding);
    }

    #steps(): Steps {
      const [algorithm, key] = [this.#algorithm, this.#key];
      return {
        whole: (data) => crypto.call("hmac", algorithm, key, data) as Uint8Array,
        open: () => crypto.call("openHmac", algorithm, key) as number,
        update: (id, data) => void crypto.call("updateHmac", id, data),
        close: (id) => crypto.call("closeHmac", id) as Uint8Array,
      };
    }
  }

  class HashJob extends CryptoJob {
    readonly #result: Uint8Array;

    constructor(mode: number, algorithm: string, data: unknown, bits?: number) {
      super(mode, "HASHREQUEST");
      const length = bits === undefined ? undefined : bits / 8;
      this.#result = crypto.call("digest", algorithm, length, crypto.bytes(data)) as Uint8Array;
    }

    override work(): ArrayBuffer {
      return memoryOf(this.#result);
    }
  }

  class HmacJob extends CryptoJob {
    readonly #result: unknown;

    constructor(
      mode: number,
      signMode: number,
      hash: string,
      key: KeyHandle,
      data: unknown,
      signature: unknown,
    ) {
      super(mode, "SIGNREQUEST");
      const args = [hash, secretOf(crypto, key), crypto.bytes(data)];
      this.#result =
        signMode === SIGN
          ? memoryOf(crypto.call("hmac", ...args) as Uint8Array)
          : crypto.call("verifyHmac", ...args, crypto.bytes(signature));
    }

    override work(): unknown {
      return this.#result;
    }
  }

  return {
    Hash,
    Hmac,
    HashJob,
    HmacJob,
    /** What the digest is, in base64, where it is not the one that is expected. */
    internalVerifyIntegrity(algorithm: string, content: unknown, expected: string) {
      const data = crypto.bytes(content, "utf8");
      const digest = crypto.call("digest", algorithm, undefined, data) as Uint8Array;
      const actual = crypto.present(digest.slice(), "base64");
      return actual === expected ? undefined : actual;
    },
    getHashes: () => crypto.call("hashes"),
    // Without ids the library asks by name.
    getCachedAliases: () => ({}),
    oneShotDigest(
      algorithm: string,
      _id: unknown,
      _cache: unknown,
      data: unknown,
      outputEncoding: unknown,
      _encodingNumber: unknown,
      outputLength?: number,
    ) {
      return crypto.present(oneShot(algorithm, data, outputLength), outputEncoding);
    },
  };

  function oneShot(algorithm: string, data: unknown, length: number | undefined): Uint8Array {
    const bytes = crypto.bytes(data, "utf8");
    try {
      return crypto.call("digest", algorithm, length, bytes) as Uint8Array;
    } catch (error) {
      // This function names the algorithm.
      if (codeOf(error) !== undefined) throw error;
      throw new Error(`Digest method ${algorithm} is not supported`);
    }
  }
}
