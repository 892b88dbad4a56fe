/** Where an error comes from, as a program may see it. */
import type { Guest } from "./guest.js";
import type { Place } from "./native.js";
import { OWN_FILE, type StackTraces } from "./stack-traces.js";

/**
 * The place of an error that was thrown at `place`: one that a shim threw comes from the library's call of it, as Node's
 * own do from their call. Its stack has to have been looked at.
 */
export function visiblePlace(
  guest: Guest,
  stacks: StackTraces,
  error: unknown,
  place: Place | undefined,
): Place | undefined {
  if (!place?.[0]?.startsWith(OWN_FILE)) return place;
  const caller = stacks.callerOf(error as object);
  if (!caller?.file.startsWith("node:")) return undefined;
  const { file, line, column } = caller;
  const source = guest.hooks.compute("builtinSource", file.slice(5)) as string | undefined;
  return [file, line, column - 1, column, source?.split("\n")[line - 1]];
}
