/**
 * Starting a process: find what runs it, check the limits, make the table entry, call the driver.
 * A process exists only if its driver took it; a failed start leaves nothing behind.
 *
 * When a store or the policy answers later, the process exists at once and starts when the program is
 * found and granted. A failure then is the end of that process: 127 (not found) or 126, and a line on
 * its stderr.
 */
import { hostActor } from "./actor.js";
import { Allowance } from "./allowance.js";
import { AllowanceKeeper, complain } from "./allowance-keeper.js";
import { bytesOfText } from "./byte-text.js";
import { DriverOutput, StdinPump } from "./driver-stdio.js";
import { Errno, errno } from "./errno.js";
import { type Executable, resolveExecutable } from "./executable.js";
import type { FdTable } from "./fd-table.js";
import type { Base } from "./held-directory.js";
import { KernelError } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";
import type { Pty } from "./pty.js";
import type {
  DriverProcess,
  ExecutableFile,
  ProcessContext,
  RuntimeDriver,
} from "./runtime-driver.js";
import { applyAttributes, checkAttributes, type SpawnAttributes } from "./spawn-attributes.js";
import { type Grant, grantStart } from "./spawn-grant.js";
import { isDirectory } from "./stat.js";
import { Blocked } from "./wait.js";
import { exitStatus, signalStatus } from "./wait-status.js";

export interface SpawnRequest {
  /** A command's name or a path. */
  readonly command: string;
  /** Arguments after the name. */
  readonly args: readonly string[];
  /** What the program is told it was called as, if not by its name. */
  readonly argv0?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: Base;
  /** null for a process of the host application. */
  readonly parent: Process | null;
  /** The new process's descriptors; taken over, and closed when the start fails. */
  readonly fds: FdTable;
  /** `cwd` is not known to be a directory yet. */
  readonly entersDirectory?: boolean;
  /** The child leads a process group of its own. */
  readonly newGroup?: boolean;
  readonly attributes?: SpawnAttributes;
  /** The terminal that the process, leader of a new session, is to have. */
  readonly controllingTerminal?: Pty;
  /** The parent itself starts it, so that the policy is asked; not the host application for it. */
  readonly isByGuest?: boolean;
  /** What a process of the host application and all that descend from it may use; what the kernel has, by default. */
  readonly allowance?: Allowance;
  /** Handed on to the driver. */
  readonly hostData?: unknown;
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
  const refused = checkLimits(tables, request);
  const found = refused ?? tables.replay.run(() => findProgram(tables, request));
  if (found instanceof Errno) {
    request.fds.closeAll();
    return found;
  }
  if (found instanceof Blocked) return startLater(tables, request, found);
  const process = createProcess(tables, request, found);
  const failure = start(tables, process, found.file, request.hostData);
  if (!failure) return process;
  tables.processes.discard(process);
  return failure;
}

/** What will run, and with which environment. */
interface Program extends Executable {
  readonly grant: Grant;
}

/** Starts a process when its program is found. */
function startLater(
  tables: KernelTables,
  request: SpawnRequest,
  finding: Blocked<Program>,
): Process {
  const { command, args } = request;
  const grant = { env: {} };
  const unknown = { command, args, driver: noDriverYet, path: command, grant };
  const process = createProcess(tables, request, unknown);
  process.isStarting = true;
  process.parked.park(finding, (found) => {
    process.isStarting = false;
    if (!process.isRunning) return;
    if (found instanceof Errno) {
      failLate(tables, process, found);
      return;
    }
    process.becomes(found, found.grant.env);
    const failure = start(tables, process, found.file, request.hostData);
    if (failure) failLate(tables, process, failure instanceof Errno ? failure : errno.EIO);
  });
  return process;
}

/** The exit codes of a program that is not there, or can't be run, as in POSIX's shell. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Ends a process whose program could not be started, as a shell's child ends whose exec failed. */
function failLate(tables: KernelTables, process: Process, reason: Errno): void {
  const isMissing = reason === errno.ENOENT;
  const text = isMissing ? "command not found" : reason.message;
  const why = reason.reason === undefined ? "" : `: ${reason.reason}`;
  complain(process, `${text}${why}`);
  tables.processes.end(process, exitStatus(isMissing ? NOT_FOUND : NOT_EXECUTABLE));
}

/** Stands for the driver of a process whose program is still being looked for. */
const noDriverYet: RuntimeDriver = {
  name: "kernel",
  commands: [],
  init: async () => {},
  spawn: () => {
    throw new KernelError("ENOSYS");
  },
  dispose: async () => {},
};

