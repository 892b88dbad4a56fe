/**
 * Which walls stand around a guest host process, as the system itself tells it (proc(5), namespaces(7)): found from outside, so that
 * nothing that runs in the process has a say in it. On systems without /proc none is known of.
 */
import { readFileSync, readlinkSync } from "node:fs";

/** What this machine offers around guest host processes. */
export interface Walls {
  /** Names of the namespaces of its own, as in /proc/PID/ns: of `user`, `net`, `mnt`, `ipc`, `uts`. */
  readonly namespaces: readonly string[];
  /** Nothing is left of the host's files but this package's own, which can only be read. */
  readonly hidesFiles: boolean;
  /** System calls that no guest needs are refused (seccomp). */
  readonly filtersSystemCalls: boolean;
  /** No program file can give it privileges (no_new_privs). */
  readonly hasNoNewPrivileges: boolean;
  /** What a control group of its own bounds: of `memory`, `pids`. */
  readonly controlGroup: readonly string[];
}

const namespaceNames = ["user", "net", "mnt", "ipc", "uts"];
/** Of a mount's line in mountinfo: where it is mounted. */
const MOUNT_POINT_FIELD = 4;

/** @param limitedBy - What the control group bounds that the process was put into. */
export function wallsOf(pid: number, limitedBy: readonly string[]): Walls {
  const status = textOf(`/proc/${pid}/status`);
  return {
    namespaces: namespaceNames.filter((name) => {
      const own = namespaceOf("self", name);
      const other = namespaceOf(pid, name);
      return own !== null && other !== null && own !== other;
    }),
    hidesFiles: rootTypeOf(pid) === "tmpfs" && rootTypeOf("self") !== "tmpfs",
    filtersSystemCalls: /^Seccomp:\s*2$/m.test(status),
    hasNoNewPrivileges: /^NoNewPrivs:\s*1$/m.test(status),
    controlGroup: [...limitedBy],
  };
}

function namespaceOf(pid: number | "self", name: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`);
  } catch {
    return null;
  }
}

/** The type of the file system that a process has as `/`. */
function rootTypeOf(pid: number | "self"): string | undefined {
  for (const line of textOf(`/proc/${pid}/mountinfo`).split("\n")) {
    const [mount = "", kind = ""] = line.split(" - ");
    if (mount.split(" ")[MOUNT_POINT_FIELD] === "/") return kind.split(" ", 1)[0];
  }
  return undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
