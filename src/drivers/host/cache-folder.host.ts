/**
 * Where what is made once for a machine is kept, under a key of all that it is made of. With every version of Node or of
 * this package there are new keys: when one is made, old ones go.
 */
import { lstatSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** The entries of one kind that stay: those that were used last. */
const KEPT = 6;
/** Who has used an entry this lately may be about to open it again, however many there are. */
const RECENT_MS = 60 * 60 * 1000;

/** An entry, or what a process that was ended left of one that it was writing. */
const kinds = {
  node: /^node-[0-9a-f]{64}\.bin(\.\d+)?$/,
  python: /^python-[0-9a-f]{64}$/,
};

/** A file in an entry that is a folder, for each process that has the entry in use. */
const holderName = /^held-by-(\d+)$/;

/** The given folder, or the user's. */
export function cacheFolderOf(given: string | undefined): string {
  if (given !== undefined) return path.resolve(given);
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache");
  return path.join(base, "secure-exec");
}

/** Notes that an entry is used: it counts as new. What can't be noted is only older. */
export function noteUse(entry: string): void {
  const now = new Date();
  try {
    if (now.getTime() - lstatSync(entry).mtimeMs > RECENT_MS / 2) utimesSync(entry, now, now);
  } catch {
    // A folder that may be read only.
  }
}

const held = new Set<string>();

/** Keeps an entry that is a folder from being removed as long as this process lives: its guests open it whenever they start. */
export function holdEntry(entry: string): void {
  noteUse(entry);
  if (held.has(entry)) return;
  held.add(entry);
  const holder = path.join(entry, `held-by-${process.pid}`);
  try {
    // Of processes that are gone.
    for (const [name, pid] of holdersOf(entry)) {
      if (!isAlive(pid)) rmSync(path.join(entry, name), { force: true });
    }
    writeFileSync(holder, "");
    process.once("exit", () => rmSync(holder, { force: true }));
  } catch {
    // As with `noteUse`.
  }
}

/** Removes the entries of one kind that nobody has used for long and that are not among the last ones. */
export function pruneCache(folder: string, kind: keyof typeof kinds): void {
  const entries: { file: string; usedMs: number }[] = [];
  for (const name of readdirSync(folder)) {
    if (!kinds[kind].test(name)) continue;
    const file = path.join(folder, name);
    const usedMs = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (usedMs !== undefined) entries.push({ file, usedMs });
  }
  entries.sort((a, b) => b.usedMs - a.usedMs);
  for (const { file, usedMs } of entries.slice(KEPT)) {
    if (Date.now() - usedMs < RECENT_MS || isHeld(file)) continue;
    try {
      rmSync(file, { recursive: true, force: true });
    } catch {
      // Another user's, or open where systems don't remove what is open.
    }
  }
}

function isHeld(entry: string): boolean {
  return holdersOf(entry).some(([, pid]) => isAlive(pid));
}

function holdersOf(entry: string): [name: string, pid: number][] {
  if (!lstatSync(entry, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(entry).flatMap((name): [string, number][] => {
    const [, pid] = holderName.exec(name) ?? [];
    return pid === undefined ? [] : [[name, Number(pid)]];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it is somebody else's.
    return thrown instanceof Error && "code" in thrown && thrown.code !== "ESRCH";
  }
}
