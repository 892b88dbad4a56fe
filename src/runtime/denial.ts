/** What a console needs of a denial: what was asked, which rule answered, and a rule that would allow it. */
import type { PermissionRequest } from "../kernel/permissions.js";
import { accessOf, type FileRule } from "./file-rules.js";
import type { CommandRule, EnvRule } from "./name-rules.js";
import type { NetworkRule } from "./network-rules.js";
import type { AnsweredBy } from "./rule-list.js";

/** A rule and whose it is: data, which a console can keep and give back. */
export type ScopedRule =
  | { readonly scope: "fs"; readonly rule: string | FileRule }
  | { readonly scope: "network"; readonly rule: string | NetworkRule }
  | { readonly scope: "childProcess"; readonly rule: string | CommandRule }
  | { readonly scope: "env"; readonly rule: string | EnvRule };

export interface Denial {
  readonly request: PermissionRequest;
  readonly reason: string;
  /** The rule that has answered and its place in the scope's list; undefined when none matched. */
  readonly rule: AnsweredBy | undefined;
  /** The narrowest rule that allows what was asked: for `permissions`, or for `rt.allow`. */
  readonly allow: ScopedRule;
}

/** `connect tcp example.com:443`, `write /etc/passwd`. */
export function describeRequest(request: PermissionRequest): string {
  switch (request.scope) {
    case "fs":
      return `${request.op} ${request.path}`;
    case "network": {
      const { op, host, port, protocol, address } = request;
      const at = address === undefined || address === host ? "" : ` (${address})`;
      return op === "resolve" ? `${op} ${host}${at}` : `${op} ${protocol} ${host}:${port}${at}`;
    }
    case "childProcess":
      return [request.op, request.command, ...request.args].join(" ");
    case "env":
      return `${request.op} ${request.name}`;
  }
}

/** Why nobody said yes. */
export function reasonOf(request: PermissionRequest, by: AnsweredBy | undefined): string {
  const what = describeRequest(request);
  if (by) return `permissions.${request.scope}[${by.index}], ${textOf(by.rule)}, denies ${what}`;
  const isSpecial = request.scope === "network" && request.range !== "public";
  const special = isSpecial ? `, a ${request.range} address, which has to be named` : "";
  return `no rule of permissions.${request.scope} allows ${what}${special}`;
}

export function allowing(request: PermissionRequest): ScopedRule {
  switch (request.scope) {
    case "fs":
      return { scope: "fs", rule: { path: request.path, access: accessOf(request.op) } };
    case "network": {
      const { op, host, port, protocol, range } = request;
      const target = op === "resolve" || protocol === "dns" ? { host } : { host, port, protocol };
      const ranges = range === "public" ? {} : { ranges: [range] };
      return { scope: "network", rule: { ...target, ...ranges } };
    }
    case "childProcess":
      return { scope: "childProcess", rule: { command: request.command } };
    case "env":
      return { scope: "env", rule: { name: request.name } };
  }
}

function textOf(rule: unknown): string {
  return typeof rule === "function" ? "a function" : JSON.stringify(rule);
}
