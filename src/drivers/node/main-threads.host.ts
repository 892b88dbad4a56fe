/** The threads of a guest in a guest host process as its main thread sees them: the keeper is made with the first worker. */
import { createRequire } from "node:module";
import type Threads from "node:worker_threads";
import type { Worker } from "node:worker_threads";
import { countIsolates } from "../host/walls.host.js";
import type { ContainerFiles } from "./container-tools.host.js";
import type { GuestProgram } from "./guest-program.js";
import { type ContainerThreads, clockOrigin } from "./isolate-container.host.js";
import type { KeeperData, KeeperMessage } from "./node-keeper.host.js";
import { BOARD_BYTES } from "./worker-board.js";

const THREADS_FD = 4;

export class MainThreads implements ContainerThreads {
  readonly group: number;
  readonly board = new SharedArrayBuffer(BOARD_BYTES);
  readonly thread = 0;
  readonly originMs = clockOrigin();
  /** Of the guest, before it runs. */
  program: GuestProgram | null = null;
  readonly #files: Required<ContainerFiles>;
  #keeper: Worker | null = null;

  constructor(group: number, files: Required<ContainerFiles>) {
    this.group = group;
    this.#files = files;
  }

  /** Whether the guest had workers: what they left can't be told from the next guest's. */
  get wereUsed(): boolean {
    return this.#keeper !== null;
  }

  start(request: string): void {
    this.#post({ kind: "start", request });
  }

  stop(thread: number): void {
    if (this.#keeper) this.#post({ kind: "stop", thread });
  }

  #post(message: KeeperMessage): void {
    this.#keeper ??= this.#makeKeeper();
    this.#keeper.postMessage(message);
  }

  #makeKeeper(): Worker {
    const { group, board, originMs, program } = this;
    if (!program) throw new Error("a worker before its process");
    const { bundle, ...caches } = this.#files;
    const workerData: KeeperData = {
      group: { group, board, originMs, program },
      fd: THREADS_FD,
      bundle: bundle.href,
      ...caches,
    };
    // Its thread stays as long as the process.
    countIsolates(1);
    // Most guests have no workers, and the module takes 4 ms to load.
    const { Worker } = createRequire(import.meta.url)("node:worker_threads") as typeof Threads;
    return new Worker(new URL("./node-keeper.js", import.meta.url), { workerData });
  }
}
