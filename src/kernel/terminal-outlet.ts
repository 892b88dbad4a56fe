/**
 * Reads a terminal's master for the host application: what is printed goes to a consumer, chunk by chunk,
 * the next one when the consumer has taken the last. Until then programs that print wait.
 */
import { Errno, errno } from "./errno.js";
import type { OutputConsumer } from "./output-sink.js";
import { ParkingLot } from "./parking.js";
import type { PtyMaster } from "./pty-master.js";
import { Blocked, type Outcome } from "./wait.js";

const CHUNK_BYTES = 64 * 1024;

export class TerminalOutlet {
  readonly #master: PtyMaster;
  readonly #consumer: OutputConsumer;
  readonly #parking = new ParkingLot();
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  /** Set while the consumer works on a chunk. */
  #isBusy = false;
  /** Set by `finish`: how many bytes are still to be delivered, and who is told then. */
  #last: { bytes: number; readonly done: () => void } | null = null;

  constructor(master: PtyMaster, consumer: OutputConsumer) {
    this.#master = master;
    this.#consumer = consumer;
  }

  /** Reads and delivers, from now on until `finish`. */
  start(): void {
    while (!this.#isBusy) {
      if (this.#last?.bytes === 0) {
        this.#last.done();
        return;
      }
      const count = this.#read();
      if (count instanceof Blocked) {
        this.#parking.park(count, (result) => {
          this.#deliver(result);
          this.start();
        });
        return;
      }
      this.#deliver(count);
    }
  }

  /** Delivers what is printed by now, and stops. */
  finish(): Promise<void> {
    return new Promise((done) => {
      this.#last = { bytes: this.#master.pty.discipline.output.bytes.length, done };
      // A read that waits ends, and the loop goes on to see that nothing is left.
      this.#parking.cancelAll(errno.EINTR);
    });
  }

  /** Reads the master. When nobody has the slave open, somebody may open it again. */
  #read(): Outcome<number> {
    const outcome = this.#master.read(this.#buffer);
    if (!(outcome instanceof Errno) && !(outcome instanceof Blocked)) return outcome;
    const queues = [this.#master.pty.masterReadable];
    return new Blocked<number>({ queues, retry: () => this.#read() });
  }

  #deliver(count: number | Errno): void {
    if (typeof count !== "number") return;
    if (this.#last) this.#last.bytes = Math.max(0, this.#last.bytes - count);
    const accepted = this.#offer(this.#buffer.subarray(0, count));
    if (!(accepted instanceof Promise)) return;
    this.#isBusy = true;
    const proceed = (): void => {
      this.#isBusy = false;
      this.start();
    };
    // A rejection is the host's own bug: it surfaces as its unhandled rejection, and output goes on.
    accepted.finally(proceed);
  }

  /** A callback that throws is taken like one whose promise is rejected. */
  #offer(data: Uint8Array): void | Promise<void> {
    try {
      return this.#consumer.take(data);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }
}
