/** New key pairs. OpenSSL bounds their sizes; the work is done in the guest's own process. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import * as check from "./arguments.host.js";
import { type ImportedKey, imported } from "./keys.host.js";

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
  ed25519: () => ({}),
  ed448: () => ({}),
  x25519: () => ({}),
  x448: () => ({}),
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

export function generationOperations() {
  return {
    generateKeyPair(type: unknown, given: unknown): readonly [ImportedKey, ImportedKey] {
      const kind = check.oneOf(type, Object.keys(optionsOf));
      const options = optionsOf[kind]?.(check.fields(given));
      // Node's types have one overload for each type of key.
      const generate = generateKeyPairSync as unknown as (
        type: string,
        options: object | undefined,
      ) => { publicKey: KeyObject; privateKey: KeyObject };
      const { publicKey, privateKey } = generate(kind, options);
      try {
        return [imported(publicKey), imported(privateKey)];
      } catch (thrown) {
        // Two old curves have no name that DER could hold.
        if ((thrown as { code?: unknown }).code !== "ERR_OSSL_MISSING_OID") throw thrown;
        const spelled = generate(kind, { ...options, paramEncoding: "explicit" });
        return [imported(spelled.publicKey), imported(spelled.privateKey)];
      }
    },
  };
}
