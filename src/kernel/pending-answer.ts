/**
 * A question whose answer is read from a descriptor: an event loop polls it beside all else. Reading
 * gives the answer's bytes and then the end of the file, or the error that there is instead of them.
 */
import { O_RDONLY, POLLERR, POLLIN } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { syntheticStat, type VirtualStat } from "./stat.js";
import { Blocked, type Outcome, type WaitQueue } from "./wait.js";

export class PendingAnswer extends FileDescription {
  override readonly kind = "answer";
  #outcome: Outcome<Uint8Array>;
  #position = 0;
  override pollQueues: readonly WaitQueue[] = [];

  /** @param outcome - The answer, or what it waits for. */
  constructor(outcome: Outcome<Uint8Array>) {
    super(O_RDONLY);
    this.#outcome = outcome;
    this.#look(outcome);
  }

  /** What there is by now. */
  #look(outcome: Outcome<Uint8Array>): Outcome<Uint8Array> {
    this.#outcome = outcome;
    this.pollQueues = outcome instanceof Blocked ? outcome.queues : [];
    return outcome;
  }

  #settled(): Outcome<Uint8Array> {
    const outcome = this.#outcome;
    return outcome instanceof Blocked ? this.#look(outcome.retry()) : outcome;
  }

  override read(target: Uint8Array): Outcome<number> {
    const answer = this.#settled();
    if (answer instanceof Errno) return answer;
    if (answer instanceof Blocked) {
      return new Blocked<number>({ queues: answer.queues, retry: () => this.read(target) });
    }
    const part = answer.subarray(this.#position, this.#position + target.length);
    target.set(part);
    this.#position += part.length;
    return part.length;
  }

  override write(): Errno {
    return errno.EBADF;
  }

  override poll(): number {
    const answer = this.#settled();
    if (answer instanceof Blocked) return 0;
    return answer instanceof Errno ? POLLIN | POLLERR : POLLIN;
  }

  override stat(): VirtualStat {
    return syntheticStat(0o400);
  }
}
