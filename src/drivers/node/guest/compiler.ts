/** Compiling a guest's scripts and modules in its own isolate, with Node's syntax errors. */
import type { Guest } from "./guest.js";
import type { CompileOptions, IvmModule } from "./host-hooks.js";
import { IMPORT_HELPER, rewriteImports } from "./source-rewrite.js";

/** Who may say `import()`: what Node's loader needs to answer it. */
interface Referrer {
  readonly symbol: symbol;
  readonly name: string;
}

type ImportCallback = (
  symbol: symbol,
  specifier: string,
  attributes: object,
  name: string,
) => Promise<unknown>;

/** How isolated-vm ends a message: the file, the line and the column. */
const PLACE = / \[([^\]]*?):(\d+):(\d+)\]$/;

/** The line of an error with a caret below it, as V8 shows it. */
function arrowOf(
  message: string,
  sourceOf: (file: string) => string | undefined,
): string | undefined {
  const place = PLACE.exec(message);
  if (!place) return undefined;
  const [, file = "", line = "1", column = "1"] = place;
  const text = sourceOf(file)?.split("\n")[Number(line) - 1];
  if (text === undefined) return `${file}:${line}\n`;
  const start = Number(column) - 1;
  const length = /^[\w$]+/.exec(text.slice(start))?.[0].length ?? 1;
  return `${file}:${line}\n${text}\n${" ".repeat(start)}${"^".repeat(length)}\n`;
}

/** The line that imports what is not exported. */
function importArrow(message: string, url: string, source: string): string | undefined {
  const missing = /module '(.*)' does not provide an export named '(.+)'/.exec(message);
  if (!missing) return undefined;
  const [, specifier = "", name = ""] = missing;
  const lines = source.split("\n");
  const at = lines.findIndex((line) => line.includes(specifier) && line.includes(name));
  const index = at >= 0 ? at : lines.findIndex((line) => line.includes(name));
  const line = lines[index];
  if (line === undefined) return `${url}:1\n`;
  const start = Math.max(0, line.indexOf(name));
  return `${url}:${index + 1}\n${line}\n${" ".repeat(start)}${"^".repeat(name.length)}\n`;
}

export class Compiler {
  readonly #guest: Guest;
  readonly #referrers: Referrer[] = [];
  importCallback: ImportCallback | null = null;
  /** Scripts that are no files, by name: for the report of uncaught errors. */
  readonly evaluated = new Map<string, string>();

  constructor(guest: Guest) {
    this.#guest = guest;
    Object.defineProperty(globalThis, IMPORT_HELPER, {
      value: (referrer: number, specifier: unknown, options?: unknown) =>
        this.#import(referrer, specifier, options),
      enumerable: false,
      configurable: true,
      writable: true,
    });
  }

  referrer(symbol: symbol, name: string): number {
    this.#referrers.push({ symbol, name });
    return this.#referrers.length - 1;
  }

  /** Runs a script and answers its completion value. */
  script(code: string, options: CompileOptions, referrer: number): () => unknown {
    const rewritten = rewriteImports(code, referrer).code;
    const { isolate, context } = this.#guest.hooks;
    const script = this.#guard(code, options, () => isolate.compileScriptSync(rewritten, options));
    return () => script.runSync(context, { reference: true }).deref();
  }

  /** A function with `parameters` around `code`. */
  wrapper(
    code: string,
    parameters: readonly string[],
    options: CompileOptions,
    referrer: number,
  ): unknown {
    const head = `(function (${parameters.join(", ")}) {`;
    const body = rewriteImports(code, referrer).code;
    const shifted = { ...options, columnOffset: (options.columnOffset ?? 0) - head.length };
    const { isolate, context } = this.#guest.hooks;
    const script = this.#guard(
      code,
      options,
      () => isolate.compileScriptSync(`${head}${body}\n})`, shifted),
      parameters,
    );
    return script.runSync(context, { reference: true }).deref();
  }

  module(
    code: string,
    options: CompileOptions,
    meta: (meta: Record<PropertyKey, unknown>) => void,
  ): IvmModule {
    return this.#guard(
      code,
      options,
      () => this.#guest.hooks.isolate.compileModuleSync(code, { ...options, meta }),
      null,
    );
  }

  /** Turns what isolated-vm throws into a SyntaxError of the guest, with the place in it. */
  #guard<Result>(
    code: string,
    options: CompileOptions,
    compile: () => Result,
    parameters: readonly string[] | null = [],
  ): Result {
    try {
      return compile();
    } catch (thrown) {
      throw this.#syntaxError(code, options, thrown, parameters);
    }
  }

  #syntaxError(
    code: string,
    options: CompileOptions,
    thrown: unknown,
    parameters: readonly string[] | null,
  ): Error {
    const message = String((thrown as Error)?.message ?? thrown);
    const diagnosed = this.#guest.hooks.compute(
      "diagnose",
      code,
      options.filename,
      options.lineOffset ?? 0,
      parameters === null ? null : parameters.join(","),
    ) as { message: string; arrow: string } | null;
    const error = new SyntaxError(diagnosed?.message ?? message.replace(PLACE, ""));
    const arrow = diagnosed?.arrow ?? arrowOf(message, () => code);
    this.#setArrow(error, arrow);
    return error;
  }

  /** An error of linking: isolated-vm's is of another realm. */
  moduleError(
    thrown: unknown,
    url: string,
    sourceOf: (url: string) => string | undefined,
  ): unknown {
    const message = String((thrown as Error)?.message ?? thrown);
    const arrow = arrowOf(message, sourceOf) ?? importArrow(message, url, sourceOf(url) ?? "");
    if (arrow === undefined) return thrown;
    const error = new SyntaxError(message.replace(PLACE, ""));
    this.#setArrow(error, arrow);
    return error;
  }

  #setArrow(error: object, arrow: string | undefined): void {
    if (arrow === undefined) return;
    const symbol = this.#guest.privateSymbols.get("arrow_message_private_symbol");
    (error as Record<symbol, unknown>)[symbol] = arrow;
  }

  #import(index: number, specifier: unknown, options: unknown): Promise<unknown> {
    const referrer = this.#referrers[index];
    const callback = this.importCallback;
    if (!referrer || !callback) return Promise.reject(new Error("import() is not available here"));
    try {
      const given = (options as { with?: object } | undefined)?.with ?? {};
      const attributes = Object.assign({ __proto__: null }, given);
      return callback(referrer.symbol, `${specifier as string}`, attributes, referrer.name);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
