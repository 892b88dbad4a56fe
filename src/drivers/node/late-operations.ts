/**
 * What guests compute with modules of Node that take 15 ms to load, and most never ask for: crypto, compression and URL
 * patterns. A file of its own (`dist/late-operations.cjs`).
 */
import { makeCompression } from "./compression.host.js";
import { makeCrypto } from "./crypto/operations.host.js";
import { urlPatternOperations } from "./url-patterns.host.js";

/** The operations for one guest: streams, keys and hashes have a state. */
export function makeLateOperations(): Record<string, (...args: never[]) => unknown> {
  return { ...makeCompression(), ...urlPatternOperations(), crypto: makeCrypto() };
}
