/**
 * From a command to what runs it: a command name is looked for along PATH, then in the registry;
 * a path leads to a command's stub, to a file whose beginning a driver knows, or to a script, whose
 * `#!` line names its interpreter.
 */
import { type Actor, hostActor } from "./actor.js";
import { isCommandStub } from "./command-directory.js";
import { Errno, errno } from "./errno.js";
import type { Base } from "./held-directory.js";
import { orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { ExistingLocation } from "./location.js";
import { absolutePath, baseName } from "./path.js";
import { MAY_EXECUTE } from "./permission-bits.js";
import type { ExecutableFile, RuntimeDriver } from "./runtime-driver.js";
import { isRegularFile } from "./stat.js";
import { openExisting } from "./virtual-file-system.js";

export interface Executable {
  readonly driver: RuntimeDriver;
  readonly command: string;
  readonly args: readonly string[];
  /** Where the program lies, without links. */
  readonly path: string;
  /** Set when the driver runs a file of the file system, not a command of its own. */
  readonly file?: ExecutableFile;
}

/** Linux reads this much of a script for its `#!` line. */
const INTERPRETER_LINE_BYTES = 256;
/** How many times a script may lead to its interpreter, as on Linux. */
const INTERPRETERS_MAX = 5;

export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: Base;
  /** Who executes: needs search and execute permission. */
  readonly actor: Actor;
  /** The PATH to search. */
  readonly searchPath: string | undefined;
}

/**
 * @returns what to run; ENOENT (nothing of that name), EACCES (not executable), ENOEXEC (a file
 *   of no known format), ELOOP (interpreters without end).
 */
export function resolveExecutable(
  tables: KernelTables,
  invocation: Invocation,
  depth = 0,
): Executable | Errno {
  if (depth > INTERPRETERS_MAX) return errno.ELOOP;
  const { command, args } = invocation;
  if (command === "") return errno.ENOENT;
  const found = command.includes("/")
    ? findFile(tables, invocation, command)
    : searchAlongPath(tables, invocation);
  if (found === errno.ENOENT && !command.includes("/")) return registered(tables, command, args);
  if (found instanceof Errno) return found;
  if (isCommandStub(found.location.stat))
    return registered(tables, baseName(found.location.path), args);
  const head = readFile(tables, found.location, INTERPRETER_LINE_BYTES);
  if (head instanceof Errno) return head;
  const driver = tables.commands.forFile(head);
  if (driver) {
    const file = executableFile(tables, found);
    if (file instanceof Errno) return file;
    return { driver, command, args, path: found.location.path, file };
  }
  const interpreter = parseInterpreterLine(tables, head);
  if (interpreter instanceof Errno) return interpreter;
  return resolveExecutable(
    tables,
    {
      ...invocation,
      command: interpreter.path,
      args: [...interpreter.args, found.path, ...args],
    },
    depth + 1,
  );
}

interface FoundFile {
  /** As it was asked for: what a script sees as its own name. */
  readonly path: string;
  readonly location: ExistingLocation;
}

function registered(
  tables: KernelTables,
  command: string,
  args: readonly string[],
): Executable | Errno {
  const driver = tables.commands.get(command);
  return driver ? { driver, command, args, path: `/bin/${command}` } : errno.ENOENT;
}

function searchAlongPath(tables: KernelTables, invocation: Invocation): FoundFile | Errno {
  let best: Errno = errno.ENOENT;
  for (const directory of invocation.searchPath?.split(":") ?? []) {
    const path = absolutePath(directory === "" ? "." : directory, invocation.command);
    const found = findFile(tables, invocation, path);
    if (!(found instanceof Errno)) return found;
    if (found.code === "EACCES") best = found;
  }
  return best;
}

function findFile(
  tables: KernelTables,
  { actor, cwd }: Invocation,
  path: string,
): FoundFile | Errno {
  const location = tables.vfs.resolveExisting(actor, cwd, path, true);
  if (location instanceof Errno) return location;
  if (!isRegularFile(location.stat)) return errno.EACCES;
  return tables.vfs.checkAccess(actor, location, MAY_EXECUTE) ?? { path, location };
}

/** Reads a file from its start, at most `limit` bytes. */
function readFile(
  tables: KernelTables,
  location: ExistingLocation,
  limit: number,
): Uint8Array | Errno {
  if (limit > tables.limits.fileBytes) return errno.EFBIG;
  const file = tables.vfs.open(location, openExisting);
  if (file instanceof Errno) return file;
  const bytes = new Uint8Array(limit);
  let length = 0;
  let failure: Errno | undefined;
  while (length < limit && !failure) {
    const count = file.read(bytes.subarray(length), length);
    if (count instanceof Errno) failure = count;
    else if (count === 0) break;
    else length += count;
  }
  file.close();
  return failure ?? bytes.subarray(0, length);
}

function executableFile(
  tables: KernelTables,
  { path, location }: FoundFile,
): ExecutableFile | Errno {
  const { size } = location.stat;
  const read = () => readFile(tables, location, size);
  if (location.mount.store.isSynchronous) return { path, size, read: () => orThrow(read(), path) };
  // The driver wants it at once: what may come later is fetched before the driver is called.
  const content = read();
  return content instanceof Errno ? content : { path, size, read: () => content };
}

function parseInterpreterLine(
  tables: KernelTables,
  head: Uint8Array,
): { path: string; args: string[] } | Errno {
  const [line] = new TextDecoder().decode(head).split("\n", 1);
  const match = /^#![ \t]*([^ \t]+)(?:[ \t]+(.*?))?[ \t]*$/s.exec(line ?? "");
  if (!match?.[1]) return errno.ENOEXEC;
  // Everything behind the interpreter is one argument, as on Linux.
  return { path: interpreterPath(tables, match[1]), args: match[2] ? [match[2]] : [] };
}

/** Scripts name interpreters by paths of other systems (/usr/local/bin/bash): the name decides then. */
function interpreterPath(tables: KernelTables, path: string): string {
  const found = tables.vfs.stat(hostActor, "/", path);
  return found instanceof Errno && tables.commands.get(baseName(path)) ? baseName(path) : path;
}
