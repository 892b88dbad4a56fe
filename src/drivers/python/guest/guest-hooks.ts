/** What the container gives the guest half, and all that the guest half has. */
export interface GuestHooks {
  /** CPython, compiled by the container. */
  readonly module: WebAssembly.Module;
  /** Header and payload of the guest's channel. */
  readonly channel: SharedArrayBuffer;
  /** Carries the call that is in `channel`: false when the process has ended. */
  readonly carry: (length: number, isAnswered: boolean) => boolean;
  /** Milliseconds since some fixed moment, with fractions. */
  readonly now: () => number;
  /** Fills the first `length` bytes of the channel's payload with random ones. */
  readonly fillRandom: (length: number) => void;
  /** Ends the guest with an exit code. Does not return. */
  readonly exit: (code: number) => never;
  /** How much of its stack CPython may use before it says RecursionError. */
  readonly stackBytes: number;
  /** The most bytes of linear memory: known when the guest is. */
  readonly memoryLimit: () => number;
}

/** A guest's command line: `argv` and `environ` are C strings, one after the other. */
export interface GuestStrings {
  readonly argv: Uint8Array;
  readonly environ: Uint8Array;
}
