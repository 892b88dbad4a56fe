/** `module_wrap`: V8's ES modules under the names that Node's loader knows them by. */
import type { Compiler } from "../guest/compiler.js";
import type { Binding, Callable, Guest } from "../guest/guest.js";
import type { ModuleId } from "../guest/native.js";

const INSTANTIATED = 2;
const EVALUATED = 4;
const ERRORED = 5;
const REJECTED = 2;

type SyntheticSteps = (this: object) => void;

/** Cached code of a guest's is never taken: V8 trusts its bytes. */
function cachedDataRejected(): Error {
  const error = new Error("cachedData buffer was rejected");
  return Object.assign(error, { code: "ERR_VM_MODULE_CACHED_DATA_REJECTED" });
}

/** What Node throws for `require()` of a graph that waits at its top level: the call can't wait. */
function requireAsyncError(filename: unknown, parent: unknown): Error {
  const from = typeof parent === "string" ? `\n  From ${parent} ` : "";
  const requiring = typeof filename === "string" ? `\n  Requiring ${filename} ` : "";
  const error = new Error(
    "require() cannot be used on an ESM graph with top-level await. Use import() instead. " +
      "To see where the top-level await comes from, use --experimental-print-required-tla." +
      from +
      requiring,
  );
  return Object.assign(error, { code: "ERR_REQUIRE_ASYNC_MODULE" });
}

