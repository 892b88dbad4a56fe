/** The guest's end of a shared-memory channel: rings, then sleeps until it is answered. */
import { ring } from "../doorbell.js";
import type { GuestConnection } from "../shared-memory-hub.js";
import type { Syscalls } from "../syscalls.js";
import { state, word } from "../wire.js";
import { GuestStub, ProcessEnded } from "./guest-stub.js";

export class SharedMemoryStub extends GuestStub {
  readonly #doorbell: Int32Array;
  readonly #slot: number;

  constructor(connection: GuestConnection, syscalls: Syscalls) {
    super(connection.channel, syscalls);
    this.#doorbell = new Int32Array(connection.doorbell);
    this.#slot = connection.slot;
  }

  protected override send(): void {
    Atomics.store(this.header, word.state, state.called);
    ring(this.#doorbell, this.#slot);
  }

  protected override receive(): void {
    while (Atomics.load(this.header, word.state) === state.called) {
      Atomics.wait(this.header, word.state, state.called);
    }
    if (Atomics.load(this.header, word.state) === state.ended) throw new ProcessEnded();
  }
}
