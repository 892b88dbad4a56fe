/** Node's command line for code that is given as text: an ES module that has no file. */
import { checkText, expected } from "./check-options.js";

/**
 * The arguments of `node`. Relative imports start at the working directory, as with `node --eval`.
 * @param args - What `process.argv` has from its second word on.
 */
export function moduleArguments(
  call: string,
  code: string,
  args: readonly string[] = [],
): string[] {
  if (typeof code !== "string") throw expected(`${call}: code`, "a string", code);
  checkText(`${call}: code`, code);
  return ["--input-type=module", "--eval", code, "--", ...args];
}
