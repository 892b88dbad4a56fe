/** `config`: what this Node has. No inspector: nothing listens. */
import type { Binding } from "../guest/guest.js";

export function configBinding(): Binding {
  return {
    hasInspector: false,
    hasTracing: false,
    noBrowserGlobals: false,
    fipsMode: false,
    // From Node 24 on. The library has one for who has none.
    getDefaultLocale: () => undefined,
  };
}
