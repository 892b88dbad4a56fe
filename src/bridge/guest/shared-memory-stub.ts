/** The guest's end of a shared-memory channel: rings, then sleeps until it is answered. */
import { ring } from "../doorbell.js";
import { PostedWriter } from "../posted-ring.js";
import type { GuestConnection } from "../shared-memory-hub.js";
import type { Syscalls } from "../syscalls.js";
import { ABANDONED, POSTED_OFFSET, state, word } from "../wire.js";
import { ProcessEnded } from "./guest-stub.js";
import { PostingStub } from "./posting-stub.js";

/** How long a guest looks for its answer before it sleeps. */
const WATCH_MS = 0.01;

export class SharedMemoryStub extends PostingStub {
  readonly #posted: PostedWriter;
  readonly #doorbell: Int32Array;
  readonly #slot: number;
  #isKernelAwake = false;

  constructor(connection: GuestConnection, syscalls: Syscalls) {
    super(connection.channel, syscalls);
    this.#posted = new PostedWriter(connection.channel, POSTED_OFFSET);
    this.#doorbell = new Int32Array(connection.doorbell);
    this.#slot = connection.slot;
  }

  /** The next guest begins: what the last one had is gone. */
  begin(): void {
    this.forgetCredit();
  }

  protected override postWrite(fd: number, data: Uint8Array): boolean {
    if (!this.#posted.tryPost(fd, data)) return false;
    ring(this.#doorbell, this.#slot);
    return true;
  }

  protected override send(): void {
    Atomics.store(this.header, word.state, state.called);
    this.#isKernelAwake = ring(this.#doorbell, this.#slot);
  }

  protected override receive(): void {
    // Looked at after the call is published, as the kernel looks for a call first: one of them sees the other.
    if (Atomics.load(this.header, word.thread) === ABANDONED) throw new ProcessEnded();
    if (this.#isKernelAwake) this.#watch();
    while (Atomics.load(this.header, word.state) === state.called) {
      Atomics.wait(this.header, word.state, state.called);
    }
    if (Atomics.load(this.header, word.state) === state.ended) throw new ProcessEnded();
  }

  /** Looks for the answer for a while: a kernel that is awake has it sooner than a sleep and a wake-up take. */
  #watch(): void {
    const endMs = performance.now() + WATCH_MS;
    while (performance.now() < endMs) {
      if (Atomics.load(this.header, word.state) !== state.called) return;
    }
  }
}
