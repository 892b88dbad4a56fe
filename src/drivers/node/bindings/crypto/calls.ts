/**
 * The guest's side of the container's crypto: a call of an operation gives its value or throws the
 * error that Node's C++ would have thrown. Also what all the shims need: bytes in, Buffers out.
 */
import type { CryptoAnswer, CryptoFailure } from "../../crypto/answers.js";
import { Codec } from "../../guest/codec.js";
import type { Guest } from "../../guest/guest.js";
import { bytesOf, encodingOf } from "../buffer.js";

const constructors = { Error, TypeError, RangeError };

/** An error with a code, as Node's C++ makes them. */
export function codedError(
  Kind: new (message: string) => Error,
  code: string,
  message: string,
): Error {
  return Object.assign(new Kind(message), { code });
}

/** The error that a failure in the container is here. */
export function errorOf({ name, message, details }: CryptoFailure): Error {
  return Object.assign(new constructors[name](message), details);
}

export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

export class CryptoCalls {
  readonly guest: Guest;
  /** How many arguments tell of a key: from Node 24 on the name of a curve is among them. */
  readonly keyWidth: number;
  readonly #codec: Codec;
  readonly #known = new Map<string, unknown>();
  readonly #finished: FinalizationRegistry<number>;

  constructor(guest: Guest) {
    this.guest = guest;
    this.keyWidth = guest.configuration.surface.crypto?.kKeyFormatRawPublic ? 5 : 4;
    this.#codec = new Codec(guest.hooks.compute);
    this.#finished = new FinalizationRegistry((id) => this.release(id));
  }

  /** Runs an operation in the container. */
  call(operation: string, ...args: unknown[]): unknown {
    const answer = this.guest.hooks.compute("crypto", operation, ...args) as CryptoAnswer | null;
    // Null: the arguments could not even be copied.
    if (answer === null) throw codedError(Error, "ERR_CRYPTO_OPERATION_FAILED", "Operation failed");
    if (typeof answer !== "object" || answer instanceof Uint8Array) return answer;
    if ("value" in answer) return answer.value;
    throw errorOf(answer.failure);
  }

  /** Like `call`, for answers that stay the same. */
  ask(operation: string, ...args: (string | number | undefined)[]): unknown {
    const id = JSON.stringify([operation, ...args]);
    if (!this.#known.has(id)) this.#known.set(id, this.call(operation, ...args));
    return this.#known.get(id);
  }

  /** Runs an operation whose answer is bytes: a Buffer. */
  buffer(operation: string, ...args: unknown[]): Uint8Array {
    return this.asBuffer(this.call(operation, ...args) as Uint8Array);
  }

  /** Runs an operation whose answer is bytes, or text as it is. */
  bufferOrText(operation: string, ...args: unknown[]): Uint8Array | string {
    const answer = this.call(operation, ...args) as Uint8Array | string;
    return typeof answer === "string" ? answer : this.asBuffer(answer);
  }

  /** Gives a state of the container back when `owner` is no more. */
  releaseWith(owner: object, id: number): void {
    this.#finished.register(owner, id, owner);
  }

  /** The container has given the state back itself. */
  forget(owner: object): void {
    this.#finished.unregister(owner);
  }

  release(id: number): void {
    this.call("release", id);
  }

  asBuffer(bytes: Uint8Array): Uint8Array {
    return Object.setPrototypeOf(bytes, this.guest.bufferPrototype);
  }

  /** A copy of what a caller gave: text in an encoding, or bytes. */
  bytes(data: unknown, encoding?: unknown): Uint8Array {
    // It would be a length.
    if (typeof data === "number") throw new TypeError("The data is no buffer");
    return typeof data === "string"
      ? Uint8Array.from(this.#codec.encode(encodingOf(encoding), data))
      : plainCopy(bytesOf(data as ArrayBufferView));
  }

  optionalBytes(data: unknown): Uint8Array | undefined {
    return data === undefined || data === null ? undefined : this.bytes(data);
  }

  /** Bytes as the caller wants them: a Buffer, or text. */
  present(bytes: Uint8Array, encoding: unknown): unknown {
    if (encoding === undefined || encoding === "buffer") return this.asBuffer(bytes);
    return this.#codec.decode(encodingOf(encoding), bytes, 0, bytes.length);
  }
}

/** A copy without the caller's class: what may be carried out of the isolate. */
export function plainCopy(view: Uint8Array): Uint8Array {
  const copy = new Uint8Array(view.length);
  copy.set(view);
  return copy;
}

/** The memory of bytes that are nobody else's: what Node's jobs answer with. */
export function memoryOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer as ArrayBuffer;
}
