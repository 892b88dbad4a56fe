/**
 * Jobs: work that Node's library starts with `run` and hears of at once or by `ondone`. A guest has one
 * thread: an asynchronous job is done in a later turn of its loop. Arguments are checked when the job
 * is made, as Node's C++ does; what fails later is the job's result.
 */
import type { CryptoCalls } from "./calls.js";

const JOB_ASYNC = 0;
const JOB_WEB_CRYPTO = 2;

/** What a job's caller gets of it. */
type JobStart = readonly unknown[] | Promise<unknown> | undefined;

export interface Job {
  ondone: unknown;
  /** Whether it is Web Crypto's, which wants its keys as CryptoKeys. */
  readonly isOfWebCrypto: boolean;
  /** Does the work and answers its result, or throws. */
  work(): unknown;
  run(): JobStart;
}

/** @param provider - The name that async hooks know such jobs by. */
export type CryptoJobClass = abstract new (mode: number, provider: string) => Job;

/** The base class of all jobs, made for one guest. */
export function makeJobClass(crypto: CryptoCalls): CryptoJobClass {
  const { guest } = crypto;
  const asyncId = guest.symbols.async_id_symbol as symbol;

  const operationError = (cause: unknown): unknown => {
    const { lazyDOMException } = guest.require("internal/util") as {
      lazyDOMException(message: string, options: object): unknown;
    };
    const message = "The operation failed for an operation-specific reason";
    return lazyDOMException(message, { name: "OperationError", cause });
  };

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

    get isOfWebCrypto(): boolean {
      return this.#mode === JOB_WEB_CRYPTO;
    }

    abstract work(): unknown;

    run(): JobStart {
      if (this.#mode === JOB_WEB_CRYPTO) return this.#promise();
      if (this.#mode !== JOB_ASYNC) return this.#result();
      guest.loop.enqueue(() => {
        guest.callback(this, this.ondone, this.#result());
        guest.asyncContext?.emitDestroy(this);
      });
      return undefined;
    }

    /** From Node 24 on: of Web Crypto's calls, whose failures all look alike. */
    #promise(): Promise<unknown> {
      return new Promise((resolve, reject) => {
        guest.loop.enqueue(() => {
          const [error, value] = this.#result();
          if (error === undefined) resolve(value);
          else reject(operationError(error));
          guest.asyncContext?.emitDestroy(this);
        });
      });
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
