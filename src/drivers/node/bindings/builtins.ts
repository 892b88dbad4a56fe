/** `builtins`: Node's own modules, compiled by the container from the host binary's text. */
import type { Binding, Callable, Guest } from "../guest/guest.js";

export function builtinsBinding(guest: Guest): Binding {
  const { configuration, hooks } = guest;
  return {
    builtinIds: [...configuration.builtinIds],
    // For tests of Node's only.
    get builtinCategories() {
      const { builtinIds, canBeRequired } = configuration;
      const cannotBeRequired = builtinIds.filter((id) => !canBeRequired.includes(id));
      return { canBeRequired: [...canBeRequired], cannotBeRequired };
    },
    config: configuration.buildConfiguration,
    compileFunction: (id: string) => compileBuiltin(guest, id),
    setInternalLoaders(internalBinding: Guest["internalBinding"], require: Guest["require"]) {
      guest.internalBinding = internalBinding;
      guest.require = require;
    },
    hasCachedBuiltins: () => true,
    getCacheUsage: () => ({
      compiledWithCache: [],
      compiledWithoutCache: [],
      compiledInSnapshot: [],
    }),
    // Source texts on demand: what `process.binding("natives")` shows.
    get natives() {
      const natives: Record<string, string> = {};
      for (const id of configuration.canBeRequired) {
        natives[id] = String(hooks.compute("builtinSource", id));
      }
      return natives;
    },
  };
}

/** One of Node's modules as the function that its loader calls. */
export function compileBuiltin(guest: Guest, id: string): Callable {
  const { compileBuiltin: compile } = guest.hooks;
  const reference = guest.native.withoutMicrotasks(() => compile.applySync(undefined, [id])) as {
    deref(): Callable;
  } | null;
  if (!reference) throw new Error(`No such built-in module: ${id}`);
  return reference.deref();
}
