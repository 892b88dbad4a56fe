/**
 * The option `permissions`: what guests may do, as rules a scope. A scope is a boolean, a function, or a
 * list of rules of which the last one that matches answers. Scopes that are left out are as in `defaultPermissions`.
 */
import type {
  ChildProcessRequest,
  EnvRequest,
  FileRequest,
  NetworkRequest,
  PermissionDecision,
  PermissionRequest,
  PermissionScope,
  Permissions,
} from "../kernel/permissions.js";
import { checkFunction, checkKeys, expected } from "./check-options.js";
import { allowing, type Denial, reasonOf, type ScopedRule } from "./denial.js";
import { OptionError } from "./errors.js";
import { compileFileRule, type FileRules } from "./file-rules.js";
import {
  type CommandRules,
  compileCommandRule,
  compileEnvRule,
  type EnvRules,
} from "./name-rules.js";
import { compileNetworkRule, decideAll, type NetworkRules } from "./network-rules.js";
import { type CompiledRule, type RuleAnswer, type RuleFunction, RuleList } from "./rule-list.js";

/** What a scope may be. */
type Scope<Asked, Rules> = boolean | RuleFunction<Asked> | Rules;

export interface PermissionOption {
  /** Files, by path without symbolic links. Default true. */
  readonly fs?: Scope<FileRequest, FileRules>;
  /** What is beyond the sandbox; loopback in it is always allowed. Default: nothing. */
  readonly network?: Scope<NetworkRequest, NetworkRules>;
  /** Programs that guests start. Default true. */
  readonly childProcess?: Scope<ChildProcessRequest, CommandRules>;
  /** Variables that processes are started with; others are left out. Default true. */
  readonly env?: Scope<EnvRequest, EnvRules>;
  /** Told of each denial, as `onEvent` is. What it throws is dropped. */
  readonly onDenied?: (request: PermissionRequest, reason: string | undefined) => void;
}

/** A guest owns its files, its environment and its children; it has no network. */
export const defaultPermissions = Object.freeze({
  fs: true,
  env: true,
  childProcess: true,
  network: [],
}) satisfies PermissionOption;

/** The rules of one runtime. */
export class PermissionRules {
  readonly #lists: {
    fs: RuleList<FileRequest>;
    network: RuleList<NetworkRequest>;
    childProcess: RuleList<ChildProcessRequest>;
    env: RuleList<EnvRequest>;
  };
  /** Scopes that allow everything: the kernel need not ask. */
  readonly #open: ReadonlySet<PermissionScope>;
  /** What was answered to requests whose denial may still have to be told. */
  readonly #answers = new WeakMap<PermissionRequest, RuleAnswer>();
  /** What `allow` has added. */
  readonly #added: ScopedRule[] = [];
  readonly #told: (denial: Denial) => void;
  readonly #onDenied: PermissionOption["onDenied"];

  /**
   * Throws an OptionError for a scope or a rule that does not exist.
   * @param networkRules - What the scope `network` is, wherever it was said.
   * @param told - Gets each denial.
   */
  constructor(
    given: PermissionOption | undefined,
    networkRules: PermissionOption["network"] | undefined,
    told: (denial: Denial) => void,
  ) {
    checkKeys("create: permissions", given, [...scopes, "onDenied"]);
    checkFunction("create: permissions.onDenied", given?.onDenied);
    const { fs, childProcess, env } = { ...defaultPermissions, ...defined(given) };
    const network = networkRules ?? defaultPermissions.network;
    const all = () => true as const;
    this.#lists = {
      fs: new RuleList(compiled("fs", fs, all, compileFileRule)),
      network: new RuleList(compiled("network", network, decideAll, compileNetworkRule)),
      childProcess: new RuleList(compiled("childProcess", childProcess, all, compileCommandRule)),
      env: new RuleList(compiled("env", env, all, compileEnvRule)),
    };
    const values = Object.entries({ fs, network, childProcess, env });
    const isOpen = ([, value]: [string, unknown]) => value === true;
    this.#open = new Set(values.filter(isOpen).map(([scope]) => scope as PermissionScope));
    this.#told = told;
    this.#onDenied = given?.onDenied;
  }

  /** What the kernel asks. */
  permissions(): Permissions {
    const { fs, network, childProcess, env } = this.#lists;
    return {
      fs: this.#open.has("fs") || ((request) => this.#ask(fs, request)),
      // Never simply true: which rule refused a special address is to be told.
      network: (request) => this.#ask(network, request),
      childProcess:
        this.#open.has("childProcess") || ((request) => this.#ask(childProcess, request)),
      env: this.#open.has("env") || ((request) => this.#ask(env, request)),
      onDenied: (request, reason) => this.#denied(request, reason),
    };
  }

  /** Appends a rule that allows: from now on it answers what it matches. Throws an OptionError. */
  allow(added: ScopedRule): void {
    checkKeys("allow", added, ["scope", "rule"]);
    const { scope, rule } = added;
    const option = `allow: ${scope}`;
    const isDenial = typeof rule === "string" ? rule.startsWith("!") : rule?.allow === false;
    // Of a scope that is wide open nobody asks any more: a denial would only look like one.
    if (isDenial) throw new OptionError(option, "only rules that allow can be added");
    const { fs, network, childProcess, env } = this.#lists;
    if (scope === "fs") fs.append(compileFileRule(option, rule));
    else if (scope === "network") network.append(compileNetworkRule(option, rule));
    else if (scope === "childProcess") childProcess.append(compileCommandRule(option, rule));
    else if (scope === "env") env.append(compileEnvRule(option, rule));
    else throw expected("allow: scope", scopes.join(", "), scope);
    this.#added.push(structuredClone(added));
  }

  /** The rules that `allow` has added, in that order. */
  get added(): readonly ScopedRule[] {
    return this.#added;
  }

  #ask<Asked extends PermissionRequest>(
    list: RuleList<Asked>,
    request: Asked,
  ): PermissionDecision | Promise<PermissionDecision> {
    const answer = list.ask(request);
    const note = (given: RuleAnswer): PermissionDecision => {
      this.#answers.set(request, given);
      return given.decision;
    };
    return answer instanceof Promise ? answer.then(note) : note(answer);
  }

  #denied(request: PermissionRequest, told: string | undefined): void {
    const by = this.#answers.get(request)?.by;
    const reason = told ?? reasonOf(request, by);
    this.#told({ request, reason, rule: by, allow: allowing(request) });
    this.#onDenied?.(request, reason);
  }
}

