/**
 * From words and payload to a handler's arguments. Every argument is read from the guest's memory
 * once; what is wrong becomes an errno, never an exception.
 */
import { textOfBytes } from "../kernel/byte-text.js";
import { Errno, errno } from "../kernel/errno.js";
import { stringCount } from "../kernel/limits.js";
import type { ArgumentKind, SyscallName, SyscallRow, Syscalls } from "./syscalls.js";
import { ARGUMENT_WORDS } from "./wire.js";

interface DecodedTypes {
  i32: number;
  u32: number;
  i64: number;
  path: string;
  /** A view of the guest's memory: it may change until the call is answered, but not move. */
  bytes: Uint8Array;
  strings: string[];
  /** Where to fill in bytes: a view of the guest's memory. */
  out: Uint8Array;
}

/** What a row's handler gets. */
export type DecodedArguments<Name extends SyscallName> = {
  -readonly [Key in keyof Syscalls[Name]["arguments"]]: Syscalls[Name]["arguments"][Key] extends ArgumentKind
    ? DecodedTypes[Syscalls[Name]["arguments"][Key]]
    : never;
};

/** Reads the arguments of one call. */
export class Decoder {
  readonly #words: Int32Array;
  readonly #payload: Uint8Array;
  readonly #received: number;
  #nextWord = 0;
  #nextByte = 0;

  /**
   * @param words - The argument words, copied out of the guest's memory.
   * @param received - How much of the payload came with the call.
   */
  constructor(words: Int32Array, payload: Uint8Array, received: number) {
    this.#words = words;
    this.#payload = payload;
    this.#received = received;
  }

  decode(row: SyscallRow): Record<string, unknown> | Errno {
    const decoded: Record<string, unknown> = {};
    for (const name in row.arguments) {
      const value = this.#argument(row.arguments[name] as ArgumentKind);
      if (value instanceof Errno) return value;
      decoded[name] = value;
    }
    return decoded;
  }

  #argument(kind: ArgumentKind): DecodedTypes[ArgumentKind] | Errno {
    switch (kind) {
      case "i32":
        return this.#word();
      case "u32":
        return this.#word() >>> 0;
      case "i64":
        return this.#long();
      case "path":
        return this.#path();
      case "bytes":
        return this.#bytes();
      case "strings":
        return this.#strings();
      case "out":
        return this.#out();
    }
  }

  #word(): number {
    const index = this.#nextWord;
    this.#nextWord++;
    return index < ARGUMENT_WORDS ? (this.#words[index] ?? 0) : 0;
  }

  #long(): number | Errno {
    const low = this.#word() >>> 0;
    const value = this.#word() * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : errno.EINVAL;
  }

  #bytes(): Uint8Array | Errno {
    const length = this.#word();
    const start = this.#nextByte;
    if (length < 0 || start + length > this.#received) return errno.EFAULT;
    this.#nextByte += length;
    return this.#payload.subarray(start, start + length);
  }

  #path(): string | Errno {
    const bytes = this.#bytes();
    if (bytes instanceof Errno) return bytes;
    // A private copy: shared memory could change while it is decoded.
    const text = textOfBytes(bytes.slice());
    return text.includes("\0") ? errno.EINVAL : text;
  }

  #strings(): string[] | Errno {
    const bytes = this.#bytes();
    // A list that did not come whole was too long for the call.
    if (bytes instanceof Errno) return bytes === errno.EFAULT ? errno.E2BIG : bytes;
    // A private copy: shared memory could change while it is decoded.
    const text = textOfBytes(bytes.slice());
    if (text === "") return [];
    if (!text.endsWith("\0")) return errno.EINVAL;
    // One more is enough to tell that there are too many.
    const strings = text.slice(0, -1).split("\0", stringCount + 1);
    return strings.length > stringCount ? errno.E2BIG : strings;
  }

  #out(): Uint8Array | Errno {
    const length = this.#word();
    if (length < 0) return errno.EINVAL;
    return this.#payload.subarray(0, Math.min(length, this.#payload.length));
  }
}
