/** Which limit a system call was refused for: told by its error, its name and how full the tables are. */
import type { Allowance } from "./allowance.js";
import { type Errno, errno } from "./errno.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Limits } from "./limits.js";

type Finder = (
  tables: KernelTables,
  call: string,
  allowance: Allowance,
) => keyof Limits | undefined;

/** EAGAIN is what every non-blocking call answers: only these calls have it from a limit. */
const refusedWithAgain: Readonly<Record<string, Finder>> = {
  spawn: (tables, _call, { limits, members }) => {
    const full = tables.processes.size >= tables.limits.processes;
    return full || members.size >= limits.processes ? "processes" : "spawnDepth";
  },
  create_thread: () => "processes",
  create_timer: () => "timers",
  set_timer: () => "timers",
  loop: () => "submissions",
  resolve: (tables) => (tables.network.dns.isSpent ? "lookupsPerMinute" : undefined),
};

const finders = new Map<Errno, Finder>([
  [errno.EMFILE, () => "descriptors"],
  [errno.ENFILE, (_tables, call) => (isAboutSockets(call) ? "sockets" : "pipes")],
  [errno.EFBIG, () => "fileBytes"],
  [errno.E2BIG, () => "argumentBytes"],
  [errno.ENOLCK, () => "recordLocks"],
  [errno.ENOBUFS, () => "connections"],
  [
    errno.ENOSPC,
    (tables, call, allowance) => {
      if (call.startsWith("watch") || call.endsWith("watch")) return "watches";
      if (tables.terminals.size >= tables.limits.terminals) return "terminals";
      if (allowance.isStoreFull("fileSystemBytes")) return "fileSystemBytes";
      const isFull = tables.storeUsage().inodes >= tables.limits.inodes;
      return isFull || allowance.isStoreFull("inodes") ? "inodes" : "fileSystemBytes";
    },
  ],
  [
    errno.EAGAIN,
    (tables, call, allowance) =>
      Object.hasOwn(refusedWithAgain, call)
        ? refusedWithAgain[call]?.(tables, call, allowance)
        : undefined,
  ],
]);

function isAboutSockets(call: string): boolean {
  return call.startsWith("socket") || call.startsWith("accept") || call === "connect";
}

/** The limit that a call was refused for; undefined when it was none. */
export function refusingLimit(
  tables: KernelTables,
  allowance: Allowance,
  call: string,
  reason: Errno,
): keyof Limits | undefined {
  return finders.get(reason)?.(tables, call, allowance);
}
