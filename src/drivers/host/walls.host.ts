/**
 * The walls of a guest host process (native/walls/walls.cc, compiled at install): what this process takes away from itself before
 * it serves a guest. Where they are not there, or the system is none of Linux's, guests run without.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

interface Walls {
  raiseWalls(): boolean;
  limitData(bytes: number): boolean;
}

/** What a process may need beyond what its guest is allowed: stacks of threads, V8's own tables. */
const MARGIN_BYTES = 512 * 1024 * 1024;

const walls = load();

function load(): Walls | null {
  try {
    const require = createRequire(import.meta.url);
    return require(`./native/walls-${process.platform}-${process.arch}.node`) as Walls;
  } catch {
    return null;
  }
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
    return readFileSync("/proc/self/status", "latin1");
  } catch {
    return "";
  }
}
