/**
 * Stack traces as Node's library formats them. Frames of the shims are left out: a program sees
 * Node's frames and its own.
 */

export type CallSite = {
  getFileName(): string | null | undefined;
  getEvalOrigin?(): string | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  isNative(): boolean;
};

/** Answers the line that a source map leads to; line from 1, column from 0. */
type SourceGetter = (file: string, line: number, column: number) => string | undefined;
type PrepareCallback = (global: object, error: object, trace: CallSite[]) => unknown;

/** File names of our own code in the isolate. */
export const OWN_FILE = "secure-exec:guest";

/** Where the library called a shim that threw: line and column from 1. */
export interface CallPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export class StackTraces {
  #callback: PrepareCallback | null = null;
  #enhanceBefore: ((error: unknown) => unknown) | null = null;
  #enhanceAfter: ((error: unknown) => unknown) | null = null;
  #sourceGetter: SourceGetter | null = null;
  #usesSourceMaps = false;
  readonly #callers = new WeakMap<object, CallPlace>();

  setCallback(callback: PrepareCallback): void {
    this.#callback = callback;
  }

  setEnhancers(before: (error: unknown) => unknown, after: (error: unknown) => unknown): void {
    this.#enhanceBefore = before;
    this.#enhanceAfter = after;
  }

  setSourceGetter(getter: SourceGetter): void {
    this.#sourceGetter = getter;
  }

  useSourceMaps(isEnabled: boolean): void {
    this.#usesSourceMaps = isEnabled;
  }

  /** The line of a program's own source that a place in a made file stands for, with its name and carets. */
  mappedSource(file: string | undefined, line: number, column: number): string | undefined {
    if (!this.#usesSourceMaps || typeof file !== "string") return undefined;
    try {
      return this.#sourceGetter?.(file, line, column);
    } catch {
      return undefined;
    }
  }

  /** What `error.stack` is: as the library's callback says, once it is there. */
  prepare(global: object, error: object, trace: readonly CallSite[]): unknown {
    const visible: CallSite[] = [];
    for (let index = 0; index < trace.length; index++) {
      const site = trace[index] as CallSite;
      if (!isOwn(site)) visible[visible.length] = site;
    }
    if (trace[0] && isOwn(trace[0])) this.#rememberCaller(error, visible[0]);
    if (!this.#callback) return String(error);
    return this.#callback(global, error, visible);
  }

  /** For an error that a shim has made: where it was called. */
  callerOf(error: object): CallPlace | undefined {
    return this.#callers.get(error);
  }

  #rememberCaller(error: object, site: CallSite | undefined): void {
    const file = site?.getFileName();
    const line = site?.getLineNumber();
    const column = site?.getColumnNumber();
    if (file && line && column) this.#callers.set(error, { file, line, column });
  }

  /** The stack of an uncaught error, with its own properties behind it. */
  enhanced(error: object): string | undefined {
    try {
      const told = this.#enhanceBefore?.(error);
      if (typeof told === "string") {
        Object.defineProperty(error, "stack", { value: told, writable: true, configurable: true });
      }
      const text = this.#enhanceAfter?.(error);
      return typeof text === "string" ? text : undefined;
    } catch {
      return undefined;
    }
  }
}

function isOwn(site: CallSite): boolean {
  const file = site.getFileName();
  if (typeof file !== "string") {
    // A frame without a file is V8's own, unless it is one of isolated-vm's.
    return false;
  }
  return file.startsWith(OWN_FILE) || file.startsWith("<isolated-vm");
}
