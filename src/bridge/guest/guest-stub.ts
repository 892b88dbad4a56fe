/**
 * The guest's end of a channel, whatever carries it: encodes a call, has it carried, reads the
 * answer. It runs with the guest and is part of it: the kernel trusts nothing of it.
 */
import type { ArgumentKind, SyscallName, Syscalls } from "../syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, PAYLOAD_BYTES, word } from "../wire.js";

interface GuestArgumentTypes {
  i32: number;
  u32: number;
  /** An integer within 2^53. */
  i64: number;
  /** UTF-8. */
  path: Uint8Array;
  bytes: Uint8Array;
  /** NUL-terminated strings. */
  strings: Uint8Array;
  /** How many bytes to take. */
  out: number;
}

export type GuestArguments<Name extends SyscallName> = {
  -readonly [Key in keyof Syscalls[Name]["arguments"]]: Syscalls[Name]["arguments"][Key] extends ArgumentKind
    ? GuestArgumentTypes[Syscalls[Name]["arguments"][Key]]
    : never;
};

/** Thrown through the guest when its process has ended: nothing of it runs any more. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

export abstract class GuestStub {
  /** Header and payload, laid out as `wire.ts` says. */
  readonly memory: ArrayBuffer | SharedArrayBuffer;
  /** The payload: the reply's bytes, valid until the next call. */
  readonly payload: Uint8Array;
  protected readonly header: Int32Array;
  readonly #syscalls: Syscalls;
  #nextWord = 0;
  #nextByte = 0;

  /** @param memory - Header and payload, laid out as `wire.ts` says. */
  constructor(memory: ArrayBuffer | SharedArrayBuffer, syscalls: Syscalls) {
    this.memory = memory;
    this.header = new Int32Array(memory, 0, HEADER_WORDS);
    this.payload = new Uint8Array(memory, HEADER_BYTES, PAYLOAD_BYTES);
    this.#syscalls = syscalls;
  }

  /** Sends the call whose payload is `length` bytes. */
  protected abstract send(length: number): void;

  /** Waits until the answer is in header and payload. Throws ProcessEnded when there will be none. */
  protected abstract receive(): void;

  /** The first result word of the last call. */
  get result(): number {
    return this.header[word.result] ?? 0;
  }

  /** The second of a pair. */
  get secondResult(): number {
    return this.header[word.resultHigh] ?? 0;
  }

  /** An i64 result. */
  get longResult(): bigint {
    return (BigInt(this.secondResult) << 32n) | BigInt(this.result >>> 0);
  }

  /** The reply's bytes, valid until the next call. */
  get resultBytes(): Uint8Array {
    return this.payload.subarray(0, this.header[word.payloadLength] ?? 0);
  }

  /** Makes a call and waits for its answer: 0, or Linux's error number. */
  call<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    this.exchange(this.#encodeCall(name, args));
    return this.header[word.errno] ?? 0;
  }

  /**
   * The `write` call. A transport may let it go on before the kernel has taken the bytes; `result` is
   * how many were.
   */
  write(fd: number, data: Uint8Array): number {
    return this.call("write", { fd, data });
  }

  /** Signals 1 to 32 that were pending at the last answer, one bit each. */
  get pendingSignals(): number {
    return this.header[word.pendingSignals] ?? 0;
  }

  /** Signals 33 to 64. */
  get pendingSignalsHigh(): number {
    return this.header[word.pendingSignals + 1] ?? 0;
  }

  /** Makes a call that is never answered. */
  post<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): void {
    this.send(this.#encodeCall(name, args));
  }

  /** Sends a call and waits for its answer, for transports where that is one step. */
  protected exchange(length: number): void {
    this.send(length);
    this.receive();
  }

  /** Lays a call out in header and payload and returns how many bytes of payload it uses. */
  #encodeCall<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    const row = this.#syscalls[name];
    this.#nextWord = word.arguments;
    this.#nextByte = 0;
    this.header[word.number] = row.number;
    const kinds: Readonly<Record<string, ArgumentKind>> = row.arguments;
    for (const key in kinds) {
      // `GuestArguments` ties each key to its kind's type.
      this.#encode(kinds[key] as ArgumentKind, args[key as keyof typeof args] as never);
    }
    return Math.min(this.#nextByte, this.payload.length);
  }

  #encode(kind: ArgumentKind, value: number & Uint8Array): void {
    switch (kind) {
      case "i32":
      case "u32":
      case "out":
        this.#word(value);
        return;
      case "i64":
        this.#word(value | 0);
        this.#word(Math.floor(value / 0x1_0000_0000));
        return;
      case "path":
      case "bytes":
      case "strings":
        this.#word(value.length);
        // What does not fit is refused by the kernel, which sees the length.
        if (this.#nextByte + value.length <= this.payload.length) {
          this.payload.set(value, this.#nextByte);
        }
        this.#nextByte += value.length;
    }
  }

  #word(value: number): void {
    this.header[this.#nextWord] = value;
    this.#nextWord++;
  }
}
