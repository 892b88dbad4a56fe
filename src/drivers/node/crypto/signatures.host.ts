/** Signatures of collected data, and what RSA keys encrypt. */
import {
  createSign,
  createVerify,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  sign,
  verify,
} from "node:crypto";
import * as check from "./arguments.host.js";
import type { KeyStore } from "./keys.host.js";

const transformations = { publicEncrypt, publicDecrypt, privateEncrypt, privateDecrypt };
const transformationNames = [
  "publicEncrypt",
  "publicDecrypt",
  "privateEncrypt",
  "privateDecrypt",
] as const;

/** How to sign: RSA's padding and salt, the form of (EC)DSA's signatures. */
function signatureOptions(padding: unknown, saltLength: unknown, encoding: unknown): object {
  const [paddingNumber, salt] = [check.optionalInteger(padding), check.optionalInteger(saltLength)];
  const dsaEncoding = check.optionalOneOf(encoding, ["der", "ieee-p1363"]);
  return {
    ...(paddingNumber === undefined ? {} : { padding: paddingNumber }),
    ...(salt === undefined ? {} : { saltLength: salt }),
    ...(dsaEncoding === undefined ? {} : { dsaEncoding }),
  };
}

export function signatureOperations(keys: KeyStore) {
  const keyAndOptions = (key: unknown, options: unknown) => {
    const { padding, saltLength, encoding, context } = check.fields(options);
    const given = check.optionalBytes(context);
    return {
      ...keys.input(key),
      ...signatureOptions(padding, saltLength, encoding),
      ...(given === undefined ? {} : { context: given }),
    };
  };
  return {
    checkSignatureDigest(algorithm: unknown) {
      createSign(check.name(algorithm));
      return true;
    },
    signStream: (algorithm: unknown, data: unknown, key: unknown, options: unknown) =>
      check.copyOf(
        createSign(check.name(algorithm))
          .update(check.bytes(data))
          .sign(keyAndOptions(key, options)),
      ),
    verifyStream: (
      algorithm: unknown,
      data: unknown,
      key: unknown,
      options: unknown,
      signature: unknown,
    ) =>
      createVerify(check.name(algorithm))
        .update(check.bytes(data))
        .verify(keyAndOptions(key, options), check.bytes(signature)),
    sign: (algorithm: unknown, data: unknown, key: unknown, options: unknown) =>
      check.copyOf(
        sign(check.optionalName(algorithm), check.bytes(data), keyAndOptions(key, options)),
      ),
    verify: (
      algorithm: unknown,
      data: unknown,
      key: unknown,
      options: unknown,
      signature: unknown,
    ) =>
      verify(
        check.optionalName(algorithm),
        check.bytes(data),
        keyAndOptions(key, options),
        check.bytes(signature),
      ),
    transformWithRsa(
      which: unknown,
      key: unknown,
      data: unknown,
      padding: unknown,
      oaepHash: unknown,
      oaepLabel: unknown,
    ) {
      const run = transformations[check.oneOf(which, transformationNames)];
      const label = check.optionalBytes(oaepLabel);
      const hash = check.optionalName(oaepHash);
      return check.copyOf(
        run(
          {
            ...keys.input(key),
            padding: check.integer(padding),
            ...(hash === undefined ? {} : { oaepHash: hash }),
            ...(label === undefined ? {} : { oaepLabel: label }),
          } as never,
          check.bytes(data),
        ),
      );
    },
  };
}
