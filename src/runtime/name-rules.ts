/** Rules of the scopes `childProcess` and `env`: which programs may be started, which variables passed on. */
import type { ChildProcessRequest, EnvRequest } from "../kernel/permissions.js";
import { checkKeys, checkText, checkWords, expected } from "./check-options.js";
import { matchesName, matchesPath } from "./glob.js";
import {
  type CompiledRule,
  checkVerdict,
  listOf,
  type RuleFunction,
  type RuleVerdict,
  verdictOf,
} from "./rule-list.js";

export interface CommandRule extends RuleVerdict {
  /** Names of commands (`git`, `python*`), or absolute paths of files and all that is below. */
  readonly command: string | readonly string[];
  /** The first arguments, each with `*` and `?`; what comes after them is free. */
  readonly args?: readonly string[];
}

/** A string is a command that is allowed, `!` before it one that is denied; true is every command. */
export type CommandRules = readonly (
  | string
  | boolean
  | CommandRule
  | RuleFunction<ChildProcessRequest>
)[];

export interface EnvRule extends RuleVerdict {
  /** Names of variables, with `*` and `?`: `NPM_*`. */
  readonly name: string | readonly string[];
}

/** A string is a name that is allowed, `!` before it one that is denied; true is every name. */
export type EnvRules = readonly (string | boolean | EnvRule | RuleFunction<EnvRequest>)[];

/** @param option - What it is called in errors. */
export function compileCommandRule(
  option: string,
  source: string | CommandRule,
): CompiledRule<ChildProcessRequest> {
  const rule: CommandRule =
    typeof source === "string" ? { command: bare(source), allow: isAllowed(source) } : source;
  checkKeys(option, rule, ["command", "args", "allow", "reason"]);
  checkVerdict(option, rule);
  const commands = checkedNames(`${option}.command`, rule.command);
  checkWords(`${option}.args`, rule.args);
  const first = rule.args ?? [];
  const verdict = verdictOf(rule);
  return {
    source,
    decide: ({ command, args }) => {
      const matches = command.startsWith("/") ? matchesPath : matchesName;
      const isMeant = commands.some(
        (each) => each.startsWith("/") === command.startsWith("/") && matches(each, command),
      );
      const hasArguments = first.every(
        (each, index) => index < args.length && matchesName(each, args[index] ?? ""),
      );
      return isMeant && hasArguments ? verdict : undefined;
    },
  };
}

export function compileEnvRule(option: string, source: string | EnvRule): CompiledRule<EnvRequest> {
  const rule: EnvRule =
    typeof source === "string" ? { name: bare(source), allow: isAllowed(source) } : source;
  checkKeys(option, rule, ["name", "allow", "reason"]);
  checkVerdict(option, rule);
  const names = checkedNames(`${option}.name`, rule.name);
  const verdict = verdictOf(rule);
  return {
    source,
    decide: ({ name }) => (names.some((each) => matchesName(each, name)) ? verdict : undefined),
  };
}

function isAllowed(shorthand: string): boolean {
  return !shorthand.startsWith("!");
}

function bare(shorthand: string): string {
  return isAllowed(shorthand) ? shorthand : shorthand.slice(1);
}

function checkedNames(option: string, given: string | readonly string[]): readonly string[] {
  const names = typeof given === "string" || Array.isArray(given) ? listOf(given) : [];
  for (const name of names) checkText(option, name);
  if (names.length === 0 || names.includes("")) throw expected(option, "a name or names", given);
  return names;
}
