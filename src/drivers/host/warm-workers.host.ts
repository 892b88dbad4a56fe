/**
 * Worker threads kept warm: making one costs tens of milliseconds, handing it a task some
 * microseconds. Idle workers do not keep the host application alive, working ones do.
 */
import { type MessagePort, Worker } from "node:worker_threads";

/** How long a thread may take to end by itself. */
const FAREWELL_MS = 2000;
/** Of the native stack, in MiB. */
const STACK_SIZE_MB = 16;

export class WarmWorker<Message> {
  readonly #worker: Worker;
  /** Resolves when the thread has loaded its file, which it tells by a message, or is gone. */
  readonly #loaded: Promise<void>;
  #isDead = false;
  /** Called when the thread ends by itself: a crash, or out of memory. */
  onDeath: (() => void) | null = null;

  /**
   * @param execArgv - Node's own options for the thread.
   * @param ports - In `workerData`, the thread's from now on.
   */
  constructor(
    entry: URL,
    workerData: unknown,
    execArgv: readonly string[] = [],
    ports: readonly MessagePort[] = [],
  ) {
    this.#worker = new Worker(entry, {
      workerData,
      transferList: [...ports],
      // Nothing of the host application: a guest's thread starts with empty hands.
      env: {},
      argv: [],
      execArgv: [...execArgv],
      stdin: false,
      trackUnmanagedFds: false,
      // A shell's recursion (functions, nested substitutions) is bounded by the shell, which says so;
      // Node's 4 MB would end it first, with a trap.
      resourceLimits: { stackSizeMb: STACK_SIZE_MB },
    });
    this.#worker.unref();
    this.#loaded = new Promise((resolve) => {
      this.#worker.once("message", () => resolve());
      this.#worker.once("exit", () => resolve());
    });
    // The 'exit' event follows and is what counts; without a listener the host would crash.
    this.#worker.on("error", () => {});
    this.#worker.on("exit", () => {
      this.#isDead = true;
      this.onDeath?.();
    });
  }

  post(message: Message): void {
    this.#worker.postMessage(message);
  }

  /** Keeps the host alive while the worker works. */
  setBusy(isBusy: boolean): void {
    if (isBusy) this.#worker.ref();
    else this.#worker.unref();
  }

  /**
   * Ends the thread, whatever it is doing.
   * @param farewell - A message upon which it ends by itself; it is given FAREWELL_MS for that.
   */
  async end(farewell: Message | undefined): Promise<void> {
    if (this.#isDead) return;
    if (farewell === undefined) {
      this.onDeath = null;
      // Who waits for the end waits for this as well.
      this.#worker.ref();
      // Node leaves the file open for ever whose reading is cut off.
      await this.#loaded;
      await this.#worker.terminate();
      return;
    }
    const ended = new Promise<void>((resolve) => {
      this.onDeath = resolve;
    });
    this.post(farewell);
    const timer = setTimeout(() => void this.#worker.terminate(), FAREWELL_MS);
    await ended;
    clearTimeout(timer);
  }
}
