/** `util`: what Node's library asks V8 about values. */
import { S_IFCHR, S_IFIFO, S_IFMT, S_IFREG } from "../../../kernel/constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { ProxyProbe } from "../guest/proxy-probe.js";

const ONLY_ENUMERABLE = 2;
const handleTypes = ["TCP", "TTY", "UDP", "FILE", "PIPE", "UNKNOWN", "INVALID"];
const ARRAY_INDEX_MAX = 2 ** 32 - 2;

const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;

function isArrayIndex(key: string): boolean {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index <= ARRAY_INDEX_MAX && String(index) === key;
}

export function utilBinding(guest: Guest, probe: ProxyProbe): Binding {
  const { kernel, privateSymbols } = guest;

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
      default:
        return "UNKNOWN";
    }
  };

  return {
    privateSymbols: privateSymbols.byName,
    shouldAbortOnUncaughtToggle: new Uint32Array(1),
    isInsideNodeModules: () => false,
    // V8 shows a promise's state to nobody.
    getPromiseDetails: (value: unknown) => (value instanceof Promise ? [0, undefined] : undefined),
    getProxyDetails(value: unknown, showProxy = true) {
      if (!probe.isProxy(value)) return undefined;
      const target = probe.target(value);
      return showProxy ? [target, probe.handler(value)] : target;
    },
    getCallerLocation: () => undefined,
    isArrayBufferDetached: (buffer: ArrayBuffer) => {
      if (buffer.byteLength !== 0) return false;
      try {
        new Uint8Array(buffer);
        return false;
      } catch {
        return true;
      }
    },
    previewEntries: (value: object, isIterator?: boolean) => {
      const entries = previewOf(value);
      return isIterator ? [entries, false] : entries;
    },
    getOwnNonIndexProperties(value: object, filter: number) {
      const keys: PropertyKey[] = [];
      for (const key of ownKeys(value)) {
        if (typeof key === "string" && isArrayIndex(key)) continue;
        if (filter === ONLY_ENUMERABLE && !getOwnPropertyDescriptor(value, key)?.enumerable)
          continue;
        keys[keys.length] = key;
      }
      return keys;
    },
    getConstructorName(value: object) {
      for (let at: object | null = value; at; at = getPrototypeOf(at)) {
        const maker = getOwnPropertyDescriptor(at, "constructor")?.value;
        if (typeof maker === "function" && maker.name !== "") return maker.name;
      }
      return "";
    },
    getCallSites: () => [],
    getSystemErrorName: (number: number) => guest.uv.name(number),
    getExternalValue: () => 0n,
    sleep(ms: number) {
      kernel.poll([], ms);
    },
    guessHandleType,
    arrayBufferViewHasBuffer: () => true,
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

/** Lone surrogates become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    "\ufffd",
  );
}

/** Entries of a collection. An iterator would be used up by looking: it shows none. */
function previewOf(value: object): unknown[] {
  if (value instanceof Map) {
    const entries: unknown[] = [];
    for (const [key, item] of value) entries.push(key, item);
    return entries;
  }
  return value instanceof Set ? [...value] : [];
}
