/**
 * What a guest may hand to the crypto operations: each value is checked for its type and its size here,
 * and becomes a value of this realm. What does not fit throws, which answers the guest with a failure.
 */
import { Buffer } from "node:buffer";

const MiB = 1024 * 1024;

/** One argument's bytes. A guest's heap is smaller. */
export const INPUT_BYTES_MAX = 256 * MiB;
/** What an operation may make at a guest's wish: derived keys, XOF digests, random bytes. */
export const OUTPUT_BYTES_MAX = 64 * MiB;
/** Names of digests, ciphers, curves; host names, mail addresses. */
const NAME_CHARACTERS_MAX = 1024;
const NOTHING = Buffer.alloc(1).subarray(0, 0);
const INT32_MAX = 0x7fffffff;

/** Says that an argument is not what the guest's own library would have passed on. */
class RefusedArgument extends Error {
  readonly code = "ERR_CRYPTO_OPERATION_FAILED";

  constructor(what: string) {
    super(`Operation failed: ${what}`);
  }
}

export function bytes(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) throw new RefusedArgument("bytes expected");
  if (value.byteLength > INPUT_BYTES_MAX) throw new RefusedArgument("input too large");
  // OpenSSL takes no bytes at no address for a question of its own.
  if (value.byteLength === 0) return NOTHING;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

export function optionalBytes(value: unknown): Buffer | undefined {
  return value === undefined || value === null ? undefined : bytes(value);
}

export function name(value: unknown): string {
  if (typeof value !== "string") throw new RefusedArgument("name expected");
  if (value.length > NAME_CHARACTERS_MAX) throw new RefusedArgument("name too long");
  return value;
}

export function optionalName(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : name(value);
}

/** An integer between two bounds, both included. */
export function integer(value: unknown, from = -INT32_MAX - 1, to = INT32_MAX): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < from || value > to) {
    throw new RefusedArgument("integer out of range");
  }
  return value;
}

export function optionalInteger(value: unknown, from?: number, to?: number): number | undefined {
  return value === undefined || value === null ? undefined : integer(value, from, to);
}

/** A length of what is to be made. */
export function outputLength(value: unknown): number {
  return integer(value, 0, OUTPUT_BYTES_MAX);
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new RefusedArgument("unknown choice");
  return found;
}

export function optionalOneOf<T extends string>(
  value: unknown,
  allowed: readonly T[],
): T | undefined {
  return value === undefined || value === null ? undefined : oneOf(value, allowed);
}

/** A plain object's own properties. */
export function fields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new RefusedArgument("object expected");
  return Object.assign(Object.create(null), value) as Record<string, unknown>;
}

/** Bytes that are sent to a guest: memory of their own. */
export function copyOf(data: ArrayBufferView | ArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data).slice();
}
