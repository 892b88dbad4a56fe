/** The line that an error comes from, as Node shows it above the stack. */
import type { Guest } from "./guest.js";
import type { Place } from "./native.js";
import type { StackTraces } from "./stack-traces.js";
import { visiblePlace } from "./visible-place.js";

/** Its file, the line and carets below: of what a source map leads to, where maps are switched on. */
export function errorArrow(
  guest: Guest,
  stacks: StackTraces,
  error: unknown,
  place: Place | undefined,
): string | undefined {
  const visible = visiblePlace(guest, stacks, error, place);
  if (!visible) return undefined;
  const [file, line, column] = visible;
  return stacks.mappedSource(file, line, column) ?? arrowOf(visible);
}

/** A place as Node shows it. */
export function arrowOf(place: Place): string | undefined {
  const [file, line, column, endColumn, text] = place;
  if (text === undefined || typeof file !== "string") return undefined;
  // Node keeps tabs, so that the carets stand right.
  const indent = text.slice(0, column).replace(/[^\t]/g, " ");
  return `${file}:${line}\n${text}\n${indent}${"^".repeat(Math.max(0, endColumn - column))}\n`;
}
