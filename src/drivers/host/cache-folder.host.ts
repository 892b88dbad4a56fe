/** Where what is made once for a machine is kept. */
import { homedir } from "node:os";
import path from "node:path";

/** The given folder, or the user's. */
export function cacheFolderOf(given: string | undefined): string {
  if (given !== undefined) return path.resolve(given);
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(base, "secure-exec");
}
