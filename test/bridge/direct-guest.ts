// A guest in the kernel's own thread: the real stub over an in-memory channel, without any waiting.

import type { Channel, Reply } from "../../src/bridge/channel.js";
import { writeReply } from "../../src/bridge/channel.js";
import { dispatch } from "../../src/bridge/dispatcher.js";
import { GuestStub } from "../../src/bridge/guest/guest-stub.js";
import { type SyscallName, syscalls } from "../../src/bridge/syscalls.js";
import {
  ARGUMENT_WORDS,
  HEADER_BYTES,
  HEADER_WORDS,
  PAYLOAD_BYTES,
  word,
} from "../../src/bridge/wire.js";
import { type ErrnoCode, errno } from "../../src/kernel/errno.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";

/** A channel that keeps every reply. */
export class MemoryChannel implements Channel {
  readonly memory = new ArrayBuffer(HEADER_BYTES + PAYLOAD_BYTES);
  readonly header = new Int32Array(this.memory, 0, HEADER_WORDS);
  readonly payload = new Uint8Array(this.memory, HEADER_BYTES);
  receivedBytes = PAYLOAD_BYTES;
  readonly replies: Reply[] = [];
  releases = 0;
  process: Process | null;

  constructor(process: Process | null) {
    this.process = process;
  }

  takeCall(): Int32Array {
    return this.header.slice(word.number, word.arguments + ARGUMENT_WORDS);
  }

  answer(reply: Reply): void {
    this.replies.push({ ...reply });
    writeReply(this.header, reply, this.process);
  }

  release(): void {
    this.releases++;
  }

  /** Puts a call on the channel and has it served. */
  dispatch(tables: KernelTables, number: number, words: readonly number[] = []): void {
    this.header.fill(0);
    this.header[word.number] = number;
    this.header.set(words.slice(0, ARGUMENT_WORDS), word.arguments);
    dispatch(tables, this);
  }
}

const codes = new Map(Object.values(errno).map(({ number, code }) => [number, code]));

export class DirectGuest extends GuestStub {
  readonly channel: MemoryChannel;
  readonly #tables: KernelTables;

  constructor(tables: KernelTables, process: Process) {
    const channel = new MemoryChannel(process);
    super(channel.memory, syscalls);
    this.channel = channel;
    this.#tables = tables;
  }

  /** How many calls have been answered. */
  get answers(): number {
    return this.channel.replies.length;
  }

  /** Makes a call: "ok", an error's name, or "waits". */
  try<Name extends SyscallName>(name: Name, args: Parameters<GuestStub["call"]>[1]): string {
    const before = this.answers;
    this.post(name, args as never);
    return this.answers === before ? "waits" : this.outcome;
  }

  /** "ok", or the name of the last answer's error. */
  get outcome(): ErrnoCode | "ok" {
    return codes.get(this.channel.replies.at(-1)?.errno ?? 0) ?? "ok";
  }

  /** Makes a call that must succeed, and answers its first result word. */
  do<Name extends SyscallName>(name: Name, args: Parameters<GuestStub["call"]>[1]): number {
    const outcome = this.try(name, args);
    if (outcome !== "ok") throw new Error(`${name}: ${outcome}`);
    return this.result;
  }

  protected override send(): void {
    dispatch(this.#tables, this.channel);
  }

  protected override receive(): void {}
}
