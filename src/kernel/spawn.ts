/**
 * Starting a process: find what runs it, check the limits, make the table entry, call the driver.
 * A process exists only if its driver took it; a failed start leaves nothing behind.
 */
import { DriverOutput, StdinPump } from "./driver-stdio.js";
import { Errno, errno } from "./errno.js";
import { resolveExecutable } from "./executable.js";
import type { FdTable } from "./fd-table.js";
import { KernelError } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import type { DriverProcess, ExecutableFile, ProcessContext } from "./runtime-driver.js";
import { applyAttributes, checkAttributes, type SpawnAttributes } from "./spawn-attributes.js";
import { type Grant, grantStart } from "./spawn-grant.js";
import { Blocked } from "./wait.js";
import { exitStatus, signalStatus } from "./wait-status.js";

export interface SpawnRequest {
  /** A command's name or a path. */
  readonly command: string;
  /** Arguments after the name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** null for a process of the host application. */
  readonly parent: Process | null;
  /** The new process's descriptors; taken over, and closed when the start fails. */
  readonly fds: FdTable;
  /** The child leads a process group of its own. */
  readonly newGroup?: boolean;
  readonly attributes?: SpawnAttributes;
  /** The parent itself starts it, so that the policy is asked; not the host application for it. */
  readonly isByGuest?: boolean;
}

/** The driver threw something that is no `KernelError`, or returned no process. */
export class DriverFailure {
  readonly driver: string;
  readonly cause: unknown;

  constructor(driver: string, cause: unknown) {
    this.driver = driver;
    this.cause = cause;
  }
}

export function spawnProcess(
  tables: KernelTables,
  request: SpawnRequest,
): Process | Errno | DriverFailure {
  const created = createProcess(tables, request);
  if (created instanceof Errno) {
    request.fds.closeAll();
    return created;
  }
  const { process, file, grant } = created;
  if (!(grant instanceof Promise)) return begin(tables, process, file, grant);
  beginLater(tables, process, file, grant);
  return process;
}

/** Hands the process to its driver. One that can't be started was never there. */
function begin(
  tables: KernelTables,
  process: Process,
  file: ExecutableFile | undefined,
  grant: Grant,
): Process | Errno | DriverFailure {
  const failed = startByDriver(tables, process, file, grant);
  if (!failed) return process;
  tables.processes.discard(process);
  return failed;
}

function startByDriver(
  tables: KernelTables,
  process: Process,
  file: ExecutableFile | undefined,
  grant: Grant,
): undefined | Errno | DriverFailure {
  process.env = grant.env;
  const outputs = {
    stdout: new DriverOutput(tables, process, 1),
    stderr: new DriverOutput(tables, process, 2),
  };
  const started = callDriver(process, file, outputs);
  if (started instanceof DriverFailure || started instanceof Errno) return started;
  connect(tables, process, started, outputs);
  tables.processes.started(process, started);
  return undefined;
}

/** The exit code of a program that was found and not allowed to run, as in POSIX's shell. */
const NOT_EXECUTABLE = 126;

/**
 * Waits for the policy's answer. The process is there already: it can be killed, and a refusal is its
 * end, with a line on its standard error.
 */
function beginLater(
  tables: KernelTables,
  process: Process,
  file: ExecutableFile | undefined,
  grant: Promise<Grant | Errno>,
): void {
  const kill = (signal: number): void => tables.processes.end(process, signalStatus(signal));
  process.driverProcess = waitingProcess(kill);
  void grant.then((answer) => {
    if (!process.isRunning) return;
    process.driverProcess = null;
    const failed = answer instanceof Errno ? answer : startByDriver(tables, process, file, answer);
    if (failed) endRefused(tables, process, failed instanceof Errno ? failed : errno.EIO);
  });
}

function endRefused(tables: KernelTables, process: Process, refused: Errno): void {
  const reason = refused.reason === undefined ? "" : `: ${refused.reason}`;
  const line = new TextEncoder().encode(`${process.command}: ${refused.message}${reason}\n`);
  const stderr = process.fds.get(2);
  // As much as there is room for: nobody waits for a line of text.
  const written = stderr instanceof Errno ? undefined : stderr.write(line);
  if (written instanceof Blocked) written.interrupted(errno.EAGAIN);
  tables.processes.end(process, exitStatus(NOT_EXECUTABLE));
}

/** Stands for a process that its driver does not know yet. */
function waitingProcess(kill: (signal: number) => void): DriverProcess {
  return {
    writeStdin() {},
    closeStdin() {},
    kill,
    wait: () => new Promise(() => {}),
    onExit: null,
    onStdout: null,
    onStderr: null,
  };
}

