/** Node's own command line: options, then a program and its arguments. */

import type { CodeProgram } from "../node-code.js";
import type { GuestConfiguration, GuestFacts } from "./host-hooks.js";
import { isV8Flag, withHyphens } from "./v8-flags.js";

export type Entry =
  | { readonly kind: "version" }
  | { readonly kind: "help" }
  | { readonly kind: "usage"; readonly message: string }
  | { readonly kind: "main"; readonly module: string };

export interface CommandLine {
  readonly entry: Entry;
  /** What `process.argv` shows, the program's name first. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  /** Values of all options. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Names of the `types` table of the `options` binding. */
interface OptionTypes {
  readonly kNoOp: number;
  readonly kV8Option: number;
  readonly kBoolean: number;
  readonly kInteger: number;
  readonly kUInteger: number;
  readonly kString: number;
  readonly kHostPort: number;
  readonly kStringList: number;
}

/** What options there are: made ahead of the guest whose command line is read with it, and once only. */
export class OptionTable {
  readonly types: OptionTypes;
  readonly known: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** As they are without any; the parser sets what is given. */
  readonly values: Record<string, unknown>;

  constructor({ optionTypes, optionInfo, options }: GuestConfiguration) {
    this.types = optionTypes as unknown as OptionTypes;
    this.known = new Map(optionInfo.options);
    this.aliases = new Map(optionInfo.aliases);
    this.values = { ...options };
  }
}

/** @param hasTerminal - Whether standard input is a terminal. */
export function parseCommandLine(
  table: OptionTable,
  facts: Pick<GuestFacts, "args" | "code">,
  hasTerminal: () => boolean,
): CommandLine {
  const { types, known, aliases, values: options } = table;
  if (facts.code) return codeLine(options, facts.args, facts.code);
  const queue = [...facts.args];
  const execArgv: string[] = [];
  let isOver = false;

  const usage = (message: string): CommandLine => ({
    entry: { kind: "usage", message },
    argv: ["node"],
    execArgv,
    options,
  });

  while (queue.length > 0 && !isOver) {
    const given = queue[0] as string;
    if (given === "--") {
      queue.shift();
      execArgv.push("--");
      isOver = true;
      break;
    }
    if (given === "-" || !given.startsWith("-")) break;
    queue.shift();
    execArgv.push(given);
    if (given === "-v" || given === "--version")
      return { entry: { kind: "version" }, argv: [], execArgv, options };
    if (given === "-h" || given === "--help")
      return { entry: { kind: "help" }, argv: [], execArgv, options };
    const equals = given.startsWith("--") ? given.indexOf("=") : -1;
    let name = withHyphens(equals > 0 ? given.slice(0, equals) : given);
    let value: string | undefined = equals > 0 ? given.slice(equals + 1) : undefined;
    // Aliases may stand for several words: "-pe" is "--print --eval".
    const expansions = [aliases.get(`${name} <arg>`), aliases.get(name)];
    const takesArgument =
      expansions[0] !== undefined &&
      value === undefined &&
      queue[0] !== undefined &&
      !(queue[0].startsWith("-") && queue[0].length > 1);
    const expansion = takesArgument ? expansions[0] : expansions[1];
    if (expansion) {
      const words = [...expansion];
      name = words.shift() as string;
      const inner = name.indexOf("=");
      if (inner > 0) {
        value ??= name.slice(inner + 1);
        name = name.slice(0, inner);
      }
      queue.unshift(...words);
      // What the alias added is no word of the guest's.
      for (let word = words.shift(); word !== undefined; word = words.shift()) {
        queue.shift();
        applyFlag(word);
      }
    }
    const isNegated = name.startsWith("--no-") && !known.has(name);
    const info = known.get(isNegated ? `--${name.slice(5)}` : name);
    if (!info && isV8Flag(name)) continue;
    if (!info) return usage(`node: bad option: ${given}`);
    const type = info.type as number;
    const optionName = isNegated ? `--${name.slice(5)}` : name;
    if (type === types.kBoolean) {
      options[optionName] = !isNegated;
      continue;
    }
    if (type === types.kNoOp || type === types.kV8Option) continue;
    if (value === undefined) {
      const next = queue[0];
      const isEval = optionName === "--eval";
      if (next === undefined || (next.startsWith("-") && next.length > 1 && !isEval)) {
        if (isEval && options["--print"]) continue;
        return usage(`node: ${given} requires an argument`);
      }
      value = queue.shift() as string;
      execArgv.push(value);
    }
    if (type === types.kStringList) {
      options[optionName] = [...((options[optionName] as string[]) ?? []), value];
    } else if (type === types.kInteger || type === types.kUInteger) {
      options[optionName] = Number(value);
    } else {
      options[optionName] = value;
    }
    if (optionName === "--eval") options["[has_eval_string]"] = true;
  }

  function applyFlag(word: string): void {
    if (known.get(word)?.type === types.kBoolean) options[word] = true;
  }

  if (options["--print"] === true && options["[has_eval_string]"] !== true) {
    // `-p` takes its program like `-e`.
    const program = queue.shift();
    if (program === undefined) return usage("node: -p requires an argument");
    execArgv.push(program);
    options["--eval"] = program;
    options["[has_eval_string]"] = true;
  }
  for (const [first, second] of EXCLUSIVE) {
    const areBoth = [first, second].every((option) => options[option] && options[option] !== "");
    if (areBoth) return usage(`node: either ${first} or ${second} can be used, not both`);
  }
  return {
    entry: entryOf(options, queue, hasTerminal),
    argv: ["node", ...queue],
    execArgv,
    options,
  };
}

/** What a program of the host application's runs with: as `--eval` of a module, but not seen in `execArgv`. */
function codeLine(
  options: Record<string, unknown>,
  args: readonly string[],
  { source }: CodeProgram,
): CommandLine {
  return {
    entry: { kind: "main", module: "internal/main/eval_string" },
    argv: ["node", ...args],
    execArgv: [],
    options: Object.assign(options, {
      "--input-type": "module",
      "--eval": source,
      "[has_eval_string]": true,
    }),
  };
}

/** Options that Node does not take together. */
const EXCLUSIVE = [
  ["--check", "--eval"],
  ["--tls-min-v1.3", "--tls-max-v1.2"],
  ["--test", "--check"],
  ["--test", "--eval"],
  ["--test", "--interactive"],
] as const;

/** In the order of Node's own StartExecution. */
function entryOf(
  options: Record<string, unknown>,
  rest: readonly string[],
  hasTerminal: () => boolean,
): Entry {
  const main = (module: string): Entry => ({ kind: "main", module: `internal/main/${module}` });
  const isInteractive = options["--interactive"] === true;
  if (options["[has_eval_string]"] === true && !isInteractive) return main("eval_string");
  if (options["--check"] === true && rest.length > 0) return main("check_syntax");
  if (options["--test"] === true) return main("test_runner");
  if (options["--watch"] === true) return main("watch_mode");
  const [first] = rest;
  if (first !== undefined && first !== "-") return main("run_main_module");
  return main(isInteractive || hasTerminal() ? "repl" : "eval_stdin");
}
