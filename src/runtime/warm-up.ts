/** Being ready for runtimes before there are any: guest processes that are up, the shell compiled. */
import { warmNodeGuests } from "../drivers/node/node-driver.js";
import { findCommands } from "../drivers/wasmvm/command-source.host.js";
import { abortable } from "./abortable.js";
import type { CallOptions } from "./call-options.js";
import { checkAbortSignal, checkKeys, checkNumber } from "./check-options.js";

export interface WarmUpOptions extends CallOptions {
  /** How many guests can start at once without waiting for a process of the host. Default 1. */
  guests?: number;
}

/** What is kept ready, until it is disposed. */
export class WarmGuests {
  readonly #processes: { dispose(): Promise<void> };
  /** The compiled shell: it is not compiled again as long as somebody has it. */
  readonly shell: object | null;

  private constructor(processes: { dispose(): Promise<void> }, shell: object | null) {
    this.#processes = processes;
    this.shell = shell;
  }

  /** Resolves when all is ready. */
  static async make(options: WarmUpOptions = {}): Promise<WarmGuests> {
    checkKeys("warmUp", options, ["guests", "signal"]);
    checkNumber("warmUp: guests", options.guests, 0);
    checkAbortSignal("warmUp: signal", options.signal);
    const { guests = 1, signal } = options;
    signal?.throwIfAborted();
    const warming = Promise.all([warmNodeGuests(guests), findCommands({})]);
    try {
      const [processes, { main }] = await abortable(signal, warming);
      return new WarmGuests(processes, main);
    } catch (thrown) {
      void warming.then(([processes]) => processes.dispose()).catch(() => {});
      throw thrown;
    }
  }

  /** Ends the processes that no runtime uses. */
  dispose(): Promise<void> {
    return this.#processes.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
