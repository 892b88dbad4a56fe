/** `config`: what this Node has. No inspector: nothing listens. */
import type { Binding } from "../guest/guest.js";

export function configBinding(): Binding {
  return { hasInspector: false, hasTracing: false, noBrowserGlobals: false, fipsMode: false };
}
