/** Keys from passwords and from other keys, random bytes and primes. */
import * as nodeCrypto from "node:crypto";
import {
  checkPrimeSync,
  generatePrimeSync,
  hkdfSync,
  pbkdf2Sync,
  randomFillSync,
  scryptSync,
} from "node:crypto";
import * as check from "./arguments.host.js";

const MiB = 1024 * 1024;
const UINT32_MAX = 0xffffffff;
/** What scrypt may use, whatever the guest allows itself. */
const SCRYPT_BYTES_MAX = 256 * MiB;
/** Of Argon2: in KiB, and each lane is a thread of OpenSSL's. */
const ARGON2_KIB_MAX = 256 * 1024;
const ARGON2_LANES_MAX = 64;
const argon2Kinds = ["argon2d", "argon2i", "argon2id"] as const;
/** A prime takes time by the fourth power of its size; OpenSSL's own keys end here. */
const PRIME_BITS_MAX = 16_384;

interface ScryptParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

function scryptParameters(
  cost: unknown,
  blockSize: unknown,
  parallelization: unknown,
  memoryMax: unknown,
): ScryptParameters {
  return {
    N: check.integer(cost, 0, UINT32_MAX),
    r: check.integer(blockSize, 0, UINT32_MAX),
    p: check.integer(parallelization, 0, UINT32_MAX),
    maxmem: Math.min(check.integer(memoryMax, 0, Number.MAX_SAFE_INTEGER), SCRYPT_BYTES_MAX),
  };
}

/** OpenSSL's conditions (scrypt_alg). What does not meet them it refuses before it computes. */
function fits({ N, r, p, maxmem }: ScryptParameters): boolean {
  const isPowerOfTwo = N >= 2 && Number.isInteger(Math.log2(N));
  const isSmallEnough = 16 * r > 63 || N < 2 ** (16 * r);
  return isPowerOfTwo && isSmallEnough && 128 * r * p + 128 * r * (N + 2) <= maxmem;
}

/** From Node 24 on; `@types/node` is older. */
const { argon2Sync } = nodeCrypto as unknown as {
  argon2Sync(algorithm: string, parameters: object): Buffer;
};

export function derivationOperations() {
  return {
    argon2(kind: unknown, given: unknown) {
      const { message, nonce, secret, associatedData, ...numbers } = check.fields(given);
      return check.copyOf(
        argon2Sync(check.oneOf(kind, argon2Kinds), {
          message: check.bytes(message),
          nonce: check.bytes(nonce),
          secret: check.bytes(secret),
          associatedData: check.bytes(associatedData),
          parallelism: check.integer(numbers.parallelism, 1, ARGON2_LANES_MAX),
          tagLength: check.outputLength(numbers.tagLength),
          memory: check.integer(numbers.memory, 1, ARGON2_KIB_MAX),
          passes: check.integer(numbers.passes, 1, UINT32_MAX),
        }),
      );
    },
    pbkdf2: (password: unknown, salt: unknown, rounds: unknown, length: unknown, digest: unknown) =>
      check.copyOf(
        pbkdf2Sync(
          check.bytes(password),
          check.bytes(salt),
          check.integer(rounds, 1),
          check.outputLength(length),
          check.name(digest),
        ),
      ),
    /** Says what is wrong with scrypt's parameters. Good ones cost nothing. */
    checkScrypt(cost: unknown, blockSize: unknown, parallelization: unknown, memoryMax: unknown) {
      const parameters = scryptParameters(cost, blockSize, parallelization, memoryMax);
      if (!fits(parameters)) scryptSync("", "", 1, parameters);
      return true;
    },
    scrypt(
      password: unknown,
      salt: unknown,
      length: unknown,
      cost: unknown,
      blockSize: unknown,
      parallelization: unknown,
      memoryMax: unknown,
    ) {
      const parameters = scryptParameters(cost, blockSize, parallelization, memoryMax);
      return check.copyOf(
        scryptSync(
          check.bytes(password),
          check.bytes(salt),
          check.outputLength(length),
          parameters,
        ),
      );
    },
    hkdf: (digest: unknown, key: unknown, salt: unknown, info: unknown, length: unknown) =>
      check.copyOf(
        hkdfSync(
          check.name(digest),
          check.bytes(key),
          check.bytes(salt),
          check.bytes(info),
          check.outputLength(length),
        ),
      ),
    randomBytes: (size: unknown) => randomFillSync(new Uint8Array(check.outputLength(size))),
    generatePrime(size: unknown, isSafe: unknown, add: unknown, remainder: unknown) {
      const [step, rest] = [check.optionalBytes(add), check.optionalBytes(remainder)];
      return check.copyOf(
        generatePrimeSync(check.integer(size, 1, PRIME_BITS_MAX), {
          safe: isSafe === true,
          bigint: false,
          ...(step === undefined ? {} : { add: step }),
          ...(rest === undefined ? {} : { rem: rest }),
        }),
      );
    },
    checkPrime: (candidate: unknown, checks: unknown) =>
      checkPrimeSync(check.bytes(candidate), { checks: check.integer(checks, 0) }),
  };
}
