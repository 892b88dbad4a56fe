/** Hashes and HMACs: small ones in one call, large ones as a state that takes chunks. */
import {
  createHash,
  createHmac,
  getHashes,
  type Hash,
  type Hmac,
  timingSafeEqual,
} from "node:crypto";
import * as check from "./arguments.host.js";
import type { StateTable } from "./states.host.js";

function openHash(algorithm: unknown, length: unknown): Hash {
  const size = length === undefined ? undefined : check.outputLength(length);
  return createHash(check.name(algorithm), size === undefined ? {} : { outputLength: size });
}

function openHmac(algorithm: unknown, key: unknown): Hmac {
  return createHmac(check.name(algorithm), check.bytes(key));
}

export function digestOperations(states: StateTable) {
  return {
    digest: (algorithm: unknown, length: unknown, data: unknown) =>
      check.copyOf(openHash(algorithm, length).update(check.bytes(data)).digest()),
    hmac: (algorithm: unknown, key: unknown, data: unknown) =>
      check.copyOf(openHmac(algorithm, key).update(check.bytes(data)).digest()),
    /** Says whether there is a digest of that name. */
    checkHmacDigest(algorithm: unknown) {
      createHmac(check.name(algorithm), "");
      return true;
    },
    digestSize: (algorithm: unknown) => openHash(algorithm, undefined).digest().length,
    verifyHmac(algorithm: unknown, key: unknown, data: unknown, signature: unknown) {
      const made = openHmac(algorithm, key).update(check.bytes(data)).digest();
      const given = check.bytes(signature);
      return made.length === given.length && timingSafeEqual(made, given);
    },
    openHash: (algorithm: unknown, length: unknown) =>
      states.add("hash", openHash(algorithm, length)),
    copyHash(id: unknown, length: unknown) {
      const size = check.optionalInteger(length, 0, check.OUTPUT_BYTES_MAX);
      return states.add(
        "hash",
        states.get(id, "hash").copy(size === undefined ? {} : { outputLength: size }),
      );
    },
    updateHash(id: unknown, data: unknown) {
      states.get(id, "hash").update(check.bytes(data));
      return true;
    },
    closeHash(id: unknown) {
      const hash = states.get(id, "hash");
      states.release(id);
      return check.copyOf(hash.digest());
    },
    openHmac: (algorithm: unknown, key: unknown) => states.add("hmac", openHmac(algorithm, key)),
    updateHmac(id: unknown, data: unknown) {
      states.get(id, "hmac").update(check.bytes(data));
      return true;
    },
    closeHmac(id: unknown) {
      const hmac = states.get(id, "hmac");
      states.release(id);
      return check.copyOf(hmac.digest());
    },
    hashes: () => getHashes(),
  };
}
