/** Node's own command line: options, then a program and its arguments. */

import type { CodeProgram } from "../node-code.js";
import type { GuestFacts } from "./host-hooks.js";
import { checkOptions, deniedMode } from "./option-checks.js";
import { type OptionParser, splitNodeOptions } from "./option-parser.js";

export type Entry =
  | { readonly kind: "version" }
  | { readonly kind: "usage"; readonly message: string; readonly code: number }
  | { readonly kind: "main"; readonly module: string };

export interface CommandLine {
  readonly entry: Entry;
  /** What `process.argv` shows, the program's name first. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  /** V8's flags, of `NODE_OPTIONS` too. */
  readonly v8Flags: readonly string[];
  /** Values of all options. */
  readonly options: Record<string, unknown>;
}

/** Node's exit codes of a command line that it does not take. */
const INVALID_ARGUMENT = 9;
const INVALID_MODE = 12;

/** What of a guest the command line is about. */
type CommandFacts = Pick<GuestFacts, "argv0" | "args" | "env" | "code">;

/**
 * @param parser - Made ahead of the guest; it reads one command line.
 * @param hasTerminal - Whether standard input is a terminal.
 */
export function parseCommandLine(
  parser: OptionParser,
  facts: CommandFacts,
  hasTerminal: () => boolean,
): CommandLine {
  const { argv0, args, code, env } = facts;
  const { options, v8Flags } = parser;
  takeVariables(options, env);
  const usage = (message: string, code = INVALID_ARGUMENT): CommandLine => ({
    entry: { kind: "usage", message: `${argv0}: ${message}`, code },
    argv: [argv0],
    execArgv: [],
    v8Flags,
    options,
  });

  const words = splitNodeOptions(env.NODE_OPTIONS ?? "");
  if (typeof words === "string") return usage(words);
  const wrongInEnvironment = parser.parse(words, "environment");
  if (wrongInEnvironment) return usage(wrongInEnvironment);
  if (code) return codeLine(facts, code, parser);

  const rest = [...args];
  const wrong = parser.parse(rest, "commandLine");
  if (wrong) return usage(wrong);
  const refused = checkOptions(options);
  if (refused) return usage(refused);
  const denied = deniedMode(options);
  if (denied) return usage(denied, INVALID_MODE);
  return {
    entry: entryOf(options, rest, hasTerminal),
    argv: [argv0, ...rest],
    execArgv: args.slice(0, args.length - rest.length).filter((word) => word !== "--"),
    v8Flags,
    options,
  };
}

/** Options that have a variable of their own; a word of the command line goes before it. */
function takeVariables(options: Record<string, unknown>, env: GuestFacts["env"]): void {
  for (const [name, variable] of Object.entries(SWITCHES)) {
    if (env[variable] === "1") options[name] = true;
  }
  if (env.NODE_REDIRECT_WARNINGS) options["--redirect-warnings"] = env.NODE_REDIRECT_WARNINGS;
}

const SWITCHES = {
  "--pending-deprecation": "NODE_PENDING_DEPRECATION",
  "--preserve-symlinks": "NODE_PRESERVE_SYMLINKS",
  "--preserve-symlinks-main": "NODE_PRESERVE_SYMLINKS_MAIN",
} as const;

/** What a program of the host application's runs with: as `--eval` of a module, but not seen in `execArgv`. */
function codeLine(
  { argv0, args }: CommandFacts,
  { source }: CodeProgram,
  { options, v8Flags }: OptionParser,
): CommandLine {
  return {
    entry: { kind: "main", module: "internal/main/eval_string" },
    argv: [argv0, ...args],
    execArgv: [],
    v8Flags,
    options: Object.assign(options, {
      "--input-type": "module",
      "--eval": source,
      "[has_eval_string]": true,
    }),
  };
}

/** In the order of Node's own StartExecution. */
function entryOf(
  options: Record<string, unknown>,
  rest: readonly string[],
  hasTerminal: () => boolean,
): Entry {
  const main = (module: string): Entry => ({ kind: "main", module: `internal/main/${module}` });
  const isInteractive = options["--interactive"] === true;
  if (options["--version"] === true) return { kind: "version" };
  if (options["--help"] === true) return main("print_help");
  if (options["[has_eval_string]"] === true && !isInteractive) return main("eval_string");
  if (options["--check"] === true && !isInteractive) return main("check_syntax");
  if (options["--test"] === true) return main("test_runner");
  if (options["--watch"] === true) return main("watch_mode");
  const [first] = rest;
  if (first !== undefined && first !== "-") return main("run_main_module");
  return main(isInteractive || hasTerminal() ? "repl" : "eval_stdin");
}
