/** A connection on its way out: what a socket waits for. It settles once, and abandoned ends are closed. */
import type { Errno } from "./errno.js";
import { StreamEnd } from "./stream-end.js";
import type { PendingStream } from "./stream-socket.js";
import { WaitQueue } from "./wait.js";

export class OutgoingStream implements PendingStream {
  readonly settled = new WaitQueue();
  result: StreamEnd | Errno | undefined;
  readonly #abort = new AbortController();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  settle(result: StreamEnd | Errno): void {
    if (this.signal.aborted && result instanceof StreamEnd) result.close(true);
    if (this.result) return;
    this.result = result;
    this.settled.wake();
  }

  abandon(): void {
    this.#abort.abort();
    if (this.result instanceof StreamEnd) this.result.close(true);
  }
}
