// The `loop` call over shared memory: the same stub calls, the other transport.

import { expect, test } from "vitest";
import { dispatch } from "../../src/bridge/dispatcher.js";
import { GuestStub } from "../../src/bridge/guest/guest-stub.js";
import { LoopClient } from "../../src/bridge/guest/loop-client.js";
import { SharedMemoryChannel } from "../../src/bridge/shared-memory-channel.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_WORDS, state, word } from "../../src/bridge/wire.js";
import { openPipe } from "../../src/kernel/kernel-interface.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { SIGTERM } from "../../src/kernel/signals.js";
import { bootTables, ok, start, textOf, utf8 } from "../kernel/tables.js";

/** A guest whose kernel serves it at once: they share a thread here. */
class InlineStub extends GuestStub {
  readonly #tables: KernelTables;
  readonly #channel: SharedMemoryChannel;
  readonly #state: Int32Array;

  constructor(tables: KernelTables, channel: SharedMemoryChannel) {
    super(channel.buffer, syscalls);
    this.#tables = tables;
    this.#channel = channel;
    this.#state = new Int32Array(channel.buffer, 0, HEADER_WORDS);
  }

  protected override send(): void {
    Atomics.store(this.#state, word.state, state.called);
    dispatch(this.#tables, this.#channel);
  }

  protected override receive(): void {
    expect(Atomics.load(this.#state, word.state)).toBe(state.answered);
  }
}

test("reads, signals and writes work as over a socket", () => {
  const tables = bootTables();
  const process = start(tables);
  const channel = new SharedMemoryChannel();
  channel.process = process;
  const stub = new InlineStub(tables, channel);
  const loop = new LoopClient(stub);
  const { readFd, writeFd } = ok(openPipe(tables, process, false));
  expect(stub.write(writeFd, utf8("one"))).toBe(0);
  expect(stub.write(writeFd, utf8("two"))).toBe(0);
  stub.call("signal_action", { signal: SIGTERM, disposition: 2, flags: 0 });
  tables.processes.deliver(process, SIGTERM);
  const id = loop.armRead(readFd, 100, true);
  const [signal, read] = loop.wait(-1);
  expect(signal?.result).toBe(SIGTERM);
  expect(read?.id).toBe(id);
  expect(textOf(read?.data ?? utf8(""))).toBe("onetwo");
  loop.cancel(id);
  expect(loop.wait(0)).toEqual([]);
});

test("a guest that rings again before it is answered is not served twice", () => {
  const tables = bootTables();
  const process = start(tables);
  const channel = new SharedMemoryChannel();
  channel.process = process;
  const { readFd } = ok(openPipe(tables, process, false));
  const stub = new InlineStub(tables, channel);
  stub.post("read", { fd: readFd, target: 10 });
  expect(channel.hasCall).toBe(true);
  expect(channel.hasNewCall).toBe(false);
  expect(process.parked.size).toBe(1);
});
