/** `contextify`: scripts, and functions made of source text. Other contexts are emulated: see `VmContexts`. */
import type { Compiler } from "../guest/compiler.js";
import type { Binding, Guest } from "../guest/guest.js";
import { hasModuleSyntax } from "../guest/source-rewrite.js";
import { VmContexts } from "../guest/vm-contexts.js";

const CJS_PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
const SOURCE_MAP = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;

export function contextifyBinding(guest: Guest, compiler: Compiler): Binding {
  const hostDefined = guest.privateSymbols.get("host_defined_option_symbol");
  const contexts = new VmContexts(guest);

  class ContextifyScript {
    readonly #run: (sandbox: object | null) => unknown;
    declare sourceMapURL: string | undefined;
    declare cachedDataRejected: boolean | undefined;

    constructor(
      code: string,
      filename: string,
      lineOffset = 0,
      columnOffset = 0,
      cachedData?: unknown,
      _produceCachedData?: boolean,
      _parsingContext?: object,
      idSymbol?: symbol,
    ) {
      const symbol = idSymbol ?? Symbol(filename);
      (this as Record<symbol, unknown>)[hostDefined] = symbol;
      const referrer = compiler.referrer(symbol, filename);
      const options = { filename, lineOffset, columnOffset };
      if (!filename.startsWith("/") && !filename.startsWith("node:")) {
        compiler.evaluated.set(filename, code);
      }
      const run = compiler.script(code, options, referrer);
      this.#run = (sandbox) =>
        sandbox === null ? run() : contexts.run(sandbox, code, options, compiler, referrer);
      this.sourceMapURL = SOURCE_MAP.exec(code)?.[1];
      // Cached code from a guest is never used.
      if (cachedData !== undefined) this.cachedDataRejected = true;
    }

    runInContext(sandbox: object | null): unknown {
      return this.#run(sandbox);
    }

    createCachedData(): unknown {
      return Object.setPrototypeOf(new Uint8Array(0), guest.bufferPrototype);
    }
  }

  return {
    ContextifyScript,
    makeContext: (sandbox: object, ...rest: unknown[]) => contexts.make(sandbox, rest),
    compileFunction(
      code: string,
      filename: string,
      lineOffset: number,
      columnOffset: number,
      cachedData: unknown,
      _produce: boolean,
      _context: object | undefined,
      _extensions: object[] | undefined,
      parameters: string[] | undefined,
      idSymbol: symbol | undefined,
    ) {
      const symbol = idSymbol ?? Symbol(filename);
      const referrer = compiler.referrer(symbol, filename);
      const fn = compiler.wrapper(
        code,
        parameters ?? [],
        { filename, lineOffset, columnOffset },
        referrer,
      ) as Record<symbol, unknown>;
      fn[hostDefined] = symbol;
      return {
        __proto__: null,
        function: fn,
        sourceMapURL: SOURCE_MAP.exec(code)?.[1],
        ...(cachedData === undefined ? {} : { cachedDataRejected: true }),
      };
    },
    compileFunctionForCJSLoader(
      code: string,
      filename: string,
      _isSeaMain: boolean,
      shouldDetectModule: boolean,
    ) {
      const symbol = guest.symbols.vm_dynamic_import_default_internal as symbol;
      const referrer = compiler.referrer(symbol, filename);
      try {
        return {
          __proto__: null,
          cachedDataRejected: false,
          sourceMapURL: SOURCE_MAP.exec(code)?.[1],
          canParseAsESM: false,
          function: compiler.wrapper(code, CJS_PARAMETERS, { filename }, referrer),
        };
      } catch (error) {
        if (!shouldDetectModule || !hasModuleSyntax(code)) throw error;
        return {
          __proto__: null,
          cachedDataRejected: false,
          sourceMapURL: undefined,
          canParseAsESM: true,
          function: undefined,
        };
      }
    },
    containsModuleSyntax: (code: string) => hasModuleSyntax(code),
    shouldRetryAsESM: (code: string) => hasModuleSyntax(code),
    startSigintWatchdog() {},
    stopSigintWatchdog: () => false,
    watchdogHasPendingSigint: () => false,
    measureMemory: guest.missing("contextify", "measureMemory"),
  };
}
