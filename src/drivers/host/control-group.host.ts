/**
 * Control groups (cgroup v2) around guest host processes, where the machine has given this application's user a part of the tree
 * that bounds memory or processes, as systemd does for user sessions and for services with Delegate=yes. Found at run time,
 * never needed: RLIMIT_DATA and the system call filter bound much of the same.
 *
 * A group that holds processes can't bound its children, so guests' groups are made beside this application's own, in the nearest
 * group above that bounds its children; never where that would take guests out of a bound that the application itself is under.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

const NAME = /^secure-exec-(\d+)-\d+$/;
/** Threads of a guest host process, its guest's workers included. */
const THREADS_MAX = 256;
/** Of memory, beyond what the guest may have: the process itself, with V8's code and caches of files. */
const MARGIN_BYTES = 512 * 1024 * 1024;
const CONTROLLERS = ["memory", "pids"];

/** One guest host process's group. */
export class ControlGroup {
  readonly #folder: string;
  /** What it bounds: of `memory`, `pids`. */
  readonly bounds: readonly string[];

  constructor(folder: string, bounds: readonly string[]) {
    this.#folder = folder;
    this.bounds = bounds;
  }

  /** Bounds the memory for the guest that begins. */
  limitMemory(bytes: number): void {
    if (this.bounds.includes("memory")) this.#set("memory.max", bytes + MARGIN_BYTES);
  }

  /** Ends all that is in it. */
  kill(): void {
    this.#set("cgroup.kill", 1);
  }

  /** Only when nothing is in it any more. */
  remove(): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // EBUSY: its process is not quite gone. The next application's start removes it.
    }
  }

  #set(file: string, value: number): void {
    try {
      writeFileSync(path.join(this.#folder, file), String(value));
    } catch {
      // An older system does not have it; the other walls stand.
    }
  }
}

/** Where groups can be made. */
export class ControlGroups {
  readonly #folder: string;
  readonly #bounds: readonly string[];
  #made = 0;

  /** @param folder - A group whose children can be made, and be bounded by those controllers. */
  constructor(folder: string, bounds: readonly string[]) {
    this.#folder = folder;
    this.#bounds = bounds;
    this.#removeLeft();
  }

  /** Where this machine lets the application make groups; null: nowhere. */
  static find(): ControlGroups | null {
    const root = hierarchyRoot();
    const [, own] = /^0::(\/.*)$/m.exec(textOf("/proc/self/cgroup")) ?? [];
    if (root === null || own === undefined) return null;
    let folder = path.join(root, own);
    // Up to the first that bounds its children; the way there must not leave a bound behind.
    while (folder.startsWith(root)) {
      const bounds = CONTROLLERS.filter((name) => listOf(folder).includes(name));
      if (bounds.length > 0) {
        return isWritable(folder) ? new ControlGroups(folder, bounds) : null;
      }
      if (isBounded(folder) || folder === root) return null;
      folder = path.dirname(folder);
    }
    return null;
  }

  /** Puts a process into a group of its own; null where that fails. */
  enclose(pid: number): ControlGroup | null {
    const folder = path.join(this.#folder, `secure-exec-${process.pid}-${++this.#made}`);
    try {
      mkdirSync(folder);
      if (this.#bounds.includes("pids"))
        writeFileSync(path.join(folder, "pids.max"), String(THREADS_MAX));
      writeFileSync(path.join(folder, "cgroup.procs"), String(pid));
      return new ControlGroup(folder, this.#bounds);
    } catch {
      new ControlGroup(folder, []).remove();
      return null;
    }
  }

  /** Removes the groups of applications that were killed. */
  #removeLeft(): void {
    for (const name of readdirSync(this.#folder)) {
      const [, pid] = NAME.exec(name) ?? [];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      new ControlGroup(path.join(this.#folder, name), []).remove();
    }
  }
}

/** Where the tree of cgroup v2 is mounted. */
function hierarchyRoot(): string | null {
  const line = textOf("/proc/self/mountinfo")
    .split("\n")
    .find((mount) => mount.includes(" - cgroup2 "));
  return line?.split(" ")[4] ?? null;
}

/** What a group bounds its children by. */
function listOf(folder: string): string[] {
  return textOf(path.join(folder, "cgroup.subtree_control")).trim().split(" ");
}

function isBounded(folder: string): boolean {
  const bounds = ["memory.max", "memory.high", "pids.max", "cpu.max"].map((name) =>
    textOf(path.join(folder, name)).trim(),
  );
  return bounds.some((bound) => bound !== "" && !bound.startsWith("max"));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    accessSync(path.join(folder, "cgroup.procs"), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
