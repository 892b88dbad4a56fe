/**
 * The policy of a kernel: the one place that asks the host's permission rules. No answer is kept: a
 * rule may change its mind. A rule that fails or answers nonsense refuses, and is reported once.
 */
import { Errno, errno } from "./errno.js";
import { unnamedTarget } from "./network-policy.js";
import {
  allowAll,
  checkPermissions,
  type PermissionDecision,
  type PermissionRequest,
  type PermissionScope,
  type Permissions,
} from "./permissions.js";

/** Undefined: allowed. */
export type Answer = undefined | Errno;

type Rule = (request: PermissionRequest) => PermissionDecision | Promise<PermissionDecision>;

/** An EACCES that says why. */
export function denial(reason: string | undefined): Errno {
  if (reason === undefined) return errno.EACCES;
  const { code, number, message } = errno.EACCES;
  return new Errno(code, number, message, reason);
}

export class PermissionPolicy {
  readonly #permissions: Permissions;
  #hasReported = false;

  /** @throws KernelError EINVAL for rules that are none. */
  constructor(permissions: Permissions = allowAll) {
    checkPermissions(permissions);
    // A copy: who holds the object must not move the walls of a running kernel by accident.
    this.#permissions = { ...permissions };
  }

  /** Whether everything of a scope is allowed: then nobody needs to be asked. */
  allowsAll(scope: PermissionScope): boolean {
    return this.#permissions[scope] === true;
  }

  /** Who answers for a scope: its rule when it is a function. Known to be slow once it has been. */
  subjectOf(scope: PermissionScope): object {
    const rule = this.#permissions[scope];
    return typeof rule === "function" ? rule : this;
  }

  /** Whether `request` is allowed. The answer may come later. */
  ask(request: PermissionRequest): Answer | Promise<Answer> {
    const rule = this.#permissions[request.scope] as boolean | Rule | undefined;
    if (rule === true) return this.#unlessUnnamed(request, rule);
    if (typeof rule !== "function") {
      return this.#refuse(request, `permissions.${request.scope} is ${rule ?? "not given"}`);
    }
    let decision: unknown;
    try {
      decision = rule(request);
      if (!isThenable(decision)) return this.#settle(request, decision);
    } catch (thrown) {
      return this.#fail(request, thrown);
    }
    return Promise.resolve(decision).then(
      (later: unknown) => this.#settle(request, later),
      (thrown: unknown) => this.#fail(request, thrown),
    );
  }

  /** Which rules there are, for tests and crash reports. */
  dump(): Record<PermissionScope, boolean | "function"> {
    const shown = (scope: PermissionScope): boolean | "function" => {
      const rule = this.#permissions[scope];
      return typeof rule === "function" ? "function" : rule === true;
    };
    return {
      fs: shown("fs"),
      network: shown("network"),
      childProcess: shown("childProcess"),
      env: shown("env"),
    };
  }

  #settle(request: PermissionRequest, decision: unknown): Answer {
    if (decision === true) return this.#unlessUnnamed(request, decision);
    if (decision === false) return this.#refuse(request, undefined);
    if (!isDecision(decision)) {
      return this.#fail(request, new TypeError("expected a boolean or { allow, reason }"));
    }
    if (decision.allow) return this.#unlessUnnamed(request, decision);
    const { reason } = decision;
    return this.#refuse(request, typeof reason === "string" ? reason : undefined);
  }

  /** A yes, but for a network's address that it would have to name. */
  #unlessUnnamed(request: PermissionRequest, decision: PermissionDecision): Answer {
    if (request.scope !== "network") return undefined;
    const reason = unnamedTarget(request, decision);
    return reason === undefined ? undefined : this.#refuse(request, reason);
  }

  #fail(request: PermissionRequest, thrown: unknown): Errno {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    if (!this.#hasReported) {
      this.#hasReported = true;
      console.error(`secure-exec: permissions.${request.scope} failed, which refuses: ${problem}`);
    }
    return this.#refuse(request, "the permission function failed");
  }

  #refuse(request: PermissionRequest, reason: string | undefined): Errno {
    try {
      this.#permissions.onDenied?.(request, reason);
    } catch {
      // A listener's own failure must not change what a guest is told.
    }
    return denial(reason);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

function isDecision(value: unknown): value is Exclude<PermissionDecision, boolean> {
  return (
    typeof value === "object" &&
    value !== null &&
    "allow" in value &&
    typeof value.allow === "boolean"
  );
}
