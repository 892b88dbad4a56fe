/**
 * The walls of a guest host process (native/walls/, compiled at install): what this process takes away from itself before
 * it serves a guest. Where they are not there, or the system is none of Linux's, guests run without.
 */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";

interface Walls {
  raiseWalls(): boolean;
  seeOnly(sourcesAndTargets: readonly string[]): boolean;
  limitData(bytes: number, bytesPerIsolate: number): boolean;
  countIsolates(change: number): boolean;
}

const MiB = 1024 * 1024;
/** What a process may need beyond what its guest is allowed: stacks of threads, V8's own tables. */
const MARGIN_BYTES = 512 * MiB;
/** What is smaller is something else. */
const CODE_RANGE_MIN_BYTES = 64 * MiB;

const walls = load();
const STATUS = "/proc/self/status";
/** Read before there is a guest: V8 has one isolate here, Node's own. */
const codeBytes = walls ? codeRangeBytes() : 0;

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
  const [, kilobytes] = /^VmData:\s*(\d+) kB/m.exec(textOf(STATUS)) ?? [];
  if (kilobytes) walls.limitData(Number(kilobytes) * 1024 + bytes + MARGIN_BYTES, codeBytes);
}

/** Makes room in the limit for what isolates reserve, or takes it back: by what `limitMemory` has said, in whichever thread. */
export function countIsolates(change: number): void {
  walls?.countIsolates(change);
}

/**
 * What V8 reserves for the code of one isolate. From Node 24 on it does so with memory that could be written, which counts as
 * data of the process (512 MiB), though nothing is there.
 */
function codeRangeBytes(): number {
  let largest = 0;
  for (const [, from, to] of textOf("/proc/self/maps").matchAll(/^(\w+)-(\w+) rwxp /gm)) {
    largest = Math.max(largest, Number(`0x${to}`) - Number(`0x${from}`));
  }
  return largest < CODE_RANGE_MIN_BYTES ? 0 : Math.ceil(largest / MiB / 128) * 128 * MiB;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
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
