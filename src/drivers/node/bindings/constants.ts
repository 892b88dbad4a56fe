/** `constants`: the host's Node's numbers. Nobody can change one, as Node has it. */
import type { Binding, Guest } from "../guest/guest.js";

/** In JSON it became null. */
const INFINITE = "Z_MAX_CHUNK";

export function constantsBinding(guest: Guest): Binding {
  const tables: Binding = Object.create(null);
  for (const [name, value] of Object.entries(guest.configuration.surface.constants ?? {})) {
    if (value.kind === "value") tables[name] = fixed(value.value);
  }
  return tables;
}

/** A table without prototype whose numbers are fixed. Its texts the library may replace. */
function fixed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const table: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of Object.entries(value)) {
    const constant = key === INFINITE ? Number.POSITIVE_INFINITY : fixed(entry);
    const isFixed = typeof constant === "number";
    Object.defineProperty(table, key, {
      value: constant,
      enumerable: true,
      writable: !isFixed,
      configurable: !isFixed,
    });
  }
  return table;
}
