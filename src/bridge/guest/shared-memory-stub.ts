/**
 * The guest's end of a shared-memory channel: publishes a call, sleeps, reads the answer. It runs
 * in the guest's thread and is part of the guest: the kernel trusts nothing of it.
 */
import { ring } from "../doorbell.js";
import type { GuestConnection } from "../shared-memory-hub.js";
import type { ArgumentKind, SyscallName, Syscalls } from "../syscalls.js";
import { HEADER_BYTES, HEADER_WORDS, state, word } from "../wire.js";

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

type GuestArguments<Name extends SyscallName> = {
  -readonly [Key in keyof Syscalls[Name]["arguments"]]: Syscalls[Name]["arguments"][Key] extends ArgumentKind
    ? GuestArgumentTypes[Syscalls[Name]["arguments"][Key]]
    : never;
};

/** Thrown through the guest when its process has ended: nothing of it runs any more. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

export class SharedMemoryStub {
  /** The reply's bytes, valid until the next call. */
  readonly payload: Uint8Array;
  readonly #header: Int32Array;
  readonly #doorbell: Int32Array;
  readonly #slot: number;
  readonly #syscalls: Syscalls;
  #nextWord = 0;
  #nextByte = 0;

  constructor(connection: GuestConnection, syscalls: Syscalls) {
    this.payload = new Uint8Array(connection.channel, HEADER_BYTES);
    this.#header = new Int32Array(connection.channel, 0, HEADER_WORDS);
    this.#doorbell = new Int32Array(connection.doorbell);
    this.#slot = connection.slot;
    this.#syscalls = syscalls;
  }

  /** The first result word of the last call. */
  get result(): number {
    return this.#header[word.result] ?? 0;
  }

  /** The second of a pair. */
  get secondResult(): number {
    return this.#header[word.resultHigh] ?? 0;
  }

  /** An i64 result. */
  get longResult(): bigint {
    return (BigInt(this.secondResult) << 32n) | BigInt(this.result >>> 0);
  }

  /** The reply's bytes. */
  get resultBytes(): Uint8Array {
    return this.payload.subarray(0, this.#header[word.payloadLength] ?? 0);
  }

  /** Makes a call and waits for its answer: 0, or Linux's error number. */
  call<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    this.#publish(name, args);
    while (Atomics.load(this.#header, word.state) === state.called) {
      Atomics.wait(this.#header, word.state, state.called);
    }
    if (Atomics.load(this.#header, word.state) === state.ended) throw new ProcessEnded();
    return this.#header[word.errno] ?? 0;
  }

  /** Makes a call that is never answered. */
  post<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): void {
    this.#publish(name, args);
  }

  #publish<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): void {
    const row = this.#syscalls[name];
    this.#nextWord = word.arguments;
    this.#nextByte = 0;
    this.#header[word.number] = row.number;
    const kinds: Readonly<Record<string, ArgumentKind>> = row.arguments;
    for (const key in kinds) {
      // `GuestArguments` ties each key to its kind's type.
      this.#encode(kinds[key] as ArgumentKind, args[key as keyof typeof args] as never);
    }
    Atomics.store(this.#header, word.state, state.called);
    ring(this.#doorbell, this.#slot);
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
    this.#header[this.#nextWord] = value;
    this.#nextWord++;
  }
}
