/**
 * The signals a process has got and not dealt with: blocked ones, those that came while it was
 * stopped, and caught ones that its program has not taken. A standard signal is there once however
 * often it came; real-time signals queue up, each with its own information, to a limit.
 */
import { queuedSignals } from "./limits.js";
import type { SignalInfo } from "./signal-info.js";
import { SignalSet } from "./signal-set.js";
import { SIGRTMIN } from "./signals.js";

export class PendingSignals {
  readonly #set = new SignalSet();
  readonly #queues = new Map<number, SignalInfo[]>();
  #length = 0;

  get isEmpty(): boolean {
    return this.#set.isEmpty;
  }

  /** Which signals are there; not to be changed. */
  get set(): SignalSet {
    return this.#set;
  }

  /** Whether `signal` can be added. */
  hasRoomFor(signal: number): boolean {
    return signal < SIGRTMIN || this.#length < queuedSignals;
  }

  /** False: the queue of real-time signals is full, and this one is lost. */
  add(info: SignalInfo): boolean {
    const { signal } = info;
    const queue = this.#queues.get(signal);
    if (queue && signal < SIGRTMIN) return true;
    if (!this.hasRoomFor(signal)) return false;
    if (queue) queue.push(info);
    else this.#queues.set(signal, [info]);
    this.#length++;
    this.#set.add(signal);
    return true;
  }

  has(signal: number): boolean {
    return this.#set.has(signal);
  }

  /** Forgets a signal, however often it is queued. */
  delete(signal: number): void {
    this.#length -= this.#queues.get(signal)?.length ?? 0;
    this.#queues.delete(signal);
    this.#set.delete(signal);
  }

  /** Removes the oldest instance of a signal and answers it. */
  take(signal: number): SignalInfo | undefined {
    const queue = this.#queues.get(signal);
    const info = queue?.shift();
    if (!queue || !info) return undefined;
    this.#length--;
    if (queue.length > 0) return info;
    this.#queues.delete(signal);
    this.#set.delete(signal);
    return info;
  }
}
