/** The report of an error that ends the process, as Node prints it. */
import { O_RDONLY } from "../../../kernel/constants.js";
import type { Guest } from "./guest.js";
import type { ErrorOrigin, StackTraces } from "./stack-traces.js";
import { utf8Decode, utf8Encode } from "./utf8.js";

/** How far behind the place an error was made its `throw` is looked for. */
const THROW_WITHIN_LINES = 8;
const SOURCE_BYTES_MAX = 4 * 1024 * 1024;

export function makeFatalReport(
  guest: Guest,
  stacks: StackTraces,
  evaluated: ReadonlyMap<string, string>,
): (error: unknown) => void {
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
  const arrowOf = (origin: ErrorOrigin): string | undefined => {
    const lines = sourceOf(origin.file)?.split("\n");
    const place = lines && throwOf(lines, origin);
    if (!lines || !place) return undefined;
    const line = lines[place.line - 1];
    if (line === undefined) return undefined;
    // Node keeps tabs, so that the caret stands right.
    const indent = line.slice(0, place.column - 1).replace(/[^\t]/g, " ");
    return `${origin.file}:${place.line}\n${line}\n${indent}^\n`;
  };

  return (error) => {
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
    const origin = stacks.originOf(error);
    const arrow = typeof given === "string" ? given : origin && arrowOf(origin);
    const text = stacks.enhanced(error) ?? (typeof stack === "string" ? stack : describe(error));
    const prefix = arrow && !isDecorated ? `${arrow}\n` : "";
    const uncaught = typeof stack === "string" || prefix ? "" : "Uncaught:\n";
    print(`${prefix}${uncaught}${text}\n${version}`);
  };
}

/** Node shows where a `throw` stands, V8 tells only where the error was made. */
function throwOf(
  lines: readonly string[],
  origin: ErrorOrigin,
): { line: number; column: number } | undefined {
  const line = lines[origin.line - 1];
  if (line === undefined) return undefined;
  const before = line.slice(0, origin.column - 1);
  const thrown = before.lastIndexOf("throw ");
  if (thrown >= 0 && /^throw\s+$/.test(before.slice(thrown))) {
    return { line: origin.line, column: thrown + 1 };
  }
  const named = /(?:const|let|var)\s+([\w$]+)\s*=\s*$/.exec(before)?.[1];
  if (named) {
    for (let at = origin.line; at < origin.line + THROW_WITHIN_LINES; at++) {
      const found = lines[at]?.indexOf(`throw ${named};`) ?? -1;
      if (found >= 0) return { line: at + 1, column: found + 1 };
    }
  }
  return origin;
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
