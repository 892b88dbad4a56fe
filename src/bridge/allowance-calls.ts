/**
 * What a call of the host application may use of things that all its calls share: pipes, sockets, timers,
 * the default store. The kernel's own limits on them are the tables'.
 */
import { O_CREAT } from "../kernel/constants.js";
import { Errno, errno } from "../kernel/errno.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { Process } from "../kernel/process.js";
import type { SyscallName } from "./syscalls.js";

type Counted = "pipes" | "sockets" | "timers";

const makes: Partial<Record<SyscallName, Counted>> = {
  pipe: "pipes",
  socket: "sockets",
  socketpair: "sockets",
  accept: "sockets",
  create_timer: "timers",
  set_timer: "timers",
};

/** Calls that write to a descriptor. */
const writing: ReadonlySet<SyscallName> = new Set(["write", "posted_write", "try_write", "pwrite"]);
/** Calls that make a name. */
const naming: ReadonlySet<SyscallName> = new Set(["mkdir", "link", "symlink"]);

/** Runs a system call of a process whose call has such limits. */
export function withinAllowance(
  tables: KernelTables,
  process: Process,
  name: SyscallName,
  args: Readonly<Record<string, unknown>>,
  run: () => unknown,
): unknown {
  const counted = makes[name];
  const refused = counted && refuse(tables, process, counted);
  if (refused) return refused;
  return process.allowance.limitsStore ? grow(tables, process, name, args, run) : run();
}

function refuse(tables: KernelTables, { allowance }: Process, counted: Counted): undefined | Errno {
  const limit = allowance.limits[counted];
  if (limit >= tables.limits[counted]) return undefined;
  if (counted === "timers") {
    return countTimers(tables, allowance.members) >= limit ? errno.EAGAIN : undefined;
  }
  // A pipe has two ends.
  const count =
    counted === "pipes" ? allowance.countOpen("pipe") / 2 : allowance.countOpen("socket");
  return count >= limit ? errno.ENFILE : undefined;
}

function countTimers({ timers }: KernelTables, members: ReadonlySet<Process>): number {
  let count = 0;
  for (const process of members) count += timers.count(process);
  return count;
}

/**
 * Charges the call with what the store grows by. It is full a call late: the last one may have made it
 * 256 KiB too much. Without inodes a file can't be opened to be made, even if it is there.
 */
function grow(
  tables: KernelTables,
  process: Process,
  name: SyscallName,
  args: Readonly<Record<string, unknown>>,
  run: () => unknown,
): unknown {
  const { allowance } = process;
  if (needsRoom(process, name, args)) return errno.ENOSPC;
  const before = tables.storeUsage();
  const outcome = run();
  allowance.grew(before, tables.storeUsage());
  return outcome;
}

function needsRoom(
  { fds, allowance }: Process,
  name: SyscallName,
  args: Readonly<Record<string, unknown>>,
): boolean {
  if (writing.has(name)) {
    const description = fds.get(Number(args.fd));
    const isFile = !(description instanceof Errno) && description.kind === "file";
    return isFile && allowance.isStoreFull("fileSystemBytes");
  }
  if (name === "open") {
    return (Number(args.flags) & O_CREAT) !== 0 && allowance.isStoreFull("inodes");
  }
  return naming.has(name) && allowance.isStoreFull("inodes");
}
