/**
 * The crypto of the container's Node for one guest: its public functions only, on copied values. Each
 * call answers its value or `{ failure }`. The work is done in the guest's own process (or thread),
 * so that who ends the guest ends the work.
 */
import type { CryptoAnswer } from "./answers.js";
import { certificateOperations } from "./certificates.host.js";
import { cipherOperations } from "./ciphers.host.js";
import { derivationOperations } from "./derivation.host.js";
import { digestOperations } from "./digests.host.js";
import { encapsulationOperations } from "./encapsulation.host.js";
import { exchangeOperations } from "./exchange.host.js";
import { failureOf } from "./failures.host.js";
import { generationOperations } from "./generation.host.js";
import { keccakOperations } from "./keccak.host.js";
import { KeyStore } from "./keys.host.js";
import { signatureOperations } from "./signatures.host.js";
import { StateTable } from "./states.host.js";

function answerOf(value: unknown): CryptoAnswer {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
      return value;
    default:
      return value instanceof Uint8Array ? value : { value };
  }
}

/** The operations for one guest, with the table of its states. */
export function makeCrypto(): (operation: unknown, ...args: unknown[]) => CryptoAnswer {
  const states = new StateTable();
  const keys = new KeyStore();
  const operations: Readonly<Record<string, (...args: never[]) => unknown>> = {
    ...keys.operations(),
    ...digestOperations(states),
    ...cipherOperations(states),
    ...signatureOperations(keys),
    ...derivationOperations(),
    ...generationOperations(),
    ...exchangeOperations(states, keys),
    ...encapsulationOperations(keys),
    ...keccakOperations(),
    ...certificateOperations(keys),
    release: (id: unknown) => states.release(id),
  };

  return (operation, ...args) => {
    try {
      if (typeof operation !== "string" || !Object.hasOwn(operations, operation)) {
        throw new Error("Operation failed");
      }
      return answerOf((operations[operation] as (...args: unknown[]) => unknown)(...args));
    } catch (thrown) {
      return { failure: failureOf(thrown) };
    }
  };
}
