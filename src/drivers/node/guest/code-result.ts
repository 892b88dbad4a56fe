/**
 * The value that a program of the host application's hands back: what it gave to `globalThis.__return`, else its
 * default export. It is written when the guest ends, however it does that by itself. What is written is data to the
 * host, which believes nothing of it: the guest may write there, too.
 */
import { decodeValue, encodeValue } from "../value-encoding.js";
import type { Guest } from "./guest.js";
import { utf8Encode } from "./utf8.js";

/** Puts `__return` into the guest's globals, and sees to what is handed back. */
export function installResult(guest: Guest, resultFd: number): void {
  let given: string | undefined;
  const give = (value: unknown): void => {
    // Encoded at once: what changes later is not what was given, and who gives what can't be given hears of it.
    given = encodeValue(value);
  };
  Object.defineProperty(globalThis, "__return", { get: () => give, set: give, configurable: true });
  // For programs that take calls: they take it before any other code runs.
  const values = { encode: encodeValue, decode: decodeValue };
  const key = Symbol.for("secure-exec.values");
  Object.defineProperty(globalThis, key, { value: values, configurable: true });
  guest.onExit = (code) => {
    try {
      const text = given ?? exported(guest);
      if (text !== undefined) guest.kernel.writeFully(resultFd, utf8Encode(text), -1);
      return code;
    } catch (error) {
      const problem = error instanceof Error ? `${error.name}: ${error.message}` : "a bad value";
      guest.kernel.writeFully(2, utf8Encode(`export default: ${problem}\n`), -1);
      return code || 1;
    }
  };
}

/** The default export, encoded. */
function exported(guest: Guest): string | undefined {
  const namespace = guest.codeNamespace?.();
  if (!namespace || !("default" in namespace)) return undefined;
  let value: unknown;
  try {
    value = namespace.default;
  } catch {
    // The program has ended before it came to its export.
    return undefined;
  }
  return encodeValue(value);
}
