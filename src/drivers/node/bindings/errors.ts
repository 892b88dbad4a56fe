/** `errors`: stack traces, and errors that nobody catches. */

import type { Binding, Guest } from "../guest/guest.js";
import type { StackTraces } from "../guest/stack-traces.js";

export function errorsBinding(guest: Guest, stacks: StackTraces): Binding {
  return {
    setPrepareStackTraceCallback: (callback: never) => stacks.setCallback(callback),
    setGetSourceMapErrorSource: (getter: never) => stacks.setSourceGetter(getter),
    setSourceMapsEnabled: (isEnabled: boolean) => stacks.useSourceMaps(isEnabled),
    setMaybeCacheGeneratedSourceMap() {},
    setEnhanceStackForFatalException: (before: never, after: never) =>
      stacks.setEnhancers(before, after),
    noSideEffectsToString: (value: unknown) => describe(value),
    /** Where an error was made, or an object that `Error.captureStackTrace` was called with. */
    getErrorSourcePositions(error: unknown) {
      const [scriptResourceName, lineNumber, startColumn, , sourceLine] =
        guest.native.placeOfError(error) ?? [];
      return { __proto__: null, sourceLine, scriptResourceName, lineNumber, startColumn };
    },
    triggerUncaughtException: (error: unknown, fromPromise: boolean) =>
      guest.uncaught(error, fromPromise),
  };
}

/** As V8's NoSideEffectsToString, near enough. */
function describe(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "symbol") return value.toString();
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  if (value === null) return "null";
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return `#<${value.constructor?.name ?? "Object"}>`;
}
