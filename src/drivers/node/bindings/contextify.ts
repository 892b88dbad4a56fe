/** `contextify`: scripts, functions made of source text, and contexts. */
import { CJS_PARAMETERS, type Compiler } from "../guest/compiler.js";
import type { Binding, Guest } from "../guest/guest.js";
import { restrictProto } from "../guest/proto-access.js";
import type { PromiseHooks } from "./async_wrap.js";

/** Of `constants.measureMemory.mode`. */
const MEASURE_DETAILED = 1;

export function contextifyBinding(guest: Guest, compiler: Compiler): Binding {
  const { native } = guest;
  const hostDefined = guest.privateSymbols.get("host_defined_option_symbol");
  const contextSymbol = guest.privateSymbols.get("contextify_context_private_symbol");

  class ContextifyScript {
    readonly #run: (sandbox: object | null, timeoutMs: number, showsErrors: boolean) => unknown;
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
      this.sourceMapURL = native.checkScript(code, filename, lineOffset, columnOffset, symbol);
      this.#run = (sandbox, timeoutMs, showsErrors) =>
        native.runScript(
          code,
          filename,
          lineOffset,
          columnOffset,
          symbol,
          sandbox,
          timeoutMs,
          showsErrors,
        );
      // Cached code from a guest is never used.
      if (cachedData !== undefined) this.cachedDataRejected = true;
    }

    runInContext(sandbox: object | null, timeoutMs: number, showsErrors: boolean): unknown {
      return this.#run(sandbox, timeoutMs > 0 ? timeoutMs : 0, showsErrors);
    }

    createCachedData(): unknown {
      return Object.setPrototypeOf(new Uint8Array(0), guest.bufferPrototype);
    }
  }

  return {
    ContextifyScript,
    makeContext(
      sandbox: unknown,
      _name: string,
      _origin: string | undefined,
      allowsStrings: boolean,
      allowsWasm: boolean,
      hasOwnMicrotasks: boolean,
      idSymbol: symbol | undefined,
    ): object {
      // A symbol asks for a context without a sandbox.
      const isVanilla = typeof sandbox !== "object" || sandbox === null;
      const global = native.makeContext(
        isVanilla ? undefined : (sandbox as object),
        allowsStrings,
        allowsWasm,
        hasOwnMicrotasks === true,
        guest.v8Flags.gc(() => native.collectGarbage()),
      );
      const holder = isVanilla ? global : (sandbox as object);
      native.setPrivate(holder, contextSymbol, holder);
      native.setPrivate(holder, hostDefined, idSymbol);
      guest.contexts.add(holder);
      if (guest.options["--disable-proto"]) {
        const source = "({}).__proto__";
        const prototype = native.runScript(source, "", 0, 0, Symbol(), holder, 0, false);
        restrictProto(guest, prototype as object);
      }
      const hooks = (guest.internalBinding("async_wrap").getPromiseHooks as () => PromiseHooks)();
      if (hooks.some((hook) => hook !== undefined)) native.setPromiseHooks(...hooks, holder);
      return holder;
    },
    compileFunction(
      code: string,
      filename: string,
      lineOffset: number,
      columnOffset: number,
      cachedData: unknown,
      _produce: boolean,
      sandbox: object | undefined,
      extensions: object[] | undefined,
      parameters: string[] | undefined,
      idSymbol: symbol | undefined,
    ) {
      const symbol = idSymbol ?? Symbol(filename);
      const [callee, sourceMapURL] = native.compileFunction(
        code,
        filename,
        lineOffset,
        columnOffset,
        symbol,
        parameters ?? [],
        sandbox,
        extensions ?? [],
      );
      (callee as unknown as Record<symbol, unknown>)[hostDefined] = symbol;
      return {
        __proto__: null,
        function: callee,
        sourceMapURL,
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
      const answer = { __proto__: null, cachedDataRejected: false };
      try {
        const [callee, sourceMapURL] = native.compileFunction(
          code,
          filename,
          0,
          0,
          symbol,
          CJS_PARAMETERS,
          undefined,
          [],
        );
        return { ...answer, sourceMapURL, canParseAsESM: false, function: callee };
      } catch (error) {
        const message = error instanceof Error ? error.message : "";
        if (!shouldDetectModule || !compiler.retriesAsModule(message, code, filename)) throw error;
        return { ...answer, sourceMapURL: undefined, canParseAsESM: true, function: undefined };
      }
    },
    containsModuleSyntax: (code: string, filename: string) =>
      compiler.isModuleSyntax(code, String(filename)),
    shouldRetryAsESM: (code: string, filename: string) =>
      compiler.isModuleSyntax(code, String(filename)),
    ...sigintWatchdog(guest),
    measureMemory(mode: number) {
      const { used } = guest.hooks.compute("heap") as { used: number };
      const estimate = { jsMemoryEstimate: used, jsMemoryRange: [used, used] };
      return Promise.resolve({
        total: estimate,
        ...(mode === MEASURE_DETAILED ? { current: estimate, other: [] } : {}),
      });
    },
  };
}

/**
 * While it watches, SIGINT does not end the program: who started it hears afterwards that it has come. What computes then is
 * not interrupted: signals are taken between calls.
 */
function sigintWatchdog({ kernel, loop }: Guest) {
  const [SIGINT, CATCH, INTERRUPTS] = [2, 2, 1];
  let depth = 0;
  let before = 0;
  let hasCome = false;

  const act = (disposition: number): number =>
    kernel.call("signal_action", {
      signal: SIGINT,
      disposition,
      flags: INTERRUPTS,
      maskLow: 0,
      maskHigh: 0,
    }) || kernel.result;

  const take = (): void => {
    for (const signal of kernel.takeSignals()) {
      if (signal === SIGINT) hasCome = true;
      else loop.onSignal?.(signal);
    }
  };

  return {
    startSigintWatchdog() {
      if (depth++ > 0) return true;
      hasCome = false;
      before = act(CATCH);
      return before >= 0;
    },
    stopSigintWatchdog() {
      depth = Math.max(0, depth - 1);
      take();
      if (depth === 0) act(Math.max(0, before));
      const had = hasCome;
      hasCome = false;
      return had;
    },
    watchdogHasPendingSigint() {
      take();
      return hasCome;
    },
  };
}
