/**
 * `process.env`: an object whose values are strings, as environment variables are. They are the object's own properties,
 * until another thread shares them (SHARE_ENV): from then on they are in the addon.
 */
import type { Native } from "./native.js";

/** Types of values that may be assigned. */
const CONVERTED: readonly string[] = ["string", "number", "boolean"];

export class Environment {
  readonly object: Record<string, string>;
  readonly #values: Record<string, string>;
  readonly #handler: ProxyHandler<Record<string, string>>;
  readonly #native: Native;
  readonly #useTimeZone: (zone: string) => void;
  /** The addon's number; 0: it is not shared. */
  #shared = 0;

  readonly #onOddValue: () => void;

  /**
   * @param useTimeZone - Called with each new value of `TZ`; with nothing when it is deleted.
   * @param onOddValue - Called when something else than a string, number or boolean is assigned.
   */
  constructor(native: Native, useTimeZone: (zone: string) => void, onOddValue: () => void) {
    this.#onOddValue = onOddValue;
    this.#native = native;
    this.#useTimeZone = useTimeZone;
    this.#values = Object.create(Object.prototype) as Record<string, string>;
    this.#handler = {
      set: (_target, key, value) => this.#set(key, value),
      defineProperty: (_target, key, descriptor) => this.#define(key, descriptor),
      deleteProperty: (_target, key) => this.#delete(key),
    };
    this.object = new Proxy(this.#values, this.#handler);
  }

  /** What a variable is now. */
  valueOf(name: string): string | undefined {
    if (this.#shared > 0) return this.#native.environmentValue(this.#shared, name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  /** Lets another thread have it, too: its number there; 0 when there is no room for it. */
  share(): number {
    if (this.#shared > 0) return this.#shared;
    const id = this.#native.makeEnvironment();
    if (id === undefined) return 0;
    for (const [name, value] of Object.entries(this.#values)) {
      this.#native.setEnvironmentValue(id, name, value);
      delete this.#values[name];
    }
    this.join(id);
    return id;
  }

  /** Is from now on the one with that number, which another thread has begun to share. */
  join(id: number): void {
    const native = this.#native;
    this.#shared = id;
    const valueNamed = (key: PropertyKey): string | undefined =>
      typeof key === "string" ? native.environmentValue(id, key) : undefined;
    // A proxy asks its handler for each trap anew.
    Object.assign(this.#handler, {
      get: (target, key) => valueNamed(key) ?? Reflect.get(target, key),
      has: (target, key) => valueNamed(key) !== undefined || Reflect.has(target, key),
      ownKeys: () => native.environmentNames(id) ?? [],
      getOwnPropertyDescriptor: (_target, key) => {
        const value = valueNamed(key);
        if (value === undefined) return undefined;
        return { value, writable: true, enumerable: true, configurable: true };
      },
    } satisfies ProxyHandler<Record<string, string>>);
  }

  #set(key: PropertyKey, value: unknown): boolean {
    if (typeof key === "symbol" || typeof value === "symbol") {
      throw new TypeError("Cannot convert a Symbol value to a string");
    }
    if (!CONVERTED.includes(typeof value)) this.#onOddValue();
    const text = `${value}`;
    if (key === "TZ") this.#useTimeZone(text);
    if (this.#shared > 0) return this.#native.setEnvironmentValue(this.#shared, `${key}`, text);
    this.#values[key as string] = text;
    return true;
  }

  #delete(key: PropertyKey): boolean {
    if (key === "TZ") this.#useTimeZone("");
    if (this.#shared === 0) return Reflect.deleteProperty(this.#values, key);
    if (typeof key === "symbol") return true;
    return this.#native.setEnvironmentValue(this.#shared, String(key), undefined);
  }

  #define(key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    if ("get" in descriptor || "set" in descriptor) {
      throw invalidDescriptor(
        "'process.env' does not accept an accessor(getter/setter) descriptor",
      );
    }
    const { configurable, writable, enumerable } = descriptor;
    if (!("value" in descriptor && configurable && writable && enumerable)) {
      throw invalidDescriptor(
        "'process.env' only accepts a configurable, writable, and enumerable data descriptor",
      );
    }
    return this.#set(key, descriptor.value);
  }
}

function invalidDescriptor(message: string): Error {
  return Object.assign(new TypeError(message), { code: "ERR_INVALID_OBJECT_DEFINE_PROPERTY" });
}
