/** Fills a shim up to what the host's Node has in that binding: constants, arrays, and stubs that say ENOSYS. */
import type { Binding, Guest } from "./guest.js";
import type { SurfaceValue } from "./host-hooks.js";

const arrays: Readonly<Record<string, new (length: number) => object>> = {
  Uint8Array,
  Int32Array,
  Uint32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

/** Adds to `shim` what the surface has and the shim has not. */
export function fillFromSurface(guest: Guest, name: string, shim: Binding): Binding {
  const surface = guest.configuration.surface[name] ?? {};
  for (const key of Object.keys(surface)) {
    if (Object.hasOwn(shim, key)) continue;
    shim[key] = standIn(guest, name, key, surface[key] as SurfaceValue);
  }
  return shim;
}

function standIn(guest: Guest, binding: string, key: string, value: SurfaceValue): unknown {
  switch (value.kind) {
    case "value":
      return withHidden(withoutPrototypes(value.value), value.hidden ?? {});
    case "function":
      return guest.missing(binding, key);
    case "class":
      return missingClass(guest, binding, key, value.methods);
    case "array": {
      const make = arrays[value.type];
      return make ? new make(value.length) : undefined;
    }
    case "symbols":
      return undefined;
  }
}

function missingClass(guest: Guest, binding: string, key: string, methods: readonly string[]) {
  const stub = {
    [key]: class {
      constructor() {
        throw guest.notImplemented(binding, `new ${key}`);
      }
    },
  }[key] as unknown as { prototype: Record<string, unknown> };
  for (const method of methods) {
    if (method === "constructor") continue;
    Object.defineProperty(stub.prototype, method, {
      value: guest.missing(binding, `${key}.${method}`),
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  return stub;
}

function withHidden(table: unknown, hidden: Readonly<Record<string, number>>): unknown {
  for (const [name, value] of Object.entries(hidden)) {
    Object.defineProperty(table, name, { value, writable: false, configurable: false });
  }
  return table;
}

/** Node's constant tables have no prototype. */
export function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const table: Record<string, unknown> = { __proto__: null } as Record<string, unknown>;
  for (const [key, entry] of Object.entries(value)) table[key] = withoutPrototypes(entry);
  return table;
}
