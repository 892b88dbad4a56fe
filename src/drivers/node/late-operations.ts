/**
 * What guests compute with modules of Node that take 15 ms to load, and most never ask for: crypto and compression. A file of
 * its own (`dist/late-operations.cjs`).
 */
import { makeCompression } from "./compression.host.js";
import { makeCrypto } from "./crypto/operations.host.js";

/** The operations for one guest: streams, keys and hashes have a state. */
export function makeLateOperations(): Record<string, (...args: never[]) => unknown> {
  return { ...makeCompression(), crypto: makeCrypto() };
}
