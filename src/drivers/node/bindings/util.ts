/** `util`: what Node's library asks V8 about values. */
import { S_IFCHR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from "../../../kernel/constants.js";
import {
  AF_UNIX,
  SO_DOMAIN,
  SO_TYPE,
  SOCK_STREAM,
  SOL_SOCKET,
} from "../../../kernel/socket-constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { CallSite } from "../guest/native.js";
import { OWN_FILE } from "../guest/stack-traces.js";

/** How many frames of the shims are on a stack at most when one asks for it. */
const OWN_FRAMES = 4;

const handleTypes = ["TCP", "TTY", "UDP", "FILE", "PIPE", "UNKNOWN", "INVALID"];
export function utilBinding(guest: Guest): Binding {
  const { kernel, native, privateSymbols } = guest;

  const socketTypeName = (fd: number): string => {
    const option = (name: number): number =>
      kernel.call("get_socket_option", { fd, level: SOL_SOCKET, name })
        ? -1
        : (kernel.bytes[0] ?? -1);
    const isInternet = option(SO_DOMAIN) !== AF_UNIX;
    if (option(SO_TYPE) === SOCK_STREAM) return isInternet ? "TCP" : "PIPE";
    return isInternet ? "UDP" : "UNKNOWN";
  };

  /** An index into the list of names that `internal/util` has. */
  const guessHandleType = (fd: number): number => handleTypes.indexOf(handleTypeName(fd));

  const handleTypeName = (fd: number): string => {
    const stat = kernel.fstat(fd);
    if (typeof stat === "number") return "INVALID";
    switch (stat.mode & S_IFMT) {
      case S_IFREG:
        return "FILE";
      case S_IFIFO:
        return "PIPE";
      case S_IFCHR:
        // Devices that are no terminals are like files to Node.
        return kernel.isTerminal(fd) ? "TTY" : "FILE";
      case S_IFSOCK:
        return socketTypeName(fd);
      default:
        return "UNKNOWN";
    }
  };

  /** The stack without our own frames. */
  const userFrames = (limit: number): CallSite[] =>
    native
      .callSites(limit + OWN_FRAMES)
      .filter(([, script]) => !script.startsWith(OWN_FILE))
      .slice(0, limit);

  /** Whether the innermost code that is not the library's lies in a package; `fallback` where there is none. */
  const isInsideNodeModules = (limit = 10, fallback = false): boolean => {
    for (const [, script] of userFrames(limit)) {
      if (script === "" || script.startsWith("node:")) continue;
      return /[\\/]node_modules[\\/]/.test(script);
    }
    return fallback;
  };

  return {
    privateSymbols: privateSymbols.byName,
    shouldAbortOnUncaughtToggle: guest.abortToggle,
    isInsideNodeModules,
    getPromiseDetails: (value: unknown) => native.getPromiseDetails(value),
    getProxyDetails: (value: unknown, showProxy = true) =>
      native.getProxyDetails(value, Boolean(showProxy)),
    /** Where the function that asks was called: a test's place in its file. */
    getCallerLocation() {
      const caller = userFrames(2)[1];
      return caller && [caller[2], caller[3], caller[1]];
    },
    isArrayBufferDetached: (buffer: unknown) => native.wasDetached(buffer),
    previewEntries: (value: object, isIterator?: boolean) =>
      isIterator === undefined
        ? native.previewEntries(value)
        : native.previewEntries(value, isIterator),
    getOwnNonIndexProperties: (value: object, filter: number) =>
      native.getOwnNonIndexProperties(value, filter),
    getConstructorName: (value: object) => native.getConstructorName(value),
    // The innermost frame is the library's own.
    getCallSites: (limit: number) =>
      userFrames(limit + 1)
        .slice(1)
        .map(([functionName, scriptName, lineNumber, column, scriptId]) => ({
          functionName,
          scriptId: String(scriptId),
          scriptName,
          lineNumber,
          columnNumber: column,
          column,
        })),
    getSystemErrorName: (number: number) => guest.uv.name(number),
    getExternalValue: (external: unknown) => native.externalValue(external),
    sleep(ms: number) {
      kernel.poll([], ms);
    },
    guessHandleType,
    defineLazyProperties: (
      target: object,
      id: string,
      keys: readonly string[],
      isEnumerable?: boolean,
    ) => defineLazyProperties(guest, target, id, keys, isEnumerable),
    constructSharedArrayBuffer: (length: number) => new SharedArrayBuffer(length),
    /** Its rejection counts as handled. */
    markPromiseAsHandled(promise: Promise<unknown>) {
      promise.catch(() => {});
    },
    arrayBufferViewHasBuffer: (view: unknown) => native.hasBuffer(view),
    toUSVString: (text: string) => wellFormed(String(text)),
    parseEnv: (text: string) => guest.hooks.compute("parseEnv", text),
    WeakReference: class {
      #strong: object | undefined;
      readonly #weak: WeakRef<object>;
      #count = 0;
      constructor(target: object) {
        this.#weak = new WeakRef(target);
      }
      get() {
        return this.#weak.deref();
      }
      incRef() {
        this.#count++;
        this.#strong = this.#weak.deref();
        return this.#count;
      }
      decRef() {
        this.#count--;
        if (this.#count === 0) this.#strong = undefined;
        void this.#strong;
        return this.#count;
      }
    },
  };
}

/** Properties whose values are a builtin module's, loaded when the first of them is asked for. */
function defineLazyProperties(
  guest: Guest,
  target: object,
  id: string,
  keys: readonly string[],
  isEnumerable = true,
): void {
  for (const key of keys) {
    const settle = (value: unknown): void => {
      Object.defineProperty(target, key, {
        value,
        writable: true,
        enumerable: isEnumerable,
        configurable: true,
      });
    };
    const get = (): unknown => {
      const value = (guest.require(id) as Record<string, unknown>)[key];
      settle(value);
      return value;
    };
    Object.defineProperty(get, "name", { value: `get ${key}` });
    Object.defineProperty(settle, "name", { value: `set ${key}` });
    Object.defineProperty(target, key, {
      get,
      set: settle,
      enumerable: isEnumerable,
      configurable: true,
    });
  }
}

/** Lone surrogates become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
}
