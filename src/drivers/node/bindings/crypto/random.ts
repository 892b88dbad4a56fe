/** Random bytes, primes, and comparing without telling by the time where. */
import type { Binding } from "../../guest/guest.js";
import { bytesOf } from "../buffer.js";
import { type CryptoCalls, codedError, memoryOf } from "./calls.js";
import type { CryptoJobClass } from "./jobs.js";

/** What is fetched in one call. */
const CHUNK_BYTES = 1024 * 1024;

export function randomBinding(crypto: CryptoCalls, CryptoJob: CryptoJobClass): Binding {
  class RandomBytesJob extends CryptoJob {
    readonly #target: Uint8Array;

    constructor(mode: number, buffer: ArrayBufferView | ArrayBuffer, offset: number, size: number) {
      super(mode, "RANDOMBYTESREQUEST");
      this.#target = bytesOf(buffer).subarray(offset, offset + size);
    }

    override work(): undefined {
      const target = this.#target;
      for (let at = 0; at < target.length; at += CHUNK_BYTES) {
        const size = Math.min(CHUNK_BYTES, target.length - at);
        target.set(crypto.call("randomBytes", size) as Uint8Array, at);
      }
    }
  }

  class RandomPrimeJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(mode: number, bits: number, isSafe: boolean, add: unknown, remainder: unknown) {
      super(mode, "RANDOMPRIMEREQUEST");
      const [step, rest] = [crypto.optionalBytes(add), crypto.optionalBytes(remainder)];
      if (step) {
        // OpenSSL would look for such a prime forever.
        if (bitsOf(step) > bits) throw outOfRange("invalid options.add");
        if (rest && compare(step, rest) <= 0) throw outOfRange("invalid options.rem");
      }
      this.#args = [bits, isSafe, step, rest];
    }

    override work(): ArrayBuffer {
      return memoryOf(crypto.call("generatePrime", ...this.#args) as Uint8Array);
    }
  }

  class CheckPrimeJob extends CryptoJob {
    readonly #args: readonly unknown[];

    constructor(mode: number, candidate: unknown, checks: number) {
      super(mode, "CHECKPRIMEREQUEST");
      this.#args = [crypto.bytes(candidate), checks];
    }

    override work(): unknown {
      return crypto.call("checkPrime", ...this.#args);
    }
  }

  return {
    RandomBytesJob,
    RandomPrimeJob,
    CheckPrimeJob,
    secureBuffer: (length: number) => new Uint8Array(length),
    // None: newer Nodes count it nevertheless.
    secureHeapUsed: () => (crypto.guest.nodeMajor >= 24 ? 0 : undefined),
    timingSafeEqual(a: unknown, b: unknown) {
      const [left, right] = [comparable(a, "buf1"), comparable(b, "buf2")];
      if (left.length !== right.length) {
        throw codedError(
          RangeError,
          "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH",
          "Input buffers must have the same byte length",
        );
      }
      let difference = 0;
      for (let index = 0; index < left.length; index++) {
        difference |= (left[index] as number) ^ (right[index] as number);
      }
      return difference === 0;
    },
  };
}

function comparable(value: unknown, name: string): Uint8Array {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return bytesOf(value);
  if (value instanceof SharedArrayBuffer) return new Uint8Array(value);
  throw codedError(
    TypeError,
    "ERR_INVALID_ARG_TYPE",
    `The "${name}" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.`,
  );
}

function outOfRange(message: string): Error {
  return codedError(RangeError, "ERR_OUT_OF_RANGE", message);
}

/** Of a big-endian number: how many bits it has. */
function bitsOf(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (bytes.length - first) * 8 - (Math.clz32(bytes[first] as number) - 24);
}

/** Compares two big-endian numbers. */
function compare(left: Uint8Array, right: Uint8Array): number {
  const length = Math.max(left.length, right.length);
  for (let place = length; place > 0; place--) {
    const difference = (left[left.length - place] ?? 0) - (right[right.length - place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
