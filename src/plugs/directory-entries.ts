/** A directory's entries with what they are. */
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "../kernel/constants.js";
import type { NodeRuntime } from "../runtime/node-runtime.js";

export type EntryType = "file" | "directory" | "symlink" | "other";

export interface DirectoryEntry {
  readonly name: string;
  readonly type: EntryType;
  /** In bytes. */
  readonly size: number;
}

/** What the mode of a file says it is. */
export function typeOfMode(mode: number): EntryType {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "directory";
    case S_IFLNK:
      return "symlink";
    default:
      return "other";
  }
}

/** The first `limit` entries by name, and how many there are. */
export async function directoryEntries(
  runtime: NodeRuntime,
  path: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ entries: DirectoryEntry[]; total: number }> {
  const names = (await runtime.readdir(path)).filter((name) => name !== "." && name !== "..");
  const entries: DirectoryEntry[] = [];
  for (const name of names.sort().slice(0, limit)) {
    // It may have gone since.
    const stat = await runtime.lstat(`${path}/${name}`).catch(() => undefined);
    if (stat) entries.push({ name, type: typeOfMode(stat.mode), size: stat.size });
  }
  return { entries, total: names.length };
}
