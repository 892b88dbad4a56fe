/**
 * The kernel's side of one guest host process: its channel, and the kernel process it serves at
 * the moment. It belongs to no kernel until it serves its first process.
 */

import { complain } from "../kernel/allowance-keeper.js";
import { tablesBehind } from "../kernel/driver-calls.js";
import { orThrow } from "../kernel/kernel-error.js";
import type { KernelInterface } from "../kernel/kernel-interface.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { Process } from "../kernel/process.js";
import { SIGKILL, SIGSYS } from "../kernel/signals.js";
import { signalStatus, terminationSignal } from "../kernel/wait-status.js";
import { dispatch, dispatchLast } from "./dispatcher.js";
import { type ByteTransport, SocketChannel } from "./socket-channel.js";
import type { ThreadConnection } from "./thread-connection.js";

/** What its owner hears of a guest host process. */
export interface ConnectionEvents {
  /** It is ready to serve a process: it has just started, or the last one has left. */
  onReady(): void;
  /** A process that it serves now starts at once. Only after `onReady`; the next one may have been given already. */
  onRested(): void;
  /** It has broken the rules and has to go; a process that it served has ended with SIGSYS. */
  onViolation(): void;
}

/** How a process that was served has ended. */
export interface ServedEnd {
  /** POSIX wait status. */
  readonly waitStatus: number;
  /** Whether the guest is leaving by itself, so that `onReady` should follow. */
  readonly isLeaving: boolean;
}

export class SocketConnection {
  /** The channels of the guest's other threads; null where there is no way for them. */
  readonly #threads: ThreadConnection | null;
  readonly #channel: SocketChannel;
  readonly #events: ConnectionEvents;
  #tables: KernelTables | null = null;
  /** Set when the guest host process is gone: the wait status for its process. */
  #lostStatus: number | null = null;

  constructor(
    transport: ByteTransport,
    events: ConnectionEvents,
    threads: ThreadConnection | null = null,
  ) {
    this.#threads = threads;
    this.#events = events;
    this.#channel = new SocketChannel(transport, {
      onCall: () => this.#dispatch(),
      onReady: () => events.onReady(),
      onRested: () => events.onRested(),
      onViolation: () => this.#end(signalStatus(SIGSYS)),
      onIdle: () => this.#endWhenLost(),
    });
  }

  /** Takes bytes that have come from the guest. */
  receive(bytes: Uint8Array): void {
    this.#channel.receive(bytes);
  }

  /**
   * Serves the guest's calls as process `pid` from now on.
   * @param onEnd - Called once when the process has ended; the connection then serves nobody.
   */
  serve(kernel: KernelInterface, pid: number, onEnd: (end: ServedEnd) => void): void {
    const tables = tablesBehind(kernel);
    const process = orThrow(tables.processes.get(pid));
    this.#tables = tables;
    this.#channel.process = process;
    this.#threads?.serve(tables, process);
    process.drainPosted = () => {
      const isHeld = process.gate.size > 0;
      this.#channel.drain(() => dispatchLast(tables, this.#channel, process), isHeld);
    };
    process.endListeners.add((waitStatus) => {
      onEnd({ waitStatus, isLeaving: this.#channel.dismiss() });
    });
  }

  /**
   * The guest host process is gone and everything it sent has been received: its process ends,
   * once what it had posted is written.
   */
  lost(waitStatus: number): void {
    this.#lostStatus = waitStatus;
    this.#endWhenLost();
  }

  #dispatch(): void {
    if (this.#tables) dispatch(this.#tables, this.#channel);
  }

  #endWhenLost(): void {
    if (this.#lostStatus === null) return;
    if (!this.#channel.isIdle && !this.#channel.isInCall) return;
    const { process } = this.#channel;
    const signal = terminationSignal(this.#lostStatus);
    if (process && signal !== SIGKILL) {
      complain(
        process,
        `its process has crashed${signal > 0 ? ` (signal ${signal})` : ""}: out of memory, or a fault of its runtime`,
      );
    }
    this.#endProcess(this.#lostStatus);
  }

  #end(waitStatus: number): void {
    this.#endProcess(waitStatus);
    this.#events.onViolation();
  }

  #endProcess(waitStatus: number): void {
    const process: Process | null = this.#channel.process;
    if (process) this.#tables?.processes.end(process, waitStatus);
  }
}
