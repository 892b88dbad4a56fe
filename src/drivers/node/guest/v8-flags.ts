/**
 * Flags of V8's: they belong to a whole process, so a guest that sets them changes nothing, but for those
 * that stand for something of its own isolate.
 */

import type { Native } from "./native.js";

const families =
  /^--(?:no-?)?(?:harmony|stack-|stress-|max-|min-|semi-|gc-|trace-|track-|predictable|concurrent|expose-|allow-natives|jitless|opt|turbo|sparkplug|maglev|always-|lazy|flush-|interrupt-|huge-|single-threaded|random-|hash-|wasm-|experimental-wasm|disallow-code)/;

/** Node takes underscores for hyphens. */
export function withHyphens(name: string): string {
  return name.startsWith("--") ? `--${name.slice(2).replaceAll("_", "-")}` : name;
}

export function isV8Flag(name: string): boolean {
  return families.test(withHyphens(name));
}

/** What of them a guest has set for its own isolate. */
export class V8Flags {
  #exposesGc = false;
  #disallowsStrings = false;
  #abortsOnUncaught = false;
  #stackTraceLimit: number | undefined;

  /** All that were set, for the other threads of the process. */
  readonly all: string[] = [];

  set(flags: readonly string[]): void {
    for (const flag of flags) {
      this.all.push(flag);
      const [name, value] = withHyphens(flag).split("=", 2);
      if (name === "--expose-gc") this.#exposesGc = true;
      if (name === "--no-expose-gc" || name === "--noexpose-gc") this.#exposesGc = false;
      if (name === "--abort-on-uncaught-exception") this.#abortsOnUncaught = true;
      if (name === "--disallow-code-generation-from-strings") this.#disallowsStrings = true;
      if (name === "--stack-trace-limit" && value) this.#stackTraceLimit = Number(value);
    }
  }

  get abortsOnUncaught(): boolean {
    return this.#abortsOnUncaught;
  }

  /** For what the guest's context has of its own, before its first line. */
  apply({ disallowStrings }: Pick<Native, "disallowStrings">): void {
    if (this.#stackTraceLimit !== undefined) Error.stackTraceLimit = this.#stackTraceLimit;
    if (this.#disallowsStrings) disallowStrings();
  }

  /** The function `gc`, where the flags ask for it. */
  gc(
    collectGarbage: () => void,
  ): ((options?: { readonly execution?: unknown }) => unknown) | undefined {
    if (!this.#exposesGc) return undefined;
    return function gc(options) {
      collectGarbage();
      return options?.execution === "async" ? Promise.resolve() : undefined;
    };
  }
}
