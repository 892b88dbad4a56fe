/** The report of an error that ends the process, as Node prints it. */
import { O_RDONLY } from "../../../kernel/constants.js";
import type { Guest } from "./guest.js";
import type { ErrorOrigin, StackTraces } from "./stack-traces.js";
import { utf8Decode, utf8Encode } from "./utf8.js";

/** How far behind the place an error was made its `throw` is looked for. */
const THROW_WITHIN_LINES = 16;
const SOURCE_BYTES_MAX = 4 * 1024 * 1024;

export function makeFatalReport(
  guest: Guest,
  stacks: StackTraces,
  evaluated: ReadonlyMap<string, string>,
): (error: unknown, fromPromise: boolean) => void {
  const print = (text: string): void => {
    guest.kernel.writeFully(2, utf8Encode(text), -1);
  };

  const sourceOf = (file: string): string | undefined => {
    const known = evaluated.get(file);
    if (known !== undefined) return known;
    if (file.startsWith("node:")) {
      return guest.hooks.compute("builtinSource", file.slice(5)) as string | undefined;
    }
    const path = file.startsWith("file://") ? decodeURIComponent(file.slice(7)) : file;
    return path.startsWith("/") ? readText(guest, path) : undefined;
  };

  /** The line an error comes from, with a caret below it. */
  const arrowOf = (
    origins: readonly ErrorOrigin[],
    fromPromise: boolean,
    isEmitted: boolean,
  ): string | undefined => {
    const place = isEmitted ? emitterOf(sourceOf) : placeOf(origins, fromPromise, sourceOf);
    const line = place && sourceOf(place.file)?.split("\n")[place.line - 1];
    if (!place || line === undefined) return undefined;
    // Node keeps tabs, so that the caret stands right.
    const indent = line.slice(0, place.column - 1).replace(/[^\t]/g, " ");
    return `${place.file}:${place.line}\n${line}\n${indent}^\n`;
  };

  return (error, fromPromise) => {
    const version = `\nNode.js v${guest.configuration.versions.node}\n`;
    if (typeof error !== "object" || error === null) {
      const where = lastEvaluated(evaluated, error);
      print(
        `${where}${describe(error)}\n(Use \`node --trace-uncaught ...\` to show where the exception was thrown)\n${version}`,
      );
      return;
    }
    const stack = (error as { stack?: unknown }).stack;
    const arrowSymbol = guest.privateSymbols.get("arrow_message_private_symbol");
    const decoratedSymbol = guest.privateSymbols.get("decorated_private_symbol");
    const given = (error as Record<symbol, unknown>)[arrowSymbol];
    const isDecorated = (error as Record<symbol, unknown>)[decoratedSymbol] === true;
    const text = stacks.enhanced(error) ?? (typeof stack === "string" ? stack : describe(error));
    const isEmitted = text.includes("\nEmitted 'error' event ");
    const arrow =
      typeof given === "string" ? given : arrowOf(stacks.originsOf(error), fromPromise, isEmitted);
    const prefix = arrow && !isDecorated ? `${arrow}\n` : "";
    const uncaught = typeof stack === "string" || prefix ? "" : "Uncaught:\n";
    print(`${prefix}${uncaught}${text}\n${version}`);
  };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

type SourceOf = (file: string) => string | undefined;

/** Node shows where a `throw` stands, V8 tells only where the error was made: looks for the one by the other. */
function placeOf(
  origins: readonly ErrorOrigin[],
  fromPromise: boolean,
  sourceOf: SourceOf,
): Place | undefined {
  // Of a rejection nothing was thrown.
  if (fromPromise) return origins[0];
  for (const origin of origins) {
    const lines = sourceOf(origin.file)?.split("\n");
    const found = lines && throwNear(lines, origin);
    if (found === "returned") continue;
    return found ? { file: origin.file, ...found } : origins[0];
  }
  return origins[0];
}

/** The `throw` that follows the making of an error, or that it is handed to the caller. */
function throwNear(
  lines: readonly string[],
  origin: ErrorOrigin,
): { line: number; column: number } | "returned" | undefined {
  const line = lines[origin.line - 1];
  if (line === undefined) return undefined;
  const before = line.slice(0, origin.column - 1);
  const thrown = before.lastIndexOf("throw ");
  if (thrown >= 0 && !before.includes(";", thrown))
    return { line: origin.line, column: thrown + 1 };
  const named = /(?:const|let|var)\s+([\w$]+)\s*=\s*$/.exec(before)?.[1];
  const wanted = named ? `throw ${named};` : origin.isBehindNative ? "throw " : undefined;
  if (wanted === undefined) return undefined;
  for (let at = origin.line; at < origin.line + THROW_WITHIN_LINES; at++) {
    const column = lines[at]?.indexOf(wanted) ?? -1;
    if (column >= 0) return { line: at + 1, column: column + 1 };
    if (named && lines[at]?.includes(`return ${named};`)) return "returned";
  }
  return undefined;
}

/** Where an emitter throws an 'error' event that nobody listens to. */
function emitterOf(sourceOf: SourceOf): Place | undefined {
  const lines = sourceOf("node:events")?.split("\n") ?? [];
  const index = lines.findIndex((line) => line.includes("throw er; // Unhandled 'error' event"));
  const column = (lines[index]?.indexOf("throw") ?? 0) + 1;
  return index < 0 ? undefined : { file: "node:events", line: index + 1, column };
}

/** A thrown value has no stack: only a program of one line tells where it was thrown. */
function lastEvaluated(evaluated: ReadonlyMap<string, string>, error: unknown): string {
  for (const [file, source] of evaluated) {
    const lines = source.split("\n");
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as string;
      const column = line.indexOf("throw ");
      if (column >= 0 && line.includes(String(error))) {
        return `${file}:${index + 1}\n${line}\n${" ".repeat(column)}^\n`;
      }
    }
  }
  return "Uncaught:\n";
}

function describe(value: unknown): string {
  try {
    return typeof value === "symbol" ? value.toString() : String(value);
  } catch {
    return "[object]";
  }
}

function readText(guest: Guest, path: string): string | undefined {
  const fd = guest.kernel.open(path, O_RDONLY, 0);
  if (fd < 0) return undefined;
  const stat = guest.kernel.fstat(fd);
  const size = typeof stat === "number" ? 0 : Math.min(stat.size, SOURCE_BYTES_MAX);
  const bytes = new Uint8Array(size);
  const count = guest.kernel.readFully(fd, bytes, 0);
  guest.kernel.close(fd);
  return count < 0 ? undefined : utf8Decode(bytes, 0, count);
}
