/** `signal_wrap`: signals the program listens for. */
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";

const DEFAULT = 0;
const CATCH = 2;
const INTERRUPTS = 1;

export interface SignalTable {
  readonly binding: Binding;
  /** A signal has come. */
  deliver(signal: number): void;
}

export function signalWrapBinding(guest: Guest, HandleWrap: HandleClass): SignalTable {
  const listeners = new Set<Signal>();

  class Signal extends HandleWrap {
    onsignal: unknown = undefined;

    override get isHandleActive(): boolean {
      return listeners.has(this);
    }

    signal = 0;
    readonly #waiter: { readonly isReferenced: boolean };

    constructor() {
      super("SIGNALWRAP");
      const isReferenced = (): boolean => this.isHandleReferenced;
      this.#waiter = {
        get isReferenced() {
          return isReferenced();
        },
      };
    }

    start(signal: number): number {
      if (!(#waiter in this)) throw new TypeError("Illegal invocation");
      const failed = guest.kernel.call("signal_action", {
        maskLow: 0,
        maskHigh: 0,
        signal,
        disposition: CATCH,
        flags: INTERRUPTS,
      });
      if (failed) return failed;
      this.signal = signal;
      listeners.add(this);
      guest.loop.waiters.add(this.#waiter);
      return 0;
    }

    stop(): number {
      if (!listeners.delete(this)) return 0;
      guest.loop.waiters.delete(this.#waiter);
      for (const other of listeners) if (other.signal === this.signal) return 0;
      return guest.kernel.call("signal_action", {
        maskLow: 0,
        maskHigh: 0,
        signal: this.signal,
        disposition: DEFAULT,
        flags: 0,
      });
    }

    override onHandleClose(): void {
      this.stop();
    }
  }

  return {
    binding: { Signal },
    deliver(signal) {
      for (const listener of [...listeners]) {
        if (listener.signal === signal) guest.callback(listener, listener.onsignal, [signal]);
      }
    },
  };
}
