/** What a descriptor is called by /proc/PID/fd and /dev/fd. */
import { hostActor } from "./actor.js";
import { DirectoryDescription } from "./directory-description.js";
import { Errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";

/** The number that a name stands for: digits without padding. */
export function parseNumber(name: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(name) ? Number(name) : undefined;
}

/** What readlink answers: the path it was opened by, or its kind and number. */
export function descriptorTarget(tables: KernelTables, description: FileDescription): string {
  if (description instanceof DirectoryDescription) {
    const { path, removed } = description.held;
    return removed ? `${path} (deleted)` : path;
  }
  const stat = description.stat();
  const ino = stat instanceof Errno ? 0 : stat.ino;
  const { openedPath } = description;
  if (openedPath === undefined) {
    const kind = description.kind === "sink" ? "pipe" : description.kind;
    return `${kind}:[${ino}]`;
  }
  const named = tables.vfs.stat(hostActor, "/", openedPath, false);
  const isThere = !(named instanceof Errno) && named.ino === ino;
  return isThere ? openedPath : `${openedPath} (deleted)`;
}
