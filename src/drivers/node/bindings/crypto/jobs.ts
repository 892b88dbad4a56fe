/**
 * Jobs: work that Node's library starts with `run` and hears of at once or by `ondone`. A guest has one
 * thread: an asynchronous job is done in a later turn of its loop. Arguments are checked when the job
 * is made, as Node's C++ does; what fails later is the job's result.
 */
import type { CryptoCalls } from "./calls.js";

const JOB_ASYNC = 0;

export interface Job {
  ondone: unknown;
  /** Does the work and answers its result, or throws. */
  work(): unknown;
  run(): readonly unknown[] | undefined;
}

/** @param provider - The name that async hooks know such jobs by. */
export type CryptoJobClass = abstract new (mode: number, provider: string) => Job;

/** The base class of all jobs, made for one guest. */
export function makeJobClass(crypto: CryptoCalls): CryptoJobClass {
  const { guest } = crypto;
  const asyncId = guest.symbols.async_id_symbol as symbol;

  abstract class CryptoJob implements Job {
    ondone: unknown;
    readonly #mode: number;

    constructor(mode: number, provider: string) {
      this.#mode = mode;
      Object.defineProperty(this, asyncId, {
        value: guest.asyncContext?.newId() ?? 0,
        enumerable: false,
        configurable: true,
        writable: true,
      });
      guest.asyncContext?.emitInit(this, provider);
    }

    abstract work(): unknown;

    run(): readonly unknown[] | undefined {
      if (this.#mode !== JOB_ASYNC) return this.#result();
      guest.loop.enqueue(() => {
        guest.callback(this, this.ondone, this.#result());
        guest.asyncContext?.emitDestroy(this);
      });
      return undefined;
    }

    #result(): readonly unknown[] {
      try {
        return [undefined, this.work()];
      } catch (error) {
        return [error, undefined];
      }
    }
  }
  return CryptoJob;
}
