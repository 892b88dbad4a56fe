// A guest at the other end of a shared-memory channel, in the test itself: the doorbell is answered at once,
// and where a real guest would sleep it says so.

import { dispatch, dispatchLast } from "../../src/bridge/dispatcher.js";
import { DOORBELL_BYTES } from "../../src/bridge/doorbell.js";
import { ProcessEnded } from "../../src/bridge/guest/guest-stub.js";
import { LoopClient } from "../../src/bridge/guest/loop-client.js";
import { SharedMemoryStub } from "../../src/bridge/guest/shared-memory-stub.js";
import { SharedMemoryChannel } from "../../src/bridge/shared-memory-channel.js";
import { syscalls } from "../../src/bridge/syscalls.js";
import { HEADER_WORDS, state, word } from "../../src/bridge/wire.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import { SIGSYS } from "../../src/kernel/signals.js";
import { signalStatus } from "../../src/kernel/wait-status.js";
import { Asleep } from "./socket-guest.js";

class ThreadStub extends SharedMemoryStub {
  /** Whether the kernel hears the doorbell. */
  isHeard = true;
  readonly #channel: SharedMemoryChannel;

  constructor(channel: SharedMemoryChannel) {
    const doorbell = new SharedArrayBuffer(DOORBELL_BYTES);
    super({ channel: channel.buffer, doorbell, slot: 0 }, syscalls);
    this.#channel = channel;
  }

  protected override send(): void {
    super.send();
    if (this.isHeard) this.#channel.advance();
  }

  protected override postWrite(fd: number, data: Uint8Array): boolean {
    const isPosted = super.postWrite(fd, data);
    if (isPosted && this.isHeard) this.#channel.advance();
    return isPosted;
  }

  override receive(): void {
    const now = Atomics.load(this.header, word.state);
    if (now === state.ended) throw new ProcessEnded();
    if (now === state.called) throw new Asleep("the kernel has not answered");
  }

  get errno(): number {
    return this.header[word.errno] ?? 0;
  }
}

export class ThreadGuest {
  readonly channel: SharedMemoryChannel;
  readonly stub: ThreadStub;
  readonly loop: LoopClient;
  /** What happened on the channel, oldest first. */
  readonly events: string[] = [];
  readonly #tables: KernelTables;

  constructor(tables: KernelTables, process: Process) {
    this.#tables = tables;
    this.channel = new SharedMemoryChannel({
      onCall: () => dispatch(tables, this.channel),
      onPosted: () => dispatch(tables, this.channel.posted),
      onMore: () => void this.events.push("more"),
      onViolation: () => {
        this.events.push("violation");
        const { process: served } = this.channel;
        if (served) tables.processes.end(served, signalStatus(SIGSYS));
      },
    });
    this.stub = new ThreadStub(this.channel);
    this.loop = new LoopClient(this.stub);
    this.serve(process);
  }

  serve(process: Process): void {
    this.channel.serve(process);
    this.stub.begin();
    process.drainPosted = () => {
      const carryOut = () => dispatchLast(this.#tables, this.channel.posted, process);
      this.channel.drain(carryOut, process.gate.size > 0);
    };
    process.endListeners.add(() => {
      this.events.push(`ended ${this.channel.dismiss() ? "in a call" : "outside"}`);
    });
  }

  /** Whether the kernel has answered the call that threw `Asleep`. */
  get hasAnswer(): boolean {
    const header = new Int32Array(this.channel.buffer, 0, HEADER_WORDS);
    return Atomics.load(header, word.state) === state.answered;
  }

  /** Reads the answer that a call which threw `Asleep` has got meanwhile: its errno. */
  wakeUp(): number {
    this.stub.receive();
    return this.stub.errno;
  }
}
