/** `--limit NAME=VALUE`: a count, milliseconds, or bytes with K, M or G (of 1,024). Names are the runtime's to check. */
import { UsageError } from "./usage-error.js";

const factors: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

export function parseLimit(text: string): [name: string, value: number] {
  const [, name, digits, unit = ""] = /^([^=]+)=(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text) ?? [];
  if (name === undefined || digits === undefined) {
    throw new UsageError(`--limit ${text}: expected NAME=VALUE, as in fileSystemBytes=64M`);
  }
  return [name, Number(digits) * (factors[unit.toUpperCase()] ?? 1)];
}
