/** Shared secrets: Diffie-Hellman with numbers and with curves. */
import {
  createDiffieHellman,
  createDiffieHellmanGroup,
  createECDH,
  type DiffieHellman,
  type DiffieHellmanGroup,
  diffieHellman,
  ECDH,
  getCurves,
} from "node:crypto";
import * as check from "./arguments.host.js";
import type { KeyStore } from "./keys.host.js";
import type { StateTable } from "./states.host.js";

/** OpenSSL's OPENSSL_DH_MAX_MODULUS_BITS. */
const PRIME_BITS_MAX = 10_000;
/** Names that keys' curves have besides OpenSSL's (EC_curve_nist2nid). */
const NIST_CURVE = /^(P-(192|224|256|384|521)|[BK]-(163|233|283|409|571))$/;
const forms = ["compressed", "uncompressed", "hybrid"] as const;
const getters = ["getPrime", "getGenerator", "getPublicKey", "getPrivateKey"] as const;

export function exchangeOperations(states: StateTable, keys: KeyStore) {
  /** Both classes have these methods. */
  const exchangeOf = (id: unknown, isGroup: unknown): DiffieHellmanGroup =>
    isGroup === true ? states.get(id, "dhGroup") : states.get(id, "dh");

  const openedDh = (exchange: DiffieHellman) => ({
    id: states.add("dh", exchange),
    verifyError: exchange.verifyError,
  });

  return {
    openDh(sizeOrPrime: unknown, generator: unknown) {
      const base =
        typeof generator === "number" ? check.integer(generator) : check.bytes(generator);
      // Two overloads of one function, each with its own types.
      const create = createDiffieHellman as unknown as (
        prime: number | Buffer,
        base: number | Buffer,
      ) => DiffieHellman;
      return openedDh(
        typeof sizeOrPrime === "number"
          ? create(check.integer(sizeOrPrime, undefined, PRIME_BITS_MAX), base)
          : create(check.bytes(sizeOrPrime), base),
      );
    },
    openDhGroup(group: unknown) {
      const exchange = createDiffieHellmanGroup(check.name(group));
      return { id: states.add("dhGroup", exchange), verifyError: exchange.verifyError };
    },
    generateDhKeys: (id: unknown, isGroup: unknown) =>
      check.copyOf(exchangeOf(id, isGroup).generateKeys()),
    computeDhSecret: (id: unknown, isGroup: unknown, key: unknown) =>
      check.copyOf(exchangeOf(id, isGroup).computeSecret(check.bytes(key))),
    getOfDh: (id: unknown, isGroup: unknown, which: unknown) =>
      check.copyOf(exchangeOf(id, isGroup)[check.oneOf(which, getters)]()),
    setDhKey(id: unknown, which: unknown, key: unknown) {
      const exchange = states.get(id, "dh");
      if (which === "public") exchange.setPublicKey(check.bytes(key));
      else exchange.setPrivateKey(check.bytes(key));
    },
    checkDhGroup(group: unknown) {
      createDiffieHellmanGroup(check.name(group));
      return true;
    },
    checkCurve(curve: unknown) {
      const name = check.name(curve);
      if (!NIST_CURVE.test(name)) createECDH(name);
      return true;
    },
    openEcdh: (curve: unknown) => states.add("ecdh", createECDH(check.name(curve))),
    generateEcdhKeys(id: unknown) {
      states.get(id, "ecdh").generateKeys();
    },
    computeEcdhSecret: (id: unknown, key: unknown) =>
      check.copyOf(states.get(id, "ecdh").computeSecret(check.bytes(key))),
    getEcdhPublicKey: (id: unknown, form: unknown) =>
      check.copyOf(states.get(id, "ecdh").getPublicKey(null, check.oneOf(form, forms))),
    getEcdhPrivateKey: (id: unknown) => check.copyOf(states.get(id, "ecdh").getPrivateKey()),
    setEcdhKey(id: unknown, which: unknown, key: unknown) {
      // Deprecated, and no longer among Node's types.
      const exchange = states.get(id, "ecdh") as ECDH & { setPublicKey(key: Buffer): void };
      if (which === "public") exchange.setPublicKey(check.bytes(key));
      else exchange.setPrivateKey(check.bytes(key));
    },
    convertEcdhKey: (key: unknown, curve: unknown, form: unknown) =>
      check.copyOf(
        ECDH.convertKey(
          check.bytes(key),
          check.name(curve),
          undefined,
          undefined,
          check.oneOf(form, forms),
        ) as Buffer,
      ),
    sharedSecret: (privateKey: unknown, publicKey: unknown) =>
      check.copyOf(
        diffieHellman({ privateKey: keys.parse(privateKey), publicKey: keys.parse(publicKey) }),
      ),
    curves: () => getCurves(),
  };
}
