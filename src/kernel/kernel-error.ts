/**
 * `KernelError`: what the host-facing API throws or rejects with. Inside the kernel errors are
 * `Errno` values; `orThrow` is the one place where a value becomes an exception.
 */
import type { LimitReached } from "./call-limits.js";
import { Errno, type ErrnoCode, errno } from "./errno.js";

/** The codes a `KernelError` can carry: Linux's error names. */
export type KernelErrorCode = ErrnoCode;

export class KernelError extends Error {
  override readonly name = "KernelError";
  /** The error's stable code, such as `ENOENT`. */
  readonly code: KernelErrorCode;
  /** The limit that a start was refused for. */
  declare limit?: LimitReached;
  /** For a timed out `exec`: what the command had written to stdout until then. */
  declare stdout?: string;
  /** For a timed out `exec`: what the command had written to stderr until then. */
  declare stderr?: string;

  /**
   * @param code - Linux's name of the error.
   * @param detail - What it was about, such as a path; appended to the error's text.
   */
  constructor(code: KernelErrorCode, detail?: string, options?: ErrorOptions) {
    const text = `${code}: ${errno[code].message}`;
    super(detail === undefined ? text : `${text}, ${detail}`, options);
    this.code = code;
  }
}

/** Returns `result`, or throws it as a `KernelError` when it is an `Errno`. */
export function orThrow<T>(result: T | Errno, detail?: string): T {
  if (result instanceof Errno) throw new KernelError(result.code, detailOf(result, detail));
  return result;
}

/** `detail` with the reason of a policy that refused. */
export function detailOf(error: Errno, detail: string | undefined): string | undefined {
  if (error.reason === undefined) return detail;
  return detail === undefined ? error.reason : `${detail}: ${error.reason}`;
}
