/**
 * Standard streams of drivers that work with callbacks: what such a driver emits is written to the
 * process's descriptors 1 and 2, and what arrives at descriptor 0 is handed to `writeStdin`. So
 * every process has descriptors, whatever its driver, and output has one path.
 */
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import { KernelError } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { ParkedCall } from "./parking.js";
import type { Process } from "./process.js";
import type { DriverProcess } from "./runtime-driver.js";
import { SIGPIPE } from "./signals.js";
import { Blocked } from "./wait.js";

const CHUNK_BYTES = 64 * 1024;

/** Chunks on their way to one descriptor of a process, in order. */
export class DriverOutput {
  readonly #tables: KernelTables;
  readonly #process: Process;
  readonly #fd: number;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** Set while the first chunk is being written: what comes meanwhile goes behind it. */
  #isWriting = false;
  #onEmpty: (() => void) | null = null;

  constructor(tables: KernelTables, process: Process, fd: number) {
    this.#tables = tables;
    this.#process = process;
    this.#fd = fd;
  }

  /** Queues a chunk; throws ENOSPC when a reader is so slow that the queue's limit is reached. */
  readonly emit = (data: Uint8Array | string): void => {
    if (!this.#process.isRunning) return;
    const chunk = typeof data === "string" ? new TextEncoder().encode(data) : data.slice();
    const limit = this.#tables.limits.queuedBytes;
    if (this.#isWriting && this.#queuedBytes + chunk.length > limit) {
      throw new KernelError("ENOSPC", `queuedBytes limit of ${limit} reached: nobody reads`);
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (!this.#isWriting) this.#start();
  };

  /** Calls back once everything queued has been written. */
  whenEmpty(callback: () => void): void {
    if (this.#queue.length === 0) callback();
    else this.#onEmpty = callback;
  }

  /** The chunk to write; a process that has ended says nothing more. */
  #next(): Uint8Array | undefined {
    return this.#process.isRunning ? this.#queue[0] : undefined;
  }

  /** Begins to write, now or when the process is continued. */
  #start(): void {
    this.#isWriting = true;
    this.#process.gate.pass(() => this.#drain());
  }

  #drain(): void {
    for (let chunk = this.#next(); chunk; chunk = this.#next()) {
      const description = this.#process.fds.get(this.#fd);
      const written =
        description instanceof Errno ? chunk.length : description.write(chunk, this.#process);
      if (written instanceof Blocked) {
        this.#process.parked.park(written, (result) => {
          this.#written(chunk, result);
          this.#start();
        });
        return;
      }
      this.#written(chunk, written);
    }
    this.#isWriting = false;
    this.#onEmpty?.();
    this.#onEmpty = null;
  }

  #written(chunk: Uint8Array, result: number | Errno): void {
    if (result === errno.EPIPE) this.#tables.processes.deliver(this.#process, SIGPIPE);
    const taken = typeof result === "number" ? result : chunk.length;
    this.#queuedBytes -= taken;
    if (taken < chunk.length) this.#queue[0] = chunk.subarray(taken);
    else this.#queue.shift();
  }
}

/** Hands descriptor 0 to a driver's `writeStdin`, chunk by chunk, then `closeStdin`. */
export class StdinPump {
  readonly #process: Process;
  readonly #driverProcess: DriverProcess;
  readonly #source: FileDescription;
  #waiting: ParkedCall<number> | null = null;
  #isStopped = false;

  constructor(process: Process, driverProcess: DriverProcess, source: FileDescription) {
    this.#process = process;
    this.#driverProcess = driverProcess;
    this.#source = source;
  }

  /** Begins, unless the driver has shown by then that it reads descriptor 0 itself. */
  start(): void {
    // A driver that reads by itself does so in its spawn, or in the microtasks right after it.
    setTimeout(() => this.#readMore(), 0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#waiting?.abandon();
  }

  #readMore(): void {
    this.#process.gate.pass(() => this.#readNow());
  }

  #readNow(): void {
    if (this.#isStopped || !this.#process.isRunning || this.#process.readsDescriptors) return;
    const buffer = new Uint8Array(CHUNK_BYTES);
    const count = this.#source.read(buffer, this.#process);
    if (count instanceof Blocked) {
      this.#waiting = this.#process.parked.park(count, (result) => this.#deliver(buffer, result));
    } else {
      this.#deliver(buffer, count);
    }
  }

  #deliver(buffer: Uint8Array, count: number | Errno): void {
    this.#waiting = null;
    if (this.#isStopped || !this.#process.isRunning) return;
    if (count instanceof Errno || count === 0) {
      this.#end();
      return;
    }
    const chunk = buffer.slice(0, count);
    // A driver that throws is taken like one whose promise is rejected.
    const accepted = new Promise<void>((resolve) => {
      resolve(this.#driverProcess.writeStdin(chunk));
    });
    accepted.then(
      () => this.#readMore(),
      () => this.#end(),
    );
  }

  #end(): void {
    try {
      this.#driverProcess.closeStdin();
    } catch {
      // The driver's own bug: whoever happens to write or close here shall not hear of it.
    }
  }
}
