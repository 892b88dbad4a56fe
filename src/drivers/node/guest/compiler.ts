/** Compiling a guest's scripts and modules in its own isolate, with Node's syntax errors and its dynamic import. */

import { errorArrow } from "./error-arrow.js";
import type { Guest } from "./guest.js";
import type { ModuleId, Place } from "./native.js";
import type { CallSite, StackTraces } from "./stack-traces.js";

type ImportCallback = (
  symbol: symbol | undefined,
  specifier: string,
  attributes: object,
  name: string,
) => Promise<unknown>;

/** What an ES module's own kind of state needs of the binding that makes them. */
export interface ModuleEvents {
  importMeta(id: ModuleId, meta: object): void;
  syntheticEvaluation(id: ModuleId): void;
}

/** Messages of V8 by which Node sees that a text was meant as a module. */
const ONLY_IN_MODULES: ReadonlySet<string> = new Set([
  "Cannot use import statement outside a module",
  "Unexpected token 'export'",
  "Cannot use 'import.meta' outside a module",
]);
/** Messages for what is an error only inside the function that CommonJS puts around a file. */
const ONLY_IN_COMMONJS: ReadonlySet<string> = new Set([
  "Identifier '__filename' has already been declared",
  "Identifier '__dirname' has already been declared",
  "Identifier 'exports' has already been declared",
  "Identifier 'module' has already been declared",
  "Identifier 'require' has already been declared",
  "await is only valid in async functions and the top level bodies of modules",
  "Unexpected reserved word",
]);

export const CJS_PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

export class Compiler {
  readonly #guest: Guest;
  readonly #stacks: StackTraces;
  importCallback: ImportCallback | null = null;
  modules: ModuleEvents | null = null;

  constructor(guest: Guest, stacks: StackTraces) {
    this.#guest = guest;
    this.#stacks = stacks;
    guest.native.setCallbacks({
      import: (symbol, specifier, attributes, name) => {
        if (!this.importCallback) throw new Error("import() is not available here");
        return this.importCallback(symbol, specifier, attributes, name);
      },
      importMeta: (id, meta) => this.modules?.importMeta(id, meta),
      syntheticEvaluation: (id) => this.modules?.syntheticEvaluation(id),
      error: (error, place, isShown) => this.#setArrow(error, place, isShown),
      stack: (global, error, sites) => stacks.prepare(global, error, sites as CallSite[]),
      uncaught: (error, place) => guest.uncaught(error, false, place),
    });
  }

  /** Whether a text that is no CommonJS module would be an ES module. */
  isModuleSyntax(code: string, filename: string): boolean {
    const { native } = this.#guest;
    const failure = this.#failureOf(() =>
      native.compileFunction(code, filename, 0, 0, undefined, CJS_PARAMETERS, undefined, []),
    );
    return failure !== undefined && this.retriesAsModule(failure, code, filename);
  }

  /** Whether a CommonJS module that failed to compile with this message is worth trying as an ES module. */
  retriesAsModule(message: string, code: string, filename: string): boolean {
    if (ONLY_IN_MODULES.has(message)) return true;
    if (!ONLY_IN_COMMONJS.has(message)) return false;
    const { native } = this.#guest;
    // Without the function's names, and where await is allowed.
    const wrapped = `(async function() {${code}})();`;
    const failure = this.#failureOf(() =>
      native.compileFunction(wrapped, filename, 0, 0, undefined, [], undefined, []),
    );
    return failure === undefined || ONLY_IN_MODULES.has(failure);
  }

  /** The message of what `compile` throws. */
  #failureOf(compile: () => unknown): string | undefined {
    try {
      compile();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #setArrow(error: unknown, place: Place, isShown: boolean): void {
    if (typeof error !== "object" || error === null) return;
    const { privateSymbols } = this.#guest;
    const decorated = privateSymbols.get("decorated_private_symbol");
    const fields = error as Record<symbol, unknown> & { stack?: unknown };
    if (fields[decorated] === true) return;
    // It is made when it is looked at, and with it what `visiblePlace` asks for.
    const stack = isShown ? fields.stack : undefined;
    const arrow = errorArrow(this.#guest, this.#stacks, error, place);
    if (arrow === undefined) return;
    fields[privateSymbols.get("arrow_message_private_symbol")] = arrow;
    if (typeof stack !== "string") return;
    fields.stack = `${arrow}\n${stack}`;
    fields[decorated] = true;
  }
}
