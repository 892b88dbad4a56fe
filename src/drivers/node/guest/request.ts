/**
 * Requests as Node's library sees them: objects that an operation carries until it is done. They get
 * an asynchronous identity when the operation begins, and lose it with their callback.
 */
import type { Guest } from "./guest.js";

export interface Request {
  oncomplete?: unknown;
  /** What there is to say of a failure. */
  error?: string;
}

/** What a request's class has in Node: its constructor takes nothing. */
export type RequestClass = new () => Request;

/** A class of requests, named as Node names it. */
export function makeRequestClass(guest: Guest, name: string): RequestClass {
  const idKey = guest.symbols.async_id_symbol as symbol;
  return {
    [name]: class {
      getAsyncId(): number {
        const id = (this as Record<PropertyKey, unknown>)[idKey];
        return typeof id === "number" ? id : -1;
      }
      getProviderType(): number {
        return 0;
      }
    },
  }[name] as RequestClass;
}

/** The operation of a request begins. */
export function beginRequest(guest: Guest, request: object, type: string): void {
  Object.defineProperty(request, guest.symbols.async_id_symbol as symbol, {
    value: guest.asyncContext?.newId() ?? 0,
    enumerable: false,
    configurable: true,
    writable: true,
  });
  guest.asyncContext?.emitInit(request, type);
}

/** Calls back a request whose operation is done. */
export function completeRequest(guest: Guest, request: Request, args: readonly unknown[]): void {
  guest.callback(request, request.oncomplete, args);
  guest.asyncContext?.emitDestroy(request);
}