const scopes = ["fs", "network", "childProcess", "env"] as const;

/** The scopes that are data: booleans and lists of rules without functions. */
export function dataOf(option: PermissionOption): PermissionOption {
  const isData = (rule: unknown) => typeof rule !== "function";
  const kept = scopes.filter((scope) => {
    const value = option[scope];
    return value !== undefined && (Array.isArray(value) ? value.every(isData) : isData(value));
  });
  return Object.fromEntries(kept.map((scope) => [scope, option[scope]]));
}

/** One preset or option after the other: rules of the later ones answer first. */
export function combine(...options: readonly PermissionOption[]): PermissionOption {
  const combined: Partial<Record<PermissionScope, unknown[]>> = {};
  const listeners: NonNullable<PermissionOption["onDenied"]>[] = [];
  for (const option of options) {
    for (const scope of scopes) {
      const value = option[scope];
      if (value === undefined) continue;
      const rules = Array.isArray(value) ? value : [value];
      combined[scope] = [...(combined[scope] ?? []), ...rules];
    }
    if (option.onDenied) listeners.push(option.onDenied);
  }
  const onDenied: PermissionOption["onDenied"] = (request, reason) => {
    for (const listener of listeners) listener(request, reason);
  };
  return { ...combined, ...(listeners.length > 0 && { onDenied }) } as PermissionOption;
}

function compiled<Asked, Rule extends object>(
  scope: PermissionScope,
  given: unknown,
  all: RuleFunction<Asked>,
  compile: (option: string, source: string | Rule) => CompiledRule<Asked>,
): CompiledRule<Asked>[] {
  const option = `create: permissions.${scope}`;
  const list = Array.isArray(given) ? given : [given];
  return list.map((source: unknown, index) => {
    const name = Array.isArray(given) ? `${option}[${index}]` : option;
    if (source === true) return { source, decide: all };
    if (source === false) return { source, decide: () => false };
    if (typeof source === "function") return { source, decide: source as RuleFunction<Asked> };
    const isRule = typeof source === "string" || (typeof source === "object" && source !== null);
    if (!isRule || !Array.isArray(given)) {
      throw expected(name, "a boolean, a function, or an array of rules", source);
    }
    return compile(name, source as string | Rule);
  });
}

/** Without the keys that are there but undefined. */
function defined(given: PermissionOption = {}): PermissionOption {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
