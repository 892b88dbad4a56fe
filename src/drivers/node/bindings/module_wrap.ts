/**
 * `module_wrap`: ES modules on isolated-vm's modules. V8's own promise of an evaluation never
 * reaches us: a line at a module's end says that it is done, and an error comes back as an
 * unhandled rejection of the turn (`rejections.ts`).
 */
import type { Compiler } from "../guest/compiler.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { IvmModule } from "../guest/host-hooks.js";
import type { Rejections } from "../guest/rejections.js";
import { hasTopLevelAwait, rewriteImports } from "../guest/source-rewrite.js";

const UNINSTANTIATED = 0;
const INSTANTIATED = 2;
const EVALUATING = 3;
const EVALUATED = 4;
const ERRORED = 5;

/** Property of import.meta that only code we add uses. */
const META_HOOK = "\0secure-exec";

interface Request {
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How the promise of an evaluation is settled. */
interface Settle {
  resolve: (value?: unknown) => void;
  reject: (error: unknown) => void;
}

type SyntheticSteps = (this: object) => void;

export function moduleWrapBinding(
  guest: Guest,
  compiler: Compiler,
  rejections: Rejections,
): Binding {
  const hostDefined = guest.privateSymbols.get("host_defined_option_symbol");
  let initializeMeta: ((symbol: symbol, meta: object, wrap: object) => void) | null = null;

  /** Modules by what isolated-vm calls them: for its resolve callback. */
  const wraps = new WeakMap<IvmModule, ModuleWrap>();

  /** Source texts by URL, for errors of linking. */
  const sources = new Map<string, string>();
  const sourceOf = (url: string): string | undefined => sources.get(url);

  class ModuleWrap {
    readonly url: string;
    readonly #module: IvmModule;
    readonly #requests: readonly Request[];
    readonly #linked = new Map<string, ModuleWrap>();
    readonly #usesAwait: boolean;
    #setters: ((name: string, value: unknown) => void) | null = null;
    #status = UNINSTANTIATED;
    #error: unknown;
    #isDone = false;
    #settle: Settle | null = null;
    declare async: boolean | undefined;

    constructor(
      url: string,
      context: object | undefined,
      source: string | string[],
      lineOffsetOrSteps: number | SyntheticSteps = 0,
      columnOffset = 0,
      idOrCachedData?: unknown,
    ) {
      void context;
      this.url = url;
      const symbol = typeof idOrCachedData === "symbol" ? idOrCachedData : Symbol(url);
      (this as Record<symbol, unknown>)[hostDefined] = symbol;
      if (typeof source === "string") {
        sources.set(url, source);
        const referrer = compiler.referrer(symbol, url);
        const rewritten = rewriteImports(source, referrer);
        this.#requests = rewritten.requests;
        this.#usesAwait = hasTopLevelAwait(source);
        const code = `${rewritten.code}\n;import.meta[${JSON.stringify(META_HOOK)}]();`;
        const lineOffset = typeof lineOffsetOrSteps === "number" ? lineOffsetOrSteps : 0;
        this.#module = compiler.module(
          code,
          { filename: url, lineOffset, columnOffset },
          (meta) => {
            hide(meta, () => this.#finish());
            initializeMeta?.(symbol, meta, this);
          },
        );
        (this as { sourceMapURL?: string | undefined }).sourceMapURL = undefined;
      } else {
        this.#requests = [];
        this.#usesAwait = false;
        const steps = lineOffsetOrSteps as SyntheticSteps;
        this.#module = compiler.module(syntheticSource(source), { filename: url }, (meta) => {
          hide(meta, (set: (name: string, value: unknown) => void) => {
            this.#setters = set;
            Reflect.apply(steps, this, []);
            this.#finish();
          });
        });
      }
      wraps.set(this.#module, this);
    }

    getModuleRequests(): unknown[] {
      return this.#requests.map(({ specifier, attributes }) => ({
        __proto__: null,
        specifier,
        attributes,
      }));
    }

    link(specifiers: readonly string[], modules: readonly ModuleWrap[]): void {
      for (let index = 0; index < specifiers.length; index++) {
        this.#linked.set(specifiers[index] as string, modules[index] as ModuleWrap);
      }
    }

    instantiate(): void {
      if (this.#status >= INSTANTIATED) return;
      // isolated-vm wants every module of the graph instantiated by itself: the leaves first.
      const order: ModuleWrap[] = [];
      collect(this, new Set(), order);
      for (const wrap of order) wrap.#instantiateAlone();
    }

    instantiateSync(): boolean {
      this.instantiate();
      return this.isGraphAsync();
    }

    #instantiateAlone(): void {
      if (this.#status >= INSTANTIATED) return;
      try {
        this.#module.instantiateSync(guest.hooks.context, (specifier, referrer) => {
          const found =
            wraps.get(referrer)?.linkedModule(specifier) ?? this.linkedModule(specifier);
          if (!found) throw new Error(`module ${specifier} is not linked`);
          return found;
        });
      } catch (thrown) {
        throw compiler.moduleError(thrown, this.url, sourceOf);
      }
      this.#status = INSTANTIATED;
    }

    linkedModule(specifier: string): IvmModule | undefined {
      const wrap = this.#linked.get(specifier);
      return wrap ? wrap.#module : undefined;
    }

    /** The modules it imports. */
    get dependencies(): Iterable<ModuleWrap> {
      return this.#linked.values();
    }

    evaluate(_timeout: number, _breakOnSigint: boolean): Promise<unknown> {
      if (this.#status === ERRORED) return Promise.reject(this.#error);
      if (this.#isDone) {
        this.#status = EVALUATED;
        return Promise.resolve(undefined);
      }
      let settle: Settle = { resolve() {}, reject() {} };
      const promise = new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
      this.#settle = settle;
      rejections.evaluations.add(this);
      this.#start();
      return promise;
    }

    /** Whether its evaluation ends in one go: then a failure of one is likelier its than another's. */
    get isSynchronous(): boolean {
      return !this.isGraphAsync();
    }

    evaluateSync(): object {
      this.#start();
      if (!this.#isDone) throw this.#error ?? new Error(`${this.url} failed while it was required`);
      return this.getNamespace();
    }

    #start(): void {
      if (this.#status >= EVALUATING) return;
      this.#status = EVALUATING;
      try {
        this.#module.evaluateSync();
      } catch (error) {
        this.fail(error);
      }
    }

    #finish(): void {
      this.#isDone = true;
      this.#status = EVALUATED;
      rejections.evaluations.delete(this);
      this.#settle?.resolve(undefined);
      this.#settle = null;
    }

    /** The evaluation has failed. */
    fail(error: unknown): void {
      this.#status = ERRORED;
      this.#error = error;
      rejections.evaluations.delete(this);
      this.#settle?.reject(error);
      this.#settle = null;
    }

    setExport(name: string, value: unknown): void {
      this.#setters?.(name, value);
    }

    getStatus(): number {
      return this.#status;
    }

    getError(): unknown {
      return this.#error;
    }

    isGraphAsync(): boolean {
      const order: ModuleWrap[] = [];
      collect(this, new Set(), order);
      return order.some((wrap) => wrap.#usesAwait);
    }

    getNamespace(): object {
      try {
        return this.#module.namespace.deref();
      } catch {
        // It was evaluated as part of another one's graph: isolated-vm has to see it by itself.
        this.#module.evaluateSync();
        return this.#module.namespace.deref();
      }
    }

    getNamespaceSync(): object {
      return this.getNamespace();
    }

    getStaticDependencySpecifiers(): string[] {
      return this.#requests.map(({ specifier }) => specifier);
    }

    createCachedData(): Uint8Array {
      return new Uint8Array(0);
    }
  }

  function collect(wrap: ModuleWrap, seen: Set<ModuleWrap>, order: ModuleWrap[]): void {
    if (seen.has(wrap)) return;
    seen.add(wrap);
    for (const dependency of wrap.dependencies) collect(dependency, seen, order);
    order.push(wrap);
  }

  return {
    ModuleWrap,
    setImportModuleDynamicallyCallback(callback: NonNullable<Compiler["importCallback"]>) {
      compiler.importCallback = callback;
    },
    setInitializeImportMetaObjectCallback(
      callback: (symbol: symbol, meta: object, wrap: object) => void,
    ) {
      initializeMeta = callback;
    },
    createRequiredModuleFacade: (wrap: ModuleWrap) => wrap.getNamespace(),
    throwIfPromiseRejected() {},
  };
}

function hide(meta: Record<PropertyKey, unknown>, hook: unknown): void {
  Object.defineProperty(meta, META_HOOK, { value: hook, enumerable: false, configurable: true });
}

/** A module whose exports are set from outside. */
function syntheticSource(names: readonly string[]): string {
  const unique = [...new Set(names)];
  const declarations = unique.map((_, index) => `v${index}`).join(", ");
  const exports = unique.map((name, index) => `v${index} as ${JSON.stringify(name)}`).join(", ");
  const cases = unique.map(
    (name, index) => `case ${JSON.stringify(name)}: v${index} = value; break;`,
  );
  return (
    (unique.length > 0 ? `let ${declarations};\nexport { ${exports} };\n` : "") +
    `import.meta[${JSON.stringify(META_HOOK)}]((name, value) => { switch (name) { ${cases.join(" ")} } });`
  );
}
