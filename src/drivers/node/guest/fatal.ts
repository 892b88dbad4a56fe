/** The report of an error that ends the process, as Node prints it. */
import { errorArrow } from "./error-arrow.js";
import type { Guest } from "./guest.js";
import type { Place } from "./native.js";
import type { StackTraces } from "./stack-traces.js";
import { utf8Encode } from "./utf8.js";

export function makeFatalReport(
  guest: Guest,
  stacks: StackTraces,
): (error: unknown, place: Place | undefined) => void {
  const print = (text: string): void => {
    guest.kernel.writeFully(2, utf8Encode(text), -1);
  };

  return (error, place) => {
    const version = `\nNode.js v${guest.configuration.versions.node}\n`;
    // Its stack is made when it is first looked at, and with it what `visiblePlace` asks for.
    const stack = (error as { stack?: unknown } | null)?.stack;
    const arrow = errorArrow(guest, stacks, error, place);
    if (typeof error !== "object" || error === null) {
      const where = arrow ?? "Uncaught:\n";
      print(
        `${where}${describe(error)}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)\n${version}`,
      );
      return;
    }
    const symbols = guest.privateSymbols;
    const given = (error as Record<symbol, unknown>)[symbols.get("arrow_message_private_symbol")];
    const isDecorated =
      (error as Record<symbol, unknown>)[symbols.get("decorated_private_symbol")] === true;
    const text = stacks.enhanced(error) ?? (typeof stack === "string" ? stack : describe(error));
    const shown = typeof given === "string" ? given : arrow;
    const prefix = shown && !isDecorated ? `${shown}\n` : "";
    const uncaught = typeof stack === "string" || prefix ? "" : "Uncaught:\n";
    print(`${prefix}${uncaught}${text}\n${version}`);
  };
}

function describe(value: unknown): string {
  try {
    return typeof value === "symbol" ? value.toString() : String(value);
  } catch {
    return "[object]";
  }
}
