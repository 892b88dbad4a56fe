/**
 * Stack traces as Node's library formats them. Frames of the shims are left out: a program sees
 * Node's frames and its own. Remembers where errors were made, for the report of uncaught ones.
 */

export interface ErrorOrigin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Made by a function of V8's that this place has called. */
  readonly isBehindNative: boolean;
}

type CallSite = {
  getFileName(): string | null | undefined;
  getEvalOrigin?(): string | undefined;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  isNative(): boolean;
};

type PrepareCallback = (realm: object, error: object, trace: CallSite[]) => unknown;

/** File names of our own code in the isolate. */
export const OWN_FILE = "secure-exec:guest";

/** How many errors are remembered by identity, for rejections that come back as copies. */
const RECENT = 32;

export class StackTraces {
  #callback: PrepareCallback | null = null;
  #enhanceBefore: ((error: unknown) => unknown) | null = null;
  #enhanceAfter: ((error: unknown) => unknown) | null = null;
  readonly #origins = new WeakMap<object, readonly ErrorOrigin[]>();
  readonly #recent: object[] = [];

  setCallback(callback: PrepareCallback): void {
    this.#callback = callback;
  }

  setEnhancers(before: (error: unknown) => unknown, after: (error: unknown) => unknown): void {
    this.#enhanceBefore = before;
    this.#enhanceAfter = after;
  }

  /** Takes Error.prepareStackTrace over from the function that Node's realm has put there. */
  install(): void {
    const original = (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    const realm = { Error: { prepareStackTrace: original } };
    const prepare = (error: object, trace: CallSite[]): unknown => {
      const visible: CallSite[] = [];
      for (let index = 0; index < trace.length; index++) {
        const site = trace[index] as CallSite;
        if (!isOwn(site)) visible[visible.length] = site;
      }
      this.#remember(error, visible);
      if (!this.#callback) return String(error);
      return this.#callback(realm, error, visible);
    };
    Object.defineProperty(prepare, "name", { value: "prepareStackTrace" });
    Object.defineProperty(Error, "prepareStackTrace", {
      value: prepare,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }

  /** Where an error was made and who called that, if its stack has been looked at. */
  originsOf(error: object): readonly ErrorOrigin[] {
    return this.#origins.get(error) ?? [];
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

  /** The error that a copy was made of: the last one prepared that looks like it. */
  originalOf(copy: unknown): unknown {
    if (!(copy instanceof Error)) return copy;
    for (let index = this.#recent.length - 1; index >= 0; index--) {
      const error = this.#recent[index] as Error;
      if (error.message === copy.message) return error;
    }
    // What lies behind the isolate's boundary is the host's.
    const stack = String(copy.stack).split("\n    at (<isolated-vm boundary>)")[0];
    Object.defineProperty(copy, "stack", { value: stack, writable: true, configurable: true });
    return copy;
  }

  #remember(error: object, trace: readonly CallSite[]): void {
    if (this.#recent.length >= RECENT) this.#recent.shift();
    this.#recent[this.#recent.length] = error;
    const origins: ErrorOrigin[] = [];
    for (let index = 0; index < trace.length; index++) {
      const site = trace[index];
      const file = site?.getFileName();
      const line = site?.getLineNumber();
      const column = site?.getColumnNumber();
      if (!file || !line || !column) continue;
      const isBehindNative = origins.length === 0 && index > 0;
      origins[origins.length] = { file, line, column, isBehindNative };
    }
    this.#origins.set(error, origins);
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
