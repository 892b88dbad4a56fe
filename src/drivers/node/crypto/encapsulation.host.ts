/** Secrets that are agreed on by one message: key encapsulation (from Node 24 on). */
import * as nodeCrypto from "node:crypto";
import * as check from "./arguments.host.js";
import type { KeyStore } from "./keys.host.js";

/** `@types/node` is older. */
const { encapsulate, decapsulate } = nodeCrypto as unknown as {
  encapsulate(key: object): { sharedKey: Uint8Array; ciphertext: Uint8Array };
  decapsulate(key: object, ciphertext: Uint8Array): Uint8Array;
};

export function encapsulationOperations(keys: KeyStore) {
  return {
    /** The secret, and what tells it to the key's owner. */
    encapsulate(key: unknown): readonly [Uint8Array, Uint8Array] {
      const { sharedKey, ciphertext } = encapsulate(keys.input(key));
      return [check.copyOf(sharedKey), check.copyOf(ciphertext)];
    },
    decapsulate: (key: unknown, ciphertext: unknown) =>
      check.copyOf(decapsulate(keys.input(key), check.bytes(ciphertext))),
  };
}