/** Calls the driver and connects the process with what it answers. */
function start(
  tables: KernelTables,
  process: Process,
  file: ExecutableFile | undefined,
  hostData: unknown,
): undefined | Errno | DriverFailure {
  const outputs = {
    stdout: new DriverOutput(tables, process, 1),
    stderr: new DriverOutput(tables, process, 2),
  };
  const started = callDriver(tables, process, file, hostData, outputs);
  if (started instanceof DriverFailure || started instanceof Errno) return started;
  connect(tables, process, started, outputs);
  tables.processes.started(process, started);
  return undefined;
}

interface Outputs {
  readonly stdout: DriverOutput;
  readonly stderr: DriverOutput;
}

function checkLimits(tables: KernelTables, request: SpawnRequest): undefined | Errno {
  const { args, env, parent } = request;
  const refused =
    tables.processes.checkRoom(parent) ??
    checkAttributes(tables.processes, parent, attributesOf(request));
  if (refused) return refused;
  return argumentBytes(args, env) > tables.limits.argumentBytes ? errno.E2BIG : undefined;
}

function attributesOf({ newGroup, attributes }: SpawnRequest): SpawnAttributes {
  return { ...(newGroup && { group: 0 }), ...attributes };
}

function findProgram(tables: KernelTables, request: SpawnRequest): Program | Errno {
  const { command, args, env, cwd, parent } = request;
  if (request.entersDirectory) {
    const stat = tables.vfs.stat(hostActor, cwd, ".");
    if (stat instanceof Errno) return stat;
    if (!isDirectory(stat)) return errno.ENOTDIR;
  }
  // A lookup: what a guest put on Object.prototype of its own realm is not here, but keys are free.
  const searchPath = Object.hasOwn(env, "PATH") ? env.PATH : undefined;
  const actor = parent?.actor ?? tables.userActor;
  const executable = resolveExecutable(tables, { command, args, cwd, actor, searchPath });
  if (executable instanceof Errno) return executable;
  const start = {
    starter: request.isByGuest ? parent : null,
    command: executable.file ? executable.path : executable.command,
    args: executable.args,
    env,
  };
  const question = start.args.join("\0");
  const grant = tables.replay.ask(tables.policy, "start", start.command, question, () =>
    grantStart(tables.policy, start),
  );
  return grant instanceof Errno ? grant : { ...executable, grant };
}

function createProcess(
  tables: KernelTables,
  request: SpawnRequest,
  { command, args, path, driver, grant }: Program,
): Process {
  const { cwd, parent, fds } = request;
  // An interpreter gets its own name: the script's stands among its arguments.
  const argv0 = args === request.args ? request.argv0 : undefined;
  const allowance =
    parent?.allowance ??
    request.allowance ??
    new Allowance(tables.limits, undefined, tables.onLimit);
  const process = tables.processes.create({
    allowance,
    parent,
    command,
    args,
    argv0,
    executablePath: path,
    driver,
    env: grant.env,
    workingDirectory: tables.vfs.held.hold(cwd),
    umask: parent?.umask ?? 0o022,
    credentials: parent?.credentials.copy() ?? tables.userCredentials(),
    policy: tables.policy,
    replay: tables.replay,
    fds,
  });
  applyAttributes(process, attributesOf(request));
  if (!parent) new AllowanceKeeper(tables.processes, allowance);
  const { controllingTerminal } = request;
  if (controllingTerminal) tables.terminals.takeControl(process, controllingTerminal);
  return process;
}

function argumentBytes(args: readonly string[], env: Readonly<Record<string, string>>): number {
  let total = 0;
  for (const arg of args) total += bytesOfText(arg).length + 1;
  for (const [name, value] of Object.entries(env)) {
    total += bytesOfText(name).length + bytesOfText(value).length + 2;
  }
  return total;
}

function callDriver(
  { timing }: KernelTables,
  process: Process,
  file: ExecutableFile | undefined,
  hostData: unknown,
  outputs: Outputs,
): DriverProcess | Errno | DriverFailure {
  const { driver, command, args, argv0, env } = process;
  const context: ProcessContext = {
    pid: process.pid,
    ppid: process.ppid,
    ...(argv0 !== undefined && { argv0 }),
    env: { ...env },
    cwd: process.cwd,
    fds: { stdin: 0, stdout: 1, stderr: 2 },
    onStdout: outputs.stdout.emit,
    onStderr: outputs.stderr.emit,
    limits: process.allowance.limits,
    timing,
    ...(file && { executable: file }),
    ...(hostData !== undefined && { hostData }),
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
