// The tables of a kernel without its host API, and processes on them: what the unit tests act on.

import { Errno } from "../../src/kernel/errno.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits, type Limits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { openPath } from "../../src/kernel/open.js";
import type { Process } from "../../src/kernel/process.js";
import type { DriverProcess, RuntimeDriver } from "../../src/kernel/runtime-driver.js";
import { type SpawnRequest, spawnProcess } from "../../src/kernel/spawn.js";
import { Blocked } from "../../src/kernel/wait.js";
import { idleProcess } from "../driver-process.js";

/** A driver of the command `idle`, whose processes do nothing until they are killed. */
export class IdleDriver implements RuntimeDriver {
  readonly name: string = "idle-driver";
  readonly stdio = "descriptors";
  commands = ["idle"];
  async init(): Promise<void> {}
  spawn(): DriverProcess {
    return idleProcess().process;
  }
  async dispose(): Promise<void> {}
}

/** Tables over an empty in-memory file system, with the command `idle`. */
export function bootTables(overrides: Partial<Limits> = {}): KernelTables {
  const limits = { ...defaultLimits, ...overrides };
  const tables = new KernelTables(createInMemoryFileSystem(limits), limits);
  tables.commands.register(new IdleDriver());
  return tables;
}

/** Starts a process; what fails fails the test. */
export function start(tables: KernelTables, request: Partial<SpawnRequest> = {}): Process {
  const process = tryStart(tables, request);
  if (process instanceof Errno) throw new Error(`spawn failed: ${process.code}`);
  return process;
}

/** Starts a process, by default `idle` without descriptors. */
export function tryStart(tables: KernelTables, request: Partial<SpawnRequest> = {}) {
  const process = spawnProcess(tables, {
    command: "idle",
    args: [],
    env: {},
    cwd: "/",
    parent: null,
    fds: new FdTable(tables.limits.descriptors),
    ...request,
  });
  if (!(process instanceof Errno) && "cause" in process) throw process.cause;
  return process;
}

/** The error's name, or what a call that succeeded answered. */
export function codeOf<T>(result: T | Errno): T | string {
  return result instanceof Errno ? result.code : result;
}

/** The result of a call that must neither fail nor wait. */
export function ok<T>(result: T | Errno | Blocked<T>): T {
  if (result instanceof Errno) throw new Error(`unexpected ${result.code}`);
  if (result instanceof Blocked) throw new Error("unexpectedly blocked");
  return result;
}

/** The call that must have to wait. */
export function blocked<T>(result: T | Errno | Blocked<T>): Blocked<T> {
  if (result instanceof Blocked) return result;
  throw new Error(`did not block: ${result instanceof Errno ? result.code : result}`);
}

/** Opens `path` in `process`'s table. */
export function openIn(
  tables: KernelTables,
  process: Process,
  path: string,
  flags: number,
  mode = 0o666,
): number {
  return ok(process.fds.allocate(ok(openPath(tables, process, process.cwd, path, flags, mode))));
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Of a copy: a browser decodes no shared memory. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.slice());
