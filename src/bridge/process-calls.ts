/** Handlers about processes: starting, waiting, signals, groups, working directory. */
import { bytesOfText } from "../kernel/byte-text.js";
import { Errno, errno } from "../kernel/errno.js";
import type { DescriptorAction } from "../kernel/fd-table.js";
import { MAY_EXECUTE } from "../kernel/permission-bits.js";
import type { Process } from "../kernel/process.js";
import { DriverFailure, spawnProcess } from "../kernel/spawn.js";
import { isDirectory } from "../kernel/stat.js";
import { mapOutcome } from "../kernel/wait.js";
import { waitForChild } from "../kernel/wait-for-child.js";
import { exitStatus } from "../kernel/wait-status.js";
import type { Caller, Handlers } from "./handler.js";
import { parseAttributes } from "./spawn-attributes.js";

/** `spawn` flag: the child leads a process group of its own. */
const SPAWN_NEW_GROUP = 1;

export const processCalls = {
  exit({ tables, process }, { code }) {
    tables.processes.end(process, exitStatus(code));
    return undefined;
  },

  spawn({ tables, process }, { path, argv, env, actions, flags, attributes }) {
    const parsed = parseActions(actions);
    if (parsed instanceof Errno) return parsed;
    const differences = parseAttributes(process, attributes);
    if (differences instanceof Errno) return differences;
    const fds = process.fds.fork(parsed);
    if (fds instanceof Errno) return fds;
    const child = spawnProcess(tables, {
      command: path,
      args: argv.slice(1),
      ...(argv[0] !== undefined && { argv0: argv[0] }),
      env: parseEnvironment(env),
      cwd: process.workingDirectory,
      parent: process,
      fds,
      newGroup: (flags & SPAWN_NEW_GROUP) !== 0,
      attributes: differences,
      isByGuest: true,
    });
    if (child instanceof DriverFailure) return errno.EIO;
    return child instanceof Errno ? child : child.pid;
  },

  waitpid({ tables, process }, { pid, options }) {
    const outcome = waitForChild(tables.processes, process, pid, options);
    return mapOutcome(outcome, (child) => [child.pid, child.waitStatus] as const);
  },

  kill(caller, { pid, signal }) {
    return caller.tables.processes.kill(pid, signal, caller.process);
  },

  getpid({ process }) {
    return process.pid;
  },

  getppid({ process }) {
    return process.ppid;
  },

  getsid(caller, { pid }) {
    const target = targetOf(caller, pid);
    return target instanceof Errno ? target : target.sid;
  },

  setsid({ tables, process }) {
    return tables.processes.startSession(process);
  },

  getpgid(caller, { pid }) {
    const target = targetOf(caller, pid);
    return target instanceof Errno ? target : target.pgid;
  },

  setpgid(caller, { pid, pgid }) {
    const target = targetOf(caller, pid);
    if (target instanceof Errno) return target;
    return caller.tables.processes.setGroup(caller.process, target, pgid);
  },

  chdir({ tables, process }, { path }) {
    const location = tables.vfs.resolveExisting(
      process.actor,
      process.workingDirectory,
      path,
      true,
    );
    if (location instanceof Errno) return location;
    if (!isDirectory(location.stat)) return errno.ENOTDIR;
    const refused = tables.vfs.checkAccess(process.actor, location, MAY_EXECUTE);
    if (refused) return refused;
    const left = process.workingDirectory;
    process.workingDirectory = tables.vfs.held.hold(location.held ?? location.path);
    left.release();
    return undefined;
  },

  getcwd({ process }) {
    if (process.workingDirectory.removed) return errno.ENOENT;
    return bytesOfText(process.cwd);
  },

  umask({ process }, { mask }) {
    const old = process.umask;
    process.umask = mask & 0o777;
    return old;
  },
} satisfies Partial<Handlers>;

function targetOf({ tables, process }: Caller, pid: number): Process | Errno {
  return pid === 0 ? process : tables.processes.get(pid);
}

const ACTION_BYTES = 8;

function parseActions(bytes: Uint8Array): DescriptorAction[] | Errno {
  if (bytes.length % ACTION_BYTES !== 0) return errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const actions: DescriptorAction[] = [];
  for (let offset = 0; offset < bytes.length; offset += ACTION_BYTES) {
    const childFd = view.getInt32(offset, true);
    const sourceFd = view.getInt32(offset + 4, true);
    if (childFd < 0 || sourceFd < -1) return errno.EBADF;
    actions.push({ childFd, sourceFd });
  }
  return actions;
}

/** `K=V` strings as a record without a prototype: names are the guest's choice. */
function parseEnvironment(strings: readonly string[]): Record<string, string> {
  const env: Record<string, string> = Object.create(null);
  for (const entry of strings) {
    const equals = entry.indexOf("=", 1);
    if (equals > 0) env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return env;
}
