/** The version of this package. */
import { readFileSync } from "node:fs";

/** dist/, where this is bundled into, stands beside package.json. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return JSON.parse(text).version;
}
