/**
 * How an operation of `fs` is asked for: its request comes last. None for a synchronous call, `kUsePromises` for a promise,
 * else an object whose `oncomplete` is called from the loop.
 */
import { POLLIN, S_IFMT, S_IFREG } from "../../../../kernel/constants.js";
import { isReadable, type Watcher } from "../../guest/event-loop.js";
import type { Guest } from "../../guest/guest.js";
import { utf8Decode } from "../../guest/utf8.js";

const EMFILE = -24;

export type PathArgument = string | Uint8Array;
export type Request = { oncomplete?: unknown } | symbol | undefined;

/** What an operation failed with. */
export class Failure {
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  constructor(errno: number, syscall: string, path?: PathArgument, dest?: PathArgument) {
    this.errno = errno;
    this.syscall = syscall;
    this.path = path === undefined ? undefined : pathText(path);
    this.dest = dest === undefined ? undefined : pathText(dest);
  }
}

export function pathText(path: PathArgument): string {
  return typeof path === "string" ? path : utf8Decode(path, 0, path.length);
}

export const isSynchronous = (request: Request): request is undefined =>
  request === undefined || request === null;

/** Nothing, or why not. */
export const done = (
  code: number,
  syscall: string,
  path?: PathArgument,
  dest?: PathArgument,
): Failure | undefined => (code < 0 ? new Failure(code, syscall, path, dest) : undefined);

export type FsRequests = ReturnType<typeof fsRequests>;

export function fsRequests(guest: Guest) {
  const { kernel, loop } = guest;
  const usePromises = guest.symbols.fs_use_promises_symbol as symbol;

  const toError = (failure: Failure): Error => guest.uv.exception(failure);

  class FSReqCallback {
    readonly isBigint: boolean;
    oncomplete: unknown = null;
    context: unknown;
    constructor(isBigint = false) {
      this.isBigint = isBigint;
      Object.defineProperty(this, guest.symbols.async_id_symbol as symbol, {
        value: guest.asyncContext?.newId() ?? 0,
        enumerable: false,
      });
      Object.defineProperty(this, guest.symbols.trigger_async_id_symbol as symbol, {
        value: guest.asyncContext?.triggerId() ?? 0,
        enumerable: false,
      });
      guest.asyncContext?.emitInit(this, "FSREQCALLBACK");
    }
  }

  /** Answers a request when its operation is done. */
  function complete(request: { oncomplete?: unknown }, outcome: unknown): void {
    if (outcome instanceof Failure) {
      guest.callback(request, request.oncomplete, [toError(outcome)]);
    } else if (outcome === undefined) {
      guest.callback(request, request.oncomplete, [null]);
    } else {
      guest.callback(request, request.oncomplete, [null, outcome]);
    }
    guest.asyncContext?.emitDestroy(request);
  }

  /**
   * Operations that found no descriptor free. Node raises its own limit to the machine's hard one, so programs open a thousand
   * files at once (npm, for a large tree): here they wait as long as the loop has other things to do that may close some.
   */
  const starved: { operation(): unknown; settle(outcome: unknown): void }[] = [];
  let isLastTry = false;
  const isStarved = (outcome: unknown): boolean =>
    outcome instanceof Failure && outcome.errno === EMFILE;

  function enqueue(operation: () => unknown, settle: (outcome: unknown) => void): void {
    loop.enqueue(() => {
      const outcome = operation();
      if (!isStarved(outcome)) return settle(outcome);
      if (starved.length === 0) loop.enqueue(feed);
      starved.push({ operation, settle });
    });
  }

  /** Tries again what found no descriptor; when a whole round has had nothing else to do, the first one has failed. */
  function feed(): void {
    for (let first = starved[0]; first; first = starved[0]) {
      const outcome = first.operation();
      const isBusy = loop.hasQueued;
      if (isStarved(outcome) && (isBusy || !isLastTry)) {
        isLastTry = !isBusy;
        loop.enqueue(feed);
        return;
      }
      isLastTry = false;
      starved.shift();
      first.settle(outcome);
    }
  }

  /** Runs an operation the way its request asks for. */
  function perform(request: Request, operation: () => unknown, context?: object): unknown {
    if (isSynchronous(request)) {
      const outcome = operation();
      if (!(outcome instanceof Failure)) return outcome;
      if (context === undefined) throw toError(outcome);
      const error = toError(outcome) as Error & Record<string, unknown>;
      Object.assign(context, {
        errno: outcome.errno,
        code: error.code,
        syscall: outcome.syscall,
        ...(outcome.path === undefined ? {} : { path: outcome.path }),
        ...(outcome.dest === undefined ? {} : { dest: outcome.dest }),
      });
      return undefined;
    }
    if (request === usePromises) {
      return new Promise((resolve, reject) => {
        enqueue(operation, (outcome) => {
          if (outcome instanceof Failure) reject(toError(outcome));
          else resolve(outcome);
          guest.runTicks();
        });
      });
    }
    enqueue(operation, (outcome) => complete(request as { oncomplete?: unknown }, outcome));
    return undefined;
  }

  /** Like `perform`, for a read that may have to wait for its descriptor. */
  function performWhenReadable(
    fd: number,
    request: Request,
    operation: () => unknown,
    context?: object,
  ): unknown {
    if (isSynchronous(request)) return perform(request, operation, context);
    const stat = kernel.fstat(fd);
    if (typeof stat === "number" || (stat.mode & S_IFMT) === S_IFREG) {
      return perform(request, operation, context);
    }
    const finish = (settle: (outcome: unknown) => void): void => {
      const watcher: Watcher = {
        fd,
        events: POLLIN,
        isReferenced: true,
        onReady(happened) {
          if (!isReadable(happened)) return;
          loop.unwatch(watcher);
          settle(operation());
        },
      };
      loop.watch(watcher);
    };
    if (request === usePromises) {
      return new Promise((resolve, reject) => {
        finish((outcome) => {
          if (outcome instanceof Failure) reject(toError(outcome));
          else resolve(outcome);
          guest.runTicks();
        });
      });
    }
    finish((outcome) => complete(request as { oncomplete?: unknown }, outcome));
    return undefined;
  }

  return { FSReqCallback, usePromises, toError, perform, performWhenReadable };
}
