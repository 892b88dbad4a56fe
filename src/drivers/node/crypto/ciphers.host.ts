/** Symmetric ciphers as states of their streams. */
import { Buffer } from "node:buffer";
import {
  type CipherGCM,
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
  getCipherInfo,
  getCiphers,
} from "node:crypto";
import * as check from "./arguments.host.js";
import type { StateTable } from "./states.host.js";

const UNSET = -1;
const GCM_TAG_BYTES_MAX = 16;

export function cipherOperations(states: StateTable) {
  const cipherOf = (id: unknown, isEncrypting: unknown): CipherGCM | DecipherGCM =>
    isEncrypting === true ? states.get(id, "cipher") : states.get(id, "decipher");

  return {
    openCipher(
      isEncrypting: unknown,
      cipher: unknown,
      key: unknown,
      iv: unknown,
      authTagLength: unknown,
    ) {
      const tagLength = check.integer(authTagLength, UNSET);
      const options = (tagLength === UNSET ? {} : { authTagLength: tagLength }) as object;
      const [secret, vector] = [check.bytes(key), check.optionalBytes(iv) ?? null];
      return isEncrypting === true
        ? states.add(
            "cipher",
            createCipheriv(check.name(cipher), secret, vector, options) as CipherGCM,
          )
        : states.add(
            "decipher",
            createDecipheriv(check.name(cipher), secret, vector, options) as DecipherGCM,
          );
    },
    updateCipher: (id: unknown, isEncrypting: unknown, data: unknown) =>
      check.copyOf(cipherOf(id, isEncrypting).update(check.bytes(data))),
    /** The last bytes, with an encryption's tag. */
    closeCipher(id: unknown, isEncrypting: unknown) {
      const output = check.copyOf(cipherOf(id, isEncrypting).final());
      const tag = isEncrypting === true ? tagOf(states.get(id, "cipher")) : undefined;
      states.release(id);
      return { output, tag };
    },
    cipherAtOnce(isEncrypting: unknown, cipher: unknown, key: unknown, iv: unknown, data: unknown) {
      const open = isEncrypting === true ? createCipheriv : createDecipheriv;
      const stream = open(check.name(cipher), check.bytes(key), check.optionalBytes(iv) ?? null);
      return copyOfBoth(stream.update(check.bytes(data)), stream.final());
    },
    /** With the tag behind the encrypted data. */
    authenticatedCipherAtOnce(
      isEncrypting: unknown,
      cipher: unknown,
      key: unknown,
      iv: unknown,
      data: unknown,
      additional: unknown,
      tag: unknown,
      tagLength: unknown,
    ) {
      const [name, secret] = [check.name(cipher), check.bytes(key)];
      const options = { authTagLength: check.integer(tagLength, 1, GCM_TAG_BYTES_MAX) };
      const aad = check.optionalBytes(additional) ?? Buffer.alloc(0);
      if (isEncrypting === true) {
        const stream = createCipheriv(name as CipherGCMTypes, secret, check.bytes(iv), options);
        stream.setAAD(aad);
        const output = Buffer.concat([stream.update(check.bytes(data)), stream.final()]);
        return copyOfBoth(output, stream.getAuthTag());
      }
      const stream = createDecipheriv(name as CipherGCMTypes, secret, check.bytes(iv), {
        authTagLength: check.bytes(tag).length,
      });
      stream.setAAD(aad);
      stream.setAuthTag(check.bytes(tag));
      return copyOfBoth(stream.update(check.bytes(data)), stream.final());
    },
    setAutoPadding(id: unknown, isEncrypting: unknown, isOn: unknown) {
      cipherOf(id, isEncrypting).setAutoPadding(isOn === true);
      return true;
    },
    setAuthTag(id: unknown, tag: unknown) {
      states.get(id, "decipher").setAuthTag(check.bytes(tag));
      return true;
    },
    setAad(id: unknown, isEncrypting: unknown, data: unknown, plaintextLength: unknown) {
      const length = check.integer(plaintextLength, UNSET);
      const options = length === UNSET ? undefined : { plaintextLength: length };
      cipherOf(id, isEncrypting).setAAD(check.bytes(data), options as never);
      return true;
    },
    ciphers: () => getCiphers(),
    cipherInfo(nameOrNid: unknown, keyLength: unknown, ivLength: unknown) {
      const options = {
        keyLength: check.optionalInteger(keyLength),
        ivLength: check.optionalInteger(ivLength),
      };
      return typeof nameOrNid === "number"
        ? getCipherInfo(check.integer(nameOrNid), options)
        : getCipherInfo(check.name(nameOrNid), options);
    },
  };
}

function copyOfBoth(first: Buffer, second: Buffer): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** A cipher without authentication has none. */
function tagOf(cipher: CipherGCM): Uint8Array | undefined {
  try {
    return check.copyOf(cipher.getAuthTag());
  } catch {
    return undefined;
  }
}
