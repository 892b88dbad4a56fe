/** The shared-memory channels of one kernel and the doorbell they ring. */

import { tablesBehind } from "../kernel/driver-calls.js";
import { KernelError, orThrow } from "../kernel/kernel-error.js";
import type { KernelInterface } from "../kernel/kernel-interface.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import { SIGSYS } from "../kernel/signals.js";
import { signalStatus } from "../kernel/wait-status.js";
import { dispatch, dispatchLast } from "./dispatcher.js";
import { Doorbell, ring, SLOTS } from "./doorbell.js";
import { SharedMemoryChannel } from "./shared-memory-channel.js";
import type { ThreadConnection } from "./thread-connection.js";

/** A place for one guest thread: what it needs to make calls. */
export interface GuestSlot {
  /** What the thread gets: its channel, and which bit of which doorbell to ring. */
  readonly connection: GuestConnection;
  /**
   * Serves the thread's calls as process `pid` from now on.
   * @param onEnd - Called once when the process has ended; the slot then serves nobody.
   */
  serve(pid: number, onEnd: (end: GuestEnd) => void): void;
  /** Gives the place up: the thread is gone. */
  release(): void;
}

export interface GuestEnd {
  /** POSIX wait status. */
  readonly waitStatus: number;
  /** Whether the thread has left the process by itself and can serve another one. */
  readonly isThreadFree: boolean;
}

export interface GuestConnection {
  readonly channel: SharedArrayBuffer;
  readonly doorbell: SharedArrayBuffer;
  readonly slot: number;
}

export class SharedMemoryHub {
  readonly #tables: KernelTables;
  readonly #channels = new Map<number, SharedMemoryChannel>();
  readonly #doorbell = new Doorbell((slot) => this.#channels.get(slot)?.advance());

  constructor(kernel: KernelInterface) {
    this.#tables = tablesBehind(kernel);
  }

  /**
   * Makes a place for a guest thread. Throws EAGAIN when all 1024 are taken.
   * @param threads - Carries the calls of the other threads of its guests.
   */
  connect(threads?: ThreadConnection): GuestSlot {
    const slot = this.#freeSlot();
    const words = new Int32Array(this.#doorbell.buffer);
    const channel: SharedMemoryChannel = new SharedMemoryChannel({
      onCall: () => dispatch(this.#tables, channel),
      onPosted: () => dispatch(this.#tables, channel.posted),
      onMore: () => ring(words, slot),
      onViolation: () => this.#break(channel),
    });
    this.#channels.set(slot, channel);
    this.#doorbell.open();
    return {
      connection: { channel: channel.buffer, doorbell: this.#doorbell.buffer, slot },
      serve: (pid, onEnd) => {
        this.#serve(channel, pid, onEnd);
        threads?.serve(this.#tables, orThrow(this.#tables.processes.get(pid)));
      },
      release: () => this.#release(slot),
    };
  }

  #serve(channel: SharedMemoryChannel, pid: number, onEnd: (end: GuestEnd) => void): void {
    const process = orThrow(this.#tables.processes.get(pid));
    channel.serve(process);
    process.drainPosted = () => {
      const isHeld = process.gate.size > 0;
      channel.drain(() => dispatchLast(this.#tables, channel.posted, process), isHeld);
    };
    process.endListeners.add((waitStatus) => {
      onEnd({ waitStatus, isThreadFree: channel.dismiss() });
    });
  }

  #break({ process }: SharedMemoryChannel): void {
    if (process) this.#tables.processes.end(process, signalStatus(SIGSYS));
  }

  #freeSlot(): number {
    for (let slot = 0; slot < SLOTS; slot++) if (!this.#channels.has(slot)) return slot;
    throw new KernelError("EAGAIN", `${SLOTS} guest threads are running`);
  }

  #release(slot: number): void {
    this.#channels.delete(slot);
    if (this.#channels.size === 0) this.#doorbell.close();
  }
}
