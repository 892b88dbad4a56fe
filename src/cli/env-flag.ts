/** `--env NAME=value`, or `--env NAME` for the value that the variable has where the command is run. */
import { UsageError } from "./usage-error.js";

export function parseEnv(
  text: string,
  own: Readonly<Record<string, string | undefined>>,
): [name: string, value: string] {
  const at = text.indexOf("=");
  const name = at < 0 ? text : text.slice(0, at);
  if (name === "") throw new UsageError(`--env ${text}: expected NAME=value or NAME`);
  const value = at < 0 ? own[name] : text.slice(at + 1);
  if (value === undefined) throw new UsageError(`--env ${name}: it is not set here`);
  return [name, value];
}
