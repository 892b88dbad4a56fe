/**
 * `vm.createContext`: an isolate of isolated-vm keeps its contexts apart, so other contexts are
 * emulated in this one. The script runs with the sandbox object as its scope: what it declares and
 * assigns goes there; intrinsics are shared. No security boundary, neither is Node's.
 */
import type { Compiler } from "./compiler.js";
import type { Guest } from "./guest.js";
import type { CompileOptions } from "./host-hooks.js";

/** Globals of the language that a fresh context has. Everything else of Node's is not there. */
const INTRINSICS: ReadonlySet<PropertyKey> = new Set(
  (
    "Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date " +
    "Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError " +
    "JSON Math Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array " +
    "Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap " +
    "WeakSet WeakRef Proxy Reflect FinalizationRegistry decodeURI decodeURIComponent encodeURI " +
    "encodeURIComponent escape unescape eval isFinite isNaN SharedArrayBuffer WebAssembly"
  ).split(" "),
);

/** Names of what the emulation itself needs in scope. */
const SCOPE = "__secureExecScope__";
const CODE = "__secureExecCode__";

export class VmContexts {
  readonly #guest: Guest;
  readonly #scopes = new WeakMap<object, object>();

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  make(given: unknown, _rest: readonly unknown[]): object {
    const isVanilla = typeof given !== "object" || given === null;
    const sandbox = isVanilla ? {} : (given as object);
    const symbol = this.#guest.privateSymbols.get("contextify_context_private_symbol");
    (sandbox as Record<symbol, unknown>)[symbol] = sandbox;
    this.#scopes.set(sandbox, makeScope(sandbox));
    return sandbox;
  }

  run(
    sandbox: object,
    code: string,
    options: CompileOptions,
    compiler: Compiler,
    referrer: number,
  ): unknown {
    const scope = this.#scopes.get(sandbox);
    if (!scope) throw new TypeError("the sandbox is not a context");
    const body = hoistDeclarations(code);
    const head =
      "with (__secureExecScope__) { return (function () { return eval(__secureExecCode__); }).call(__secureExecScope__.globalThis); }";
    const run = compiler.wrapper(head, [SCOPE, CODE], options, referrer) as (
      scope: object,
      code: string,
    ) => unknown;
    return run(scope, `${body}\n//# sourceURL=${options.filename}`);
  }
}

/** Declarations of a script belong to its global object: at the outermost level they become assignments. */
function hoistDeclarations(code: string): string {
  return code.replace(/^(\s*)(?:var)\s+(?=[\w$]+\s*=)/gm, "$1");
}

function makeScope(sandbox: object): object {
  const scope: object = new Proxy(sandbox, {
    has: (target, key) =>
      key !== SCOPE &&
      key !== CODE &&
      key !== "eval" &&
      (typeof key === "string" || Reflect.has(target, key)),
    get(target, key) {
      if (key === Symbol.unscopables) return undefined;
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      if (key === "globalThis") return scope;
      if (INTRINSICS.has(key)) return Reflect.get(globalThis, key);
      throw new ReferenceError(`${String(key)} is not defined`);
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
  return scope;
}
