/**
 * What runs in a guest host process: `dist/guest-host.cjs` loads a runtime's file (`dist/guest-node.cjs`),
 * reads a start message from its channel and calls the runtime's `run`. A process serves one guest at
 * a time and, when it leaves by itself, more of the same kernel: what a guest made (isolate,
 * instance, memory, timers) has to be gone when `run` returns.
 *
 * A runtime's file exports the functions of `GuestRuntime` by name:
 *
 *     export function prepare() { … }        // optional
 *     export function run(stub, start) { … } // the exit code
 *
 * The driver's half is `GuestProcesses` (`guest-processes.host.ts`), which gets the file's URL.
 */
import type { SocketStub } from "../../bridge/guest/socket-stub.js";

/** What a guest starts with. Comes from the host: the runtime may trust it, but for what is in it. */
export interface GuestStart {
  readonly pid: number;
  /** `argv[0]`. */
  readonly command: string;
  /** Arguments after the command's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Bytes of memory it may have, of all kinds; its process gets not much more. */
  readonly memoryBytes?: number;
  /** Its clocks go in steps of 1 ms. */
  readonly isCoarse?: boolean;
  /** Whatever a driver tells its guest half; has crossed as JSON. */
  readonly options: unknown;
  /** Bytes for the guest half, such as a WASM module; empty when there are none. */
  readonly data: Uint8Array;
}

/** Thrown by a runtime that ends its guest at a limit that it keeps. */
export class GuestLimit extends Error {
  /** Its number in `abort_at_limit`. */
  readonly limit: 0 | 1;
  readonly value: number;

  /** @param message - What the runtime says of it, for the guest's standard error. */
  constructor(limit: "heapBytes" | "wasmBytes", value: number, message: string) {
    super(message);
    this.limit = limit === "heapBytes" ? 0 : 1;
    this.value = value;
  }
}

export interface GuestRuntime {
  /**
   * Called once in a warm process before there is a guest: loads what every guest needs.
   * @param self - The runtime's file, with what its driver has added.
   */
  prepare?(self: URL): void | Promise<void>;
  /** Called once where no guest waits: loads what some guests need, who would wait for it otherwise. */
  prepareMore?(): void;
  /** Files and folders of the host that it still reads after that: where the walls can hide files, nothing else is left to see. */
  filesOfHost?(): readonly string[];
  /**
   * Called before the process says that it is ready, and each time it has: makes what the next guest needs, if that is not
   * there. A guest that comes meanwhile waits.
   */
  rest?(): void;
  /**
   * Runs one guest to its end. `stub` is its only way out of this process; a guest in an isolate has a
   * stub of its own over `stub.memory` (a subclass of `PostingStub`), whose calls `stub.carry` carries.
   * @returns the exit code, which is sent as the `exit` call. It may throw `ProcessEnded` (the kernel
   *   has ended the process). A `GuestLimit` ends the guest and this process. Anything else it throws is a broken runtime: one line on the guest's
   *   standard error, SIGABRT, and this process is not used again.
   */
  run(stub: SocketStub, start: GuestStart): number | Promise<number>;
  /** Whether this process must not serve another guest: something of the last one still runs. */
  isSpent?(): boolean;
}
