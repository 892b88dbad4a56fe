/** `Sign`, `Verify` and `SignJob`: what is signed is collected here and given to the container at the end. */
import type { ImportedKey } from "../../crypto/answers.js";
import type { Binding } from "../../guest/guest.js";
import { type CryptoCalls, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";
import { keyArgument, splitAtKey } from "./keys.js";

const signatureEncodings = ["der", "ieee-p1363"] as const;
const SIGN = 0;

function optionsOf(
  padding: unknown,
  saltLength: unknown,
  encoding: unknown,
  context?: Uint8Array,
): object {
  return {
    padding,
    saltLength,
    context,
    encoding: typeof encoding === "number" ? signatureEncodings[encoding] : undefined,
  };
}

export function signatureBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  /** Collects what is to be signed. */
  class SignBase {
    protected algorithm = "";
    #chunks: Uint8Array[] = [];
    #length = 0;

    init(algorithm: string): void {
      crypto.ask("checkSignatureDigest", algorithm);
      this.algorithm = algorithm;
    }

    update(data: unknown, encoding: unknown): void {
      const chunk = crypto.bytes(data, encoding);
      this.#length += chunk.length;
      this.#chunks.push(chunk);
    }

    protected collected(): Uint8Array {
      const all = new Uint8Array(this.#length);
      let at = 0;
      for (const chunk of this.#chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      this.#chunks = [];
      this.#length = 0;
      return all;
    }
  }

  class Sign extends SignBase {
    sign(...given: unknown[]): Uint8Array {
      const [key, [padding, saltLength, signatureEncoding]] = splitAtKey(crypto, given);
      return crypto.buffer(
        "signStream",
        this.algorithm,
        this.collected(),
        keyArgument(crypto, key),
        optionsOf(padding, saltLength, signatureEncoding),
      );
    }
  }

  class Verify extends SignBase {
    verify(...given: unknown[]): boolean {
      const [key, [signature, padding, saltLength, signatureEncoding]] = splitAtKey(crypto, given);
      return (
        crypto.call(
          "verifyStream",
          this.algorithm,
          this.collected(),
          keyArgument(crypto, key),
          optionsOf(padding, saltLength, signatureEncoding),
          crypto.bytes(signature),
        ) === true
      );
    }
  }

  /** A job's key. One that can't be read is told when the job is made. */
  const readKey = (isSigning: boolean, told: readonly unknown[]) => {
    const given = keyArgument(crypto, told);
    if ("der" in given) return given;
    const kind = isSigning ? "private" : "public";
    const { type, der } = crypto.call("importKey", kind, given) as ImportedKey;
    return { type, der };
  };

  class SignJob extends CryptoJob {
    readonly #isSigning: boolean;
    readonly #args: readonly unknown[];
    readonly #signature: Uint8Array | undefined;

    constructor(mode: number, signMode: number, ...given: unknown[]) {
      super(mode, "SIGNREQUEST");
      const [key, [data, algorithm, saltLength, padding, signatureEncoding, ...last]] = splitAtKey(
        crypto,
        given,
      );
      // From Node 24 on there is a context before the signature.
      const [context, signature] = crypto.keyWidth === 4 ? [undefined, last[0]] : last;
      this.#isSigning = signMode === SIGN;
      const argument = readKey(this.#isSigning, key);
      if (typeof algorithm === "string") crypto.ask("checkHmacDigest", algorithm);
      this.#args = [
        algorithm ?? undefined,
        crypto.bytes(data),
        argument,
        optionsOf(padding, saltLength, signatureEncoding, crypto.optionalBytes(context)),
      ];
      this.#signature = crypto.optionalBytes(signature);
    }

    override work(): unknown {
      return this.#isSigning
        ? memoryOf(crypto.call("sign", ...this.#args) as Uint8Array)
        : crypto.call("verify", ...this.#args, this.#signature);
    }
  }

  return { Sign, Verify, SignJob };
}
