/** Rules of the scope `fs`: which paths may be read, written, or run. */
import type { FileOperation, FileRequest } from "../kernel/permissions.js";
import { checkKeys, checkOneOf, expected } from "./check-options.js";
import { OptionError } from "./errors.js";
import { matchesPath } from "./glob.js";
import {
  type CompiledRule,
  checkVerdict,
  listOf,
  type RuleFunction,
  type RuleVerdict,
  verdictOf,
} from "./rule-list.js";

/** `read` is also looking (stat, readdir, chdir), `write` all that changes anything. */
export type FileAccess = "read" | "write" | "execute";

export interface FileRule extends RuleVerdict {
  /**
   * Absolute paths; each stands for all that is below it. `*` and `?` stay within a part of a path, `**`
   * is any number of parts.
   */
  readonly path: string | readonly string[];
  /** Default: every access. */
  readonly access?: FileAccess | readonly FileAccess[];
}

/** A string is a path that is allowed, `!` before it one that is denied; true is every path. */
export type FileRules = readonly (string | boolean | FileRule | RuleFunction<FileRequest>)[];

const reading: ReadonlySet<FileOperation> = new Set([
  "stat",
  "read",
  "chdir",
  "readdir",
  "readlink",
  "statfs",
  "watch",
]);

const accesses = ["read", "write", "execute"] as const;

export function accessOf(op: FileOperation): FileAccess {
  if (op === "exec") return "execute";
  return reading.has(op) ? "read" : "write";
}

/** @param option - What it is called in errors. */
export function compileFileRule(
  option: string,
  source: string | FileRule,
): CompiledRule<FileRequest> {
  const rule = typeof source === "string" ? shorthand(source) : source;
  checkKeys(option, rule, ["path", "access", "allow", "reason"]);
  checkVerdict(option, rule);
  const patterns = listOf(rule.path);
  for (const pattern of patterns) checkPattern(`${option}.path`, pattern);
  const access = rule.access === undefined ? accesses : listOf(rule.access);
  for (const each of access) checkOneOf(`${option}.access`, each, accesses);
  const verdict = verdictOf(rule);
  return {
    source,
    decide: ({ op, path }) => {
      if (!access.includes(accessOf(op))) return undefined;
      return patterns.some((pattern) => matchesPath(pattern, path)) ? verdict : undefined;
    },
  };
}

function shorthand(text: string): FileRule {
  return text.startsWith("!") ? { path: text.slice(1), allow: false } : { path: text };
}

function checkPattern(option: string, pattern: unknown): void {
  if (typeof pattern !== "string" || !pattern.startsWith("/")) {
    throw expected(option, "an absolute path", pattern);
  }
  // The paths that are judged have neither: a rule with them would never match, and look like a wall.
  if (pattern.split("/").some((part) => part === "." || part === "..")) {
    throw new OptionError(option, `"${pattern}" has a part that is "." or ".."`);
  }
}
