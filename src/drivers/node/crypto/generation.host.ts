/** New key pairs. OpenSSL bounds their sizes; the work is done in the guest's own process. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { ImportedKey } from "./answers.js";
import * as check from "./arguments.host.js";
import { failureOf } from "./failures.host.js";
import { imported } from "./keys.host.js";
import { nativeCrypto } from "./native-crypto.host.js";

type Options = Readonly<Record<string, unknown>>;

/** OpenSSL's OPENSSL_RSA_MAX_MODULUS_BITS; larger ones it makes for hours, and then can't use. */
const MODULUS_BITS_MAX = 16_384;
const UINT32_MAX = 0xffffffff;

/** By the type of key: the options that Node's own function takes for it, checked. */
const optionsOf: Readonly<Record<string, (given: Options) => object>> = {
  rsa: ({ modulusLength, publicExponent }) => ({
    modulusLength: check.integer(modulusLength, 0, MODULUS_BITS_MAX),
    publicExponent: check.integer(publicExponent, 0, UINT32_MAX),
  }),
  "rsa-pss": (given) => ({
    modulusLength: check.integer(given.modulusLength, 0, MODULUS_BITS_MAX),
    publicExponent: check.integer(given.publicExponent, 0, UINT32_MAX),
    hashAlgorithm: check.optionalName(given.hashAlgorithm),
    mgf1HashAlgorithm: check.optionalName(given.mgf1HashAlgorithm),
    saltLength: check.optionalInteger(given.saltLength, 0),
  }),
  dsa: ({ modulusLength, divisorLength }) => ({
    modulusLength: check.integer(modulusLength, 0, MODULUS_BITS_MAX),
    divisorLength: check.optionalInteger(divisorLength, 0, MODULUS_BITS_MAX),
  }),
  ec: ({ namedCurve, paramEncoding }) => ({
    namedCurve: check.name(namedCurve),
    paramEncoding: check.oneOf(paramEncoding, ["named", "explicit"]),
  }),
  dh({ group, prime, primeLength, generator }) {
    const named = check.optionalName(group);
    if (named !== undefined) return { group: named };
    const [given, length] = [
      check.optionalBytes(prime),
      check.optionalInteger(primeLength, 0, MODULUS_BITS_MAX),
    ];
    return {
      ...(given ? { prime: given } : { primeLength: length }),
      generator: check.integer(generator, 0),
    };
  },
};

/** Types that have one size each; those against quantum computers from Node 24 on. */
const plainTypes = [
  "ed25519",
  "ed448",
  "x25519",
  "x448",
  ...["ml-kem-512", "ml-kem-768", "ml-kem-1024", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87"],
  ...["sha2", "shake"].flatMap((hash) =>
    ["128f", "128s", "192f", "192s", "256f", "256s"].map((size) => `slh-dsa-${hash}-${size}`),
  ),
];

export function generationOperations() {
  return {
    /** By their names in Web Crypto. */
    quantumSafeTypes: () => nativeCrypto().getPqcKeyTypes?.() ?? [],
    generateKeyPair(type: unknown, given: unknown): readonly [ImportedKey, ImportedKey] {
      const kind = check.oneOf(type, [...Object.keys(optionsOf), ...plainTypes]);
      const options = Object.hasOwn(optionsOf, kind) ? optionsOf[kind]?.(check.fields(given)) : {};
      // Node's types have one overload for each type of key.
      const generate = generateKeyPairSync as unknown as (
        type: string,
        options: object | undefined,
      ) => { publicKey: KeyObject; privateKey: KeyObject };
      const { publicKey, privateKey } = generate(kind, options);
      try {
        return [imported(publicKey), imported(privateKey)];
      } catch (thrown) {
        // Two old curves have no name that DER could hold: kept spelled out, and not exported.
        const refusal = failureOf(thrown);
        if (refusal.details.code !== "ERR_OSSL_MISSING_OID") throw thrown;
        const spelled = generate(kind, { ...options, paramEncoding: "explicit" });
        return [
          { ...imported(spelled.publicKey), refusal },
          { ...imported(spelled.privateKey), refusal },
        ];
      }
    },
  };
}
