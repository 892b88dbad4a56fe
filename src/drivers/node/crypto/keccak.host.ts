/**
 * What only Web Crypto computes of Keccak, from Node 24 on: cSHAKE, TurboSHAKE, KangarooTwelve and KMAC. The public functions for
 * these answer promises, which a guest's call can't wait for, so Node's own jobs are run. They trust their arguments: nothing
 * reaches them unchecked.
 */
import { timingSafeEqual } from "node:crypto";
import * as check from "./arguments.host.js";
import { type NativeCrypto, nativeCrypto } from "./native-crypto.host.js";

const OUTPUT_BITS_MAX = check.OUTPUT_BYTES_MAX * 8;
const DOMAIN_MAX = 0x7f;

export function keccakOperations() {
  let native: NativeCrypto | undefined;

  const run = (
    kind: "CShakeJob" | "TurboShakeJob" | "KangarooTwelveJob" | "KmacJob",
    ...args: unknown[]
  ) => {
    native ??= nativeCrypto();
    const [error, result] = new native[kind](native.kCryptoJobSync, ...args).run();
    if (error) throw error;
    return check.copyOf(result);
  };

  const kmac = (
    key: unknown,
    name: unknown,
    customization: unknown,
    keyBits: unknown,
    outputBits: unknown,
    data: unknown,
  ) => {
    native ??= nativeCrypto();
    const secret = check.bytes(key);
    const handle = new native.KeyObjectHandle();
    handle.init(native.kKeyTypeSecret, secret);
    return run(
      "KmacJob",
      native.kSignJobModeSign,
      handle,
      check.oneOf(name, ["KMAC128", "KMAC256"]),
      check.optionalBytes(customization),
      check.integer(keyBits, 0, secret.length * 8),
      check.integer(outputBits, 0, OUTPUT_BITS_MAX),
      check.bytes(data),
      undefined,
    );
  };

  return {
    cShake: (name: unknown, data: unknown, of: unknown, customization: unknown, bits: unknown) =>
      run(
        "CShakeJob",
        check.oneOf(name, ["cSHAKE128", "cSHAKE256"]),
        check.bytes(data),
        check.optionalBytes(of),
        check.optionalBytes(customization),
        check.integer(bits, 0, OUTPUT_BITS_MAX),
      ),
    turboShake: (name: unknown, domain: unknown, length: unknown, data: unknown) =>
      run(
        "TurboShakeJob",
        check.oneOf(name, ["TurboSHAKE128", "TurboSHAKE256"]),
        check.integer(domain, 1, DOMAIN_MAX),
        check.outputLength(length),
        check.bytes(data),
      ),
    kangarooTwelve: (name: unknown, customization: unknown, length: unknown, data: unknown) =>
      run(
        "KangarooTwelveJob",
        check.oneOf(name, ["KT128", "KT256"]),
        check.optionalBytes(customization),
        check.outputLength(length),
        check.bytes(data),
      ),
    kmac,
    verifyKmac(...given: unknown[]) {
      const [key, name, customization, keyBits, outputBits, data, signature] = given;
      const made = kmac(key, name, customization, keyBits, outputBits, data);
      const told = check.bytes(signature);
      return made.length === told.length && timingSafeEqual(made, told);
    },
  };
}
