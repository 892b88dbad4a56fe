/**
 * Where the output of a top-level process goes when it does not go to a descriptor: into a bounded
 * capture, to a host callback, or both ends in turn. It is the write end of nothing: it never has
 * a reader to lose, so writers never see EPIPE.
 */
import { O_WRONLY, POLLOUT, S_IFIFO } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { GrowingBytes } from "./growing-bytes.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** A host callback for output; a promise it returns is awaited before the next chunk. */
export type OutputCallback = (data: Uint8Array) => void | Promise<void>;

/** Takes output. Answers a promise when it wants the next chunk only later. */
export interface OutputConsumer {
  /** @param data - Valid during the call only: what is kept must be copied. */
  take(data: Uint8Array): void | Promise<void>;
  /** Resolves when it has dealt with what it took beside `take`; undefined when there is nothing. */
  settled?(): Promise<void> | undefined;
}

/** Keeps the first `limit` bytes and counts the rest. */
export class HeadCapture implements OutputConsumer {
  readonly #limit: number;
  readonly #kept = new GrowingBytes();
  /** How many bytes came, kept or not. */
  #totalBytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isTruncated(): boolean {
    return this.#totalBytes > this.#kept.length;
  }

  take(data: Uint8Array): void {
    this.#totalBytes += data.length;
    this.#kept.append(data.subarray(0, this.#limit - this.#kept.length));
  }

  bytes(): Uint8Array {
    return this.#kept.view().slice();
  }

  text(): string {
    return new TextDecoder().decode(this.#kept.view());
  }
}

/** Keeps the last `limit` bytes for a callback that comes late, then hands everything on to it. */
export class LateOutput implements OutputConsumer {
  readonly #limit: number;
  readonly #kept = new GrowingBytes();
  #callback: OutputCallback | null;
  /** Set while a callback that came late works on what was kept: the next chunk waits for it. */
  #replay: Promise<void> | undefined;

  constructor(limit: number, callback: OutputCallback | null) {
    this.#limit = limit;
    this.#callback = callback;
  }

  get callback(): OutputCallback | null {
    return this.#callback;
  }

  /** Sets who gets the output; what was kept until now goes to it at once, and before anything else. */
  set callback(callback: OutputCallback | null) {
    this.#callback = callback;
    if (!callback || this.#kept.length === 0) return;
    const kept = this.#kept.view().slice();
    this.#kept.clear();
    const accepted = offer({ take: callback }, kept);
    if (!(accepted instanceof Promise)) return;
    this.#replay = new Promise((resolve) => {
      // A rejection surfaces as the host's own, and output goes on.
      accepted.finally(() => {
        this.#replay = undefined;
        resolve();
      });
    });
  }

  settled(): Promise<void> | undefined {
    return this.#replay;
  }

  take(data: Uint8Array): void | Promise<void> {
    const replay = this.#replay;
    if (replay) {
      const copy = data.slice();
      return replay.then(() => this.take(copy));
    }
    if (this.#callback) return this.#callback(data.slice());
    this.#kept.append(data.subarray(Math.max(0, data.length - this.#limit)));
    this.#kept.dropFirst(Math.max(0, this.#kept.length - this.#limit));
  }
}

export class OutputSink extends FileDescription {
  override readonly kind = "sink";
  #consumer: OutputConsumer | null;
  /** Set while the consumer works on a chunk: writers wait. */
  #isBusy = false;
  readonly #drained = new WaitQueue();

  constructor(consumer: OutputConsumer) {
    super(O_WRONLY);
    this.#consumer = consumer;
    this.pollQueues = [this.#drained];
  }

  override readonly pollQueues: FileDescription["pollQueues"];

  override read(): Errno {
    return errno.EBADF;
  }

  override write(data: Uint8Array): Outcome<number> {
    if (this.#isBusy) {
      return new Blocked({ queues: [this.#drained], retry: () => this.write(data) });
    }
    if (data.length === 0 || !this.#consumer) return data.length;
    const accepted = offer(this.#consumer, data);
    if (accepted instanceof Promise) this.#waitFor(accepted);
    return data.length;
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFIFO | 0o600);
  }

  override poll(): number {
    return this.#isBusy ? 0 : POLLOUT;
  }

  /** Resolves when the consumer has taken everything that was written. */
  async drained(): Promise<void> {
    await this.#consumer?.settled?.();
    while (this.#isBusy) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#drained.delete(wake);
          resolve();
        };
        this.#drained.add(wake);
      });
    }
  }

  /** From now on output is taken and dropped. */
  disconnect(): void {
    this.#consumer = null;
  }

  #waitFor(accepted: Promise<void>): void {
    this.#isBusy = true;
    const proceed = () => {
      this.#isBusy = false;
      this.#drained.wake();
    };
    // A rejection is the host's own bug: it surfaces as its unhandled rejection, and output goes on.
    accepted.finally(proceed);
  }
}

/** Hands `data` over; a callback that throws is taken like one whose promise is rejected. */
function offer(consumer: OutputConsumer, data: Uint8Array): void | Promise<void> {
  try {
    return consumer.take(data);
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}
