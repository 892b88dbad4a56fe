/** The program of resident runners, which runs in guests. */
import { readFileSync } from "node:fs";

/** Its text: dist/ holds it beside the chunk this code is bundled into. */
export function residentProgram(): string {
  return readFileSync(new URL("./guest-resident.js", import.meta.url), "utf8");
}
