/** An error of the host's crypto as plain data: what a program sees of it, nothing of the host's stack. */

export interface CryptoFailure {
  readonly name: "Error" | "TypeError" | "RangeError";
  readonly message: string;
  /** Further properties of the error, in their order. */
  readonly details: Readonly<Record<string, string | readonly string[]>>;
}

const MESSAGE_CHARACTERS_MAX = 4096;

/** Takes what Node and OpenSSL say of a failure, and nothing else that may hang on the error. */
export function failureOf(thrown: unknown): CryptoFailure {
  if (!(thrown instanceof Error))
    return { name: "Error", message: "Operation failed", details: {} };
  const details: Record<string, string | readonly string[]> = {};
  const given = thrown as unknown as Record<string, unknown>;
  const stack = given.opensslErrorStack;
  if (Array.isArray(stack)) details.opensslErrorStack = stack.map(String);
  for (const key of ["function", "library", "reason", "code"]) {
    const value = given[key];
    if (typeof value === "string") details[key] = value;
  }
  const name =
    thrown instanceof TypeError
      ? "TypeError"
      : thrown instanceof RangeError
        ? "RangeError"
        : "Error";
  return { name, message: thrown.message.slice(0, MESSAGE_CHARACTERS_MAX), details };
}
