/** A policy's answer as the outcome of a call. */
import { awaited } from "./awaited.js";
import type { Errno } from "./errno.js";
import type { Outcome } from "./wait.js";

/** Undefined: allowed. */
export type Verdict = undefined | Errno;

export function outcomeOf(verdict: Verdict | Promise<Verdict>): Outcome<undefined> {
  return verdict instanceof Promise ? awaited<undefined>(verdict) : verdict;
}
