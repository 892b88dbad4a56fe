/**
 * A scope's permissions as a list of rules. The LAST rule that matches a request answers it, as in
 * .gitignore: what is appended is more exact than what came before, and a preset can be taken and
 * narrowed or widened. What no rule matches is denied. No answer is kept.
 */
import type { PermissionDecision, PermissionRequest } from "../kernel/permissions.js";
import { checkFlag, checkText } from "./check-options.js";

/** What every rule that is an object may say. */
export interface RuleVerdict {
  /** false: what matches is denied. Default true. */
  readonly allow?: boolean;
  /** Why, for whoever reads of a denial. */
  readonly reason?: string;
}

/** A rule that decides by itself; undefined: it has nothing to say, and the rules before it are asked. */
export type RuleFunction<Asked> = (
  request: Asked,
) => PermissionDecision | undefined | Promise<PermissionDecision | undefined>;

/** A rule in a form that can be asked. */
export interface CompiledRule<Asked> {
  /** What it was made from, for denials to show. */
  readonly source: unknown;
  readonly decide: RuleFunction<Asked>;
}

/** Which rule has answered, by its place in the list. */
export interface AnsweredBy {
  readonly index: number;
  readonly rule: unknown;
}

export interface RuleAnswer {
  readonly decision: PermissionDecision;
  /** Undefined: none matched. */
  readonly by: AnsweredBy | undefined;
}

export class RuleList<Asked extends PermissionRequest> {
  readonly #rules: CompiledRule<Asked>[];

  constructor(rules: readonly CompiledRule<Asked>[]) {
    this.#rules = [...rules];
  }

  append(rule: CompiledRule<Asked>): void {
    this.#rules.push(rule);
  }

  ask(request: Asked): RuleAnswer | Promise<RuleAnswer> {
    return this.#ask(request, this.#rules.length - 1);
  }

  #ask(request: Asked, last: number): RuleAnswer | Promise<RuleAnswer> {
    for (let index = last; index >= 0; index--) {
      const rule = this.#rules[index];
      const decision = rule?.decide(request);
      const by = { index, rule: rule?.source };
      if (decision instanceof Promise) {
        return decision.then((later) =>
          later === undefined ? this.#ask(request, index - 1) : { decision: later, by },
        );
      }
      if (decision !== undefined) return { decision, by };
    }
    return { decision: false, by: undefined };
  }
}

/** What every rule that is an object may say, checked. Throws an OptionError. */
export function checkVerdict(option: string, { allow, reason }: RuleVerdict): void {
  checkFlag(`${option}.allow`, allow);
  checkText(`${option}.reason`, reason);
}

/** One or several, as rules have them. */
export function listOf<T extends string>(given: T | readonly T[]): readonly T[] {
  return typeof given === "string" ? [given] : given;
}

/** The answer of a rule that matches. */
export function verdictOf({ allow = true, reason }: RuleVerdict): PermissionDecision {
  return reason === undefined ? allow : { allow, reason };
}