export function moduleWrapBinding(guest: Guest, compiler: Compiler): Binding {
  const { native } = guest;
  const hostDefined = guest.privateSymbols.get("host_defined_option_symbol");
  /** How Node names an import of a module's names; undefined where it knows no other phases. From Node 24 on. */
  const phase = guest.configuration.surface.module_wrap?.kEvaluationPhase;
  const evaluationPhase = phase?.kind === "value" ? (phase.value as number) : undefined;
  /** The library leaves `import.meta` of its default loader's modules to us. From Node 26 on. */
  const isMetaOurs = guest.configuration.surface.module_wrap?.setImportMetaResolveInitializer;
  const defaultSymbol = guest.symbols.source_text_module_default_hdo;
  let makeResolve: ((url: string) => unknown) | null = null;
  const fillMeta = (meta: object, { url, isMain }: ModuleWrap): void => {
    if (url.startsWith("file:")) {
      (guest.internalBinding("modules").setLazyPathHelpers as Callable)(
        meta as never,
        url as never,
      );
    }
    const resolve = makeResolve ? { resolve: makeResolve(url) } : {};
    Object.assign(meta, { main: isMain === true, ...resolve, url });
  };
  const wraps: ModuleWrap[] = [];
  let initializeMeta: ((symbol: symbol, meta: object, wrap: object) => void) | null = null;

  compiler.modules = {
    importMeta(id, meta) {
      const wrap = wraps[id];
      if (!wrap) return;
      if (isMetaOurs && wrap.symbol === defaultSymbol) fillMeta(meta, wrap);
      else initializeMeta?.(wrap.symbol, meta, wrap);
    },
    syntheticEvaluation(id) {
      wraps[id]?.runSteps();
    },
  };

  class ModuleWrap {
    readonly url: string;
    readonly symbol: symbol;
    readonly id: ModuleId;
    readonly #steps: SyntheticSteps | null = null;
    declare sourceMapURL: string | undefined;
    /** From Node 24 on; a function before. */
    declare hasTopLevelAwait: boolean | undefined | (() => boolean);
    /** Set by the library. */
    declare isMain: boolean | undefined;
    declare hasAsyncGraph: boolean | undefined;

    constructor(
      url: string,
      context: object | undefined,
      source: string | string[],
      lineOffsetOrSteps: number | SyntheticSteps = 0,
      columnOffset = 0,
      idOrCachedData?: unknown,
    ) {
      this.url = url;
      this.symbol = typeof idOrCachedData === "symbol" ? idOrCachedData : Symbol(url);
      (this as Record<symbol, unknown>)[hostDefined] = this.symbol;
      const isRejected = ArrayBuffer.isView(idOrCachedData) && idOrCachedData.byteLength > 0;
      if (isRejected) throw cachedDataRejected();
      if (typeof source === "string") {
        const line = typeof lineOffsetOrSteps === "number" ? lineOffsetOrSteps : 0;
        this.id = native.compileModule(source, url, line, columnOffset, this.symbol, context);
        this.sourceMapURL = undefined;
      } else {
        this.#steps = lineOffsetOrSteps as SyntheticSteps;
        this.id = native.makeSyntheticModule(url, [...new Set(source)], context);
      }
      wraps[this.id] = this;
      if (guest.isCodeAhead && source === guest.facts.code?.source) {
        guest.isCodeAhead = false;
        const isEvaluated = () => this.getStatus() === EVALUATED;
        guest.codeNamespace = () => (isEvaluated() ? this.getNamespace() : undefined);
      }
      if (evaluationPhase !== undefined) {
        this.hasTopLevelAwait = native.hasTopLevelAwait(this.id) === true;
        this.hasAsyncGraph = undefined;
      }
    }

    /** V8 evaluates the module: its exports are set now. */
    runSteps(): void {
      if (this.#steps) Reflect.apply(this.#steps, this, []);
    }

    getModuleRequests(): unknown[] {
      return native.moduleRequests(this.id).map(([specifier, attributes, line, column]) => ({
        __proto__: null,
        specifier,
        attributes,
        lineNumber: line,
        columnNumber: column,
        ...(evaluationPhase === undefined ? {} : { phase: evaluationPhase }),
      }));
    }

    /** The modules of its requests, in their order; on Node 20 by specifier. */
    link(...given: [ArrayLike<ModuleWrap>] | [string[], ModuleWrap[]]): void {
      if (given.length === 1) {
        const [modules] = given;
        native.linkModule(
          this.id,
          Array.from(modules, (module) => module.id),
        );
        return;
      }
      const [specifiers, modules] = given;
      const requests = native.moduleRequests(this.id);
      const bySpecifier = new Map<string, ModuleId>();
      for (let index = 0; index < specifiers.length; index++) {
        bySpecifier.set(specifiers[index] as string, (modules[index] as ModuleWrap).id);
      }
      native.linkModule(
        this.id,
        requests.map(([specifier]) => bySpecifier.get(specifier) ?? -1),
      );
    }

    instantiate(): void {
      native.instantiateModule(this.id);
      if (evaluationPhase !== undefined) this.hasAsyncGraph = native.isGraphAsync(this.id);
    }

    instantiateSync(): boolean {
      native.instantiateModule(this.id);
      return native.isGraphAsync(this.id);
    }

    evaluate(timeoutMs: number, _breakOnSigint: boolean): Promise<unknown> {
      return native.evaluateModule(this.id, timeoutMs > 0 ? timeoutMs : 0);
    }

    /** Evaluates a graph without awaits; throws what it throws. */
    evaluateSync(filename?: unknown, parent?: unknown): object {
      const promise = native.evaluateModule(this.id, 0);
      const [state, result] = native.getPromiseDetails(promise) ?? [REJECTED];
      if (state === REJECTED) {
        promise.catch(() => {});
        throw result;
      }
      if (native.isGraphAsync(this.id)) throw requireAsyncError(filename, parent);
      return native.moduleNamespace(this.id);
    }

    setExport(name: string, value: unknown): void {
      native.setModuleExport(this.id, name, value);
    }

    getStatus(): number {
      return native.moduleStatus(this.id);
    }

    getError(): unknown {
      return native.moduleError(this.id);
    }

    isGraphAsync(): boolean {
      return native.isGraphAsync(this.id);
    }

    getNamespace(): object {
      return native.moduleNamespace(this.id);
    }

    /** A module that still waits at its top level counts as evaluated for V8, but is not. */
    getNamespaceSync(filename?: unknown, parent?: unknown): object {
      const status = this.getStatus();
      if (status === ERRORED) throw this.getError();
      if (status < INSTANTIATED || status > EVALUATED) throw new Error("the module is not linked");
      if (native.isGraphAsync(this.id)) throw requireAsyncError(filename, parent);
      return native.moduleNamespace(this.id);
    }

    getStaticDependencySpecifiers(): string[] {
      return native.moduleRequests(this.id).map(([specifier]) => specifier);
    }

    createCachedData(): Uint8Array {
      return Object.setPrototypeOf(new Uint8Array(0), guest.bufferPrototype);
    }
  }

  if (evaluationPhase === undefined) {
    ModuleWrap.prototype.hasTopLevelAwait = function (this: ModuleWrap) {
      return this.getStatus() >= INSTANTIATED && native.isGraphAsync(this.id);
    };
  }

  return {
    ModuleWrap,
    setImportModuleDynamicallyCallback(callback: (...args: unknown[]) => Promise<unknown>) {
      compiler.importCallback =
        evaluationPhase === undefined
          ? callback
          : (symbol, specifier, attributes, name) =>
              callback(symbol, specifier, evaluationPhase, attributes, name);
    },
    setInitializeImportMetaObjectCallback(
      callback: (symbol: symbol, meta: object, wrap: object) => void,
    ) {
      initializeMeta = callback;
    },
    ...(isMetaOurs
      ? {
          setImportMetaResolveInitializer(initializer: (url: string) => unknown) {
            makeResolve = initializer;
          },
        }
      : {}),
    createRequiredModuleFacade: (wrap: ModuleWrap) => requiredFacade(wrap),
    throwIfPromiseRejected(promise: Promise<unknown>) {
      const [state, result] = native.getPromiseDetails(promise) ?? [0];
      if (state === REJECTED) throw result;
    },
  };

  /** What `require` of an ES module answers when it needs `__esModule`. */
  function requiredFacade(wrap: ModuleWrap): object {
    const source =
      "export * from 'original'; export { default } from 'original'; export const __esModule = true;";
    const id = native.compileModule(
      source,
      "node:internal/require_module_default_facade",
      0,
      0,
      wrap.symbol,
      undefined,
    );
    native.linkModule(id, [wrap.id, wrap.id]);
    native.instantiateModule(id);
    native.evaluateModule(id, 0).catch(() => {});
    return native.moduleNamespace(id);
  }
}
