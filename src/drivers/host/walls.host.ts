/**
 * The walls of a guest host process (native/walls/, compiled at install): what this process takes away from itself before
 * it serves a guest. Where they are not there, or the system is none of Linux's, guests run without.
 */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";

interface Walls {
  raiseWalls(): boolean;
  seeOnly(sourcesAndTargets: readonly string[]): boolean;
  limitData(bytes: number): boolean;
}

/** What a process may need beyond what its guest is allowed: stacks of threads, V8's own tables. */
const MARGIN_BYTES = 512 * 1024 * 1024;

const walls = load();
const STATUS = "/proc/self/status";

function load(): Walls | null {
  try {
    const require = createRequire(import.meta.url);
    return require(`./native/walls-${process.platform}-${process.arch}.node`) as Walls;
  } catch {
    return null;
  }
}

/**
 * Takes away the host's files but those, which can only be read. Only in a mount namespace of its own.
 * @param files - Absolute paths, as this process names them: they stay, also where links lead to them now.
 */
export function seeOnly(files: readonly string[]): boolean {
  if (!walls) return false;
  // Time zones are looked up in files, once.
  new Date().getTimezoneOffset();
  const pairs = files.flatMap((file) => {
    const source = realPathOf(file);
    return source === null ? [] : [source, file];
  });
  // A file of this one process: of /proc nothing else stays.
  return walls.seeOnly([...pairs, `/proc/${process.pid}/status`, STATUS]);
}

/** Gives up what no guest needs: programs, sockets, other processes, changes of files (seccomp, no_new_privs). */
export function raiseWalls(): boolean {
  return walls?.raiseWalls() ?? false;
}

/** Limits the memory of this process to what it has and `bytes` (RLIMIT_DATA), for the guest that begins. */
export function limitMemory(bytes: number): void {
  if (!walls) return;
  const [, kilobytes] = /^VmData:\s*(\d+) kB/m.exec(statusText()) ?? [];
  if (kilobytes) walls.limitData(Number(kilobytes) * 1024 + bytes + MARGIN_BYTES);
}

function statusText(): string {
  try {
    return readFileSync(STATUS, "latin1");
  } catch {
    return "";
  }
}

function realPathOf(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
