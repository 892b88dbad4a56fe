// The entry point `secure-exec/node`. Node guests come with a later release; until then it says so.

import { RuntimeNotYetError } from "./runtime-not-yet-error.js";

/** Not part of this release: throws an error whose code is `ERR_RUNTIME_NOT_YET`. */
export function createNodeRuntime(): never {
  throw new RuntimeNotYetError("createNodeRuntime", "Node");
}
