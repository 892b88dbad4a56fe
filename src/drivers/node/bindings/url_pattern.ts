/** `url_pattern`: the class URLPattern, over that of the container's Node: each call brings what the pattern was made of. */
import type { CryptoFailure } from "../crypto/answers.js";
import type { Binding, Guest } from "../guest/guest.js";
import { nodeError } from "../guest/transferables.js";
import { PATTERN_PARTS } from "../url-pattern-parts.js";
import { errorOf } from "./crypto/calls.js";

/** What a pattern, or what is compared with one, may be made of. */
const INPUT_PARTS = [...PATTERN_PARTS.slice(0, -1), "baseURL"] as const;

type Init = Readonly<Record<string, string | undefined>>;
type Input = string | Init;

/** Input, base and whether case is ignored: what the container makes the pattern of. */
type Recipe = readonly [Input | undefined, string | undefined, boolean];

type Match = Readonly<
  Record<string, { input: string; groups: Record<string, string | undefined> }>
>;

function wrongType(message: string): Error {
  return nodeError(new TypeError(message), "ERR_INVALID_ARG_TYPE");
}

/** The parts that are texts; whatever a getter throws goes on. */
function initOf(given: object): Init {
  const init: Record<string, string | undefined> = {};
  for (const part of INPUT_PARTS) {
    const value = (given as Record<string, unknown>)[part];
    init[part] = typeof value === "string" ? value : undefined;
  }
  return init;
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function inputOf(given: unknown, refusal: string): Input | undefined {
  if (isNothing(given) || typeof given === "string") return given ?? undefined;
  if (!isObject(given)) throw wrongType(refusal);
  return initOf(given);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

export function urlPatternBinding(guest: Guest): Binding {
  const ask = (operation: string, ...args: unknown[]): unknown => {
    const answer = guest.hooks.compute(operation, ...args) as
      | { value: unknown }
      | { failure: CryptoFailure }
      | null;
    if (answer === null) throw nodeError(new Error("Operation failed"), "ERR_OPERATION_FAILED");
    if ("failure" in answer) throw errorOf(answer.failure);
    return answer.value;
  };

  function recipeOf(args: readonly unknown[]): Recipe {
    const [first, second, third] = args;
    const input = inputOf(first, "Input must be an object or a string");
    if (!isNothing(second) && typeof second !== "string" && !isObject(second)) {
      throw wrongType("second argument must be a string or object");
    }
    const base = typeof second === "string" ? second : undefined;
    if (!isNothing(third) && !isObject(third)) throw wrongType("options must be an object");
    const options = isObject(third) ? third : second;
    return [input, base, isObject(options) && ignoresCase(options)];
  }

  class Pattern extends guest.native.HostObject {
    readonly #recipe: Recipe;
    readonly #parts: readonly unknown[];

    constructor(...args: unknown[]) {
      super();
      this.#recipe = recipeOf(args);
      this.#parts = ask("urlPattern", ...this.#recipe) as unknown[];
    }

    static part(pattern: Pattern, index: number): unknown {
      if (!isObject(pattern) || !(#parts in pattern)) throw new TypeError("Illegal invocation");
      return pattern.#parts[index];
    }

    static match(pattern: Pattern, args: readonly unknown[]): [Input[], Match | null] {
      if (!isObject(pattern) || !(#parts in pattern)) throw new TypeError("Illegal invocation");
      const [first, second] = args;
      const input = inputOf(first, "URLPattern input needs to be a string or an object") ?? {};
      if (!isNothing(second) && typeof second !== "string") {
        throw wrongType("baseURL must be a string");
      }
      const bases = isNothing(second) ? [] : [second];
      const match = ask("matchUrlPattern", pattern.#recipe, input, ...bases) as Match | null;
      return [[input, ...bases], match];
    }
  }

  const { part, match } = Pattern;

  /** Node's class may not be called, and says so in its own words. */
  function URLPattern(this: unknown, ...args: unknown[]): object {
    if (new.target === undefined) {
      const error = new TypeError("Cannot call constructor without `new`");
      throw nodeError(error, "ERR_CONSTRUCT_CALL_REQUIRED");
    }
    return Reflect.construct(Pattern, args, new.target);
  }

  const methods = {
    exec(this: Pattern, ...args: unknown[]): object | null {
      const [inputs, matched] = match(this, args);
      if (!matched) return null;
      // Node's order is the alphabet's.
      const parts = Object.entries({ ...matched, inputs }).sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.assign(Object.create(null), Object.fromEntries(parts));
    },
    test(this: Pattern, ...args: unknown[]): boolean {
      return match(this, args)[1] !== null;
    },
  };
  const prototype = {};
  for (const [index, name] of PATTERN_PARTS.entries()) {
    Object.defineProperty(prototype, name, {
      get(this: Pattern) {
        return part(this, index);
      },
      enumerable: true,
    });
  }
  const hidden = { value: URLPattern, enumerable: false, configurable: true, writable: true };
  Object.assign(prototype, methods);
  Object.defineProperty(prototype, "constructor", hidden);
  URLPattern.prototype = prototype;
  return { URLPattern };
}

function ignoresCase(options: object): boolean {
  const { ignoreCase } = options as { ignoreCase?: unknown };
  return Boolean(ignoreCase);
}