interface Outputs {
  readonly stdout: DriverOutput;
  readonly stderr: DriverOutput;
}

interface Created {
  readonly process: Process;
  readonly file: ExecutableFile | undefined;
  readonly grant: Grant | Promise<Grant | Errno>;
}

function createProcess(tables: KernelTables, request: SpawnRequest): Created | Errno {
  const { command, args, env, cwd, parent } = request;
  const attributes = { ...(request.newGroup && { group: 0 }), ...request.attributes };
  const refused =
    tables.processes.checkRoom(parent) ?? checkAttributes(tables.processes, parent, attributes);
  if (refused) return refused;
  if (argumentBytes(args, env) > tables.limits.argumentBytes) return errno.E2BIG;
  // A lookup: what a guest put on Object.prototype of its own realm is not here, but keys are free.
  const searchPath = Object.hasOwn(env, "PATH") ? env.PATH : undefined;
  const actor = parent?.actor ?? tables.userActor;
  const executable = resolveExecutable(tables, { command, args, cwd, actor, searchPath });
  if (executable instanceof Errno) return executable;
  const grant = grantStart(tables.policy, {
    starter: request.isByGuest ? parent : null,
    command: executable.file ? executable.path : executable.command,
    args: executable.args,
    env,
  });
  if (grant instanceof Errno) return grant;
  const process = tables.processes.create({
    parent,
    command: executable.command,
    args: executable.args,
    executablePath: executable.path,
    driver: executable.driver,
    env: {},
    cwd,
    umask: parent?.umask ?? 0o022,
    credentials: parent?.credentials.copy() ?? tables.userCredentials(),
    policy: tables.policy,
    fds: request.fds,
  });
  applyAttributes(process, attributes);
  return { process, file: executable.file, grant };
}

function argumentBytes(args: readonly string[], env: Readonly<Record<string, string>>): number {
  const encoder = new TextEncoder();
  let total = 0;
  for (const arg of args) total += encoder.encode(arg).length + 1;
  for (const [name, value] of Object.entries(env)) {
    total += encoder.encode(name).length + encoder.encode(value).length + 2;
  }
  return total;
}

function callDriver(
  process: Process,
  file: ExecutableFile | undefined,
  outputs: Outputs,
): DriverProcess | Errno | DriverFailure {
  const { driver, command, args, env } = process;
  const context: ProcessContext = {
    pid: process.pid,
    ppid: process.ppid,
    env: { ...env },
    cwd: process.cwd,
    fds: { stdin: 0, stdout: 1, stderr: 2 },
    onStdout: outputs.stdout.emit,
    onStderr: outputs.stderr.emit,
    ...(file && { executable: file }),
  };
  try {
    const started: unknown = driver.spawn(command, [...args], context);
    if (isDriverProcess(started)) return started;
    return new DriverFailure(driver.name, new TypeError("spawn() must return a DriverProcess"));
  } catch (thrown) {
    if (thrown instanceof KernelError) return errno[thrown.code];
    return new DriverFailure(driver.name, thrown);
  }
}

function isDriverProcess(value: unknown): value is DriverProcess {
  return typeof value === "object" && value !== null && "wait" in value && "kill" in value;
}

function connect(
  tables: KernelTables,
  process: Process,
  driverProcess: DriverProcess,
  outputs: Outputs,
): void {
  let hasExited = false;
  const exited = (code: number): void => {
    if (hasExited) return;
    hasExited = true;
    const status = statusOf(process, code);
    const end = (): void => tables.processes.end(process, status);
    const whenQuiet = (): void => outputs.stdout.whenEmpty(() => outputs.stderr.whenEmpty(end));
    // A stopped process ends by a signal only.
    if (process.deadlySignal > 0) whenQuiet();
    else process.gate.pass(whenQuiet);
  };
  driverProcess.onStdout = outputs.stdout.emit;
  driverProcess.onStderr = outputs.stderr.emit;
  driverProcess.onExit = exited;
  // A driver whose wait() fails has lost its process.
  driverProcess.wait().then(exited, () => exited(1));
  if (process.readsDescriptors) return;
  const stdin = process.fds.get(0);
  if (stdin instanceof Errno) return;
  const pump = new StdinPump(process, driverProcess, stdin);
  process.endListeners.add(() => pump.stop());
  pump.start();
}

/** A reported 128 + n means "killed by n" when the kernel had passed signal n on, an exit code otherwise. */
function statusOf(process: Process, code: number): number {
  const signal = process.deadlySignal;
  return signal > 0 && code === 128 + signal ? signalStatus(signal) : exitStatus(code);
}
