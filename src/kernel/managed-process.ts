/** Starting processes for the host application and for drivers, and the handle they get. */
import { hostActor } from "./actor.js";
import { Allowance } from "./allowance.js";
import type { CallLimits, LimitReached, OnLimit } from "./call-limits.js";
import { O_RDONLY } from "./constants.js";
import { openDevice } from "./device.js";
import { Errno, errno } from "./errno.js";
import { FdTable } from "./fd-table.js";
import type { FileDescription } from "./file-description.js";
import { type Base, pathOf } from "./held-directory.js";
import { HostInput } from "./host-input.js";
import { detailOf, KernelError, orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import { LateOutput, type OutputCallback, type OutputConsumer, OutputSink } from "./output-sink.js";
import { Process } from "./process.js";
import { refusingLimit } from "./refused-limit.js";
import { SIGTERM } from "./signals.js";
import { DriverFailure, type SpawnRequest, spawnProcess } from "./spawn.js";
import { isDirectory } from "./stat.js";
import { exitCodeOf } from "./wait-status.js";

export interface SpawnOptions {
  /** Gets stdout as it comes; a promise it returns is awaited before the next chunk. */
  onStdout?: OutputCallback;
  onStderr?: OutputCallback;
  /** Overlays the parent's environment, or the kernel's. */
  env?: Record<string, string>;
  cwd?: string;
  /** The parent. Without it the process belongs to the host application, in a session of its own. */
  ppid?: number;
  /** Descriptors of the parent to use instead of the inherited ones. */
  stdinFd?: number;
  stdoutFd?: number;
  stderrFd?: number;
  /** Descriptors from 3 on that lead to the host application, for the process alone. */
  outputs?: readonly { readonly fd: number; readonly onData: OutputCallback }[];
  /** Limits of this call: of the process and all that descend from it. Not with `ppid`: a child has its parent's. */
  limits?: CallLimits;
  /** Hears of limits that they reach, instead of the kernel's `onLimit`. */
  onLimit?: OnLimit;
  /** What the driver of the program is given besides (`ProcessContext.hostData`). */
  hostData?: unknown;
}

/** A process started by the host application or a driver. */
export interface ManagedProcess {
  readonly pid: number;
  /** The exit code (128 + signal for a signal) once it has ended, else null. */
  readonly exitCode: number | null;
  /**
   * Writes to its standard input. The promise resolves when the data is in its pipe; up to 1 MiB
   * may wait there, then ENOSPC is thrown.
   */
  writeStdin(data: Uint8Array | string): Promise<void>;
  /** End of its standard input. */
  closeStdin(): void;
  /** Sends a signal; SIGTERM by default. A process that has ended is left alone. */
  kill(signal?: number): void;
  /** The limit that ended it or one that descends from it, or null. */
  readonly limit: LimitReached | null;
  /** Resolves with the exit code when it has ended, whatever becomes of its output. */
  readonly ended: Promise<number>;
  /** Resolves with the exit code when it has ended and its output is delivered. */
  wait(): Promise<number>;
  /** Who gets its output; set late, it gets the last MiB written until then first. */
  onStdout: OutputCallback | null;
  onStderr: OutputCallback | null;
}

/** Where the standard streams of a new process lead. */
interface Streams {
  readonly stdin: HostInput | null;
  readonly sinks: readonly OutputSink[];
  readonly stdout: LateOutput | null;
  readonly stderr: LateOutput | null;
  readonly fds: FdTable;
}

/** What the kernel starts processes with when their starter says nothing else. */
export interface SpawnDefaults {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * @param isByGuest - The parent starts it, as a driver says: the policy is asked.
 * @throws KernelError ENOENT (`command not found`), EACCES, EAGAIN (a limit), E2BIG, ESRCH (no such
 *   parent), EBADF (a given descriptor is not open), EIO (the driver failed).
 */
export function spawnManaged(
  tables: KernelTables,
  defaults: SpawnDefaults,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  isByGuest = false,
): ManagedProcess {
  const parent = options.ppid === undefined ? null : orThrow(tables.processes.get(options.ppid));
  if (parent && options.limits) throw new KernelError("EINVAL", "limits of a child");
  const onLimit = options.onLimit ?? tables.onLimit;
  const allowance = parent?.allowance ?? new Allowance(tables.limits, options.limits, onLimit);
  const streams = orThrow(openStreams(tables, parent, options));
  const request = {
    command,
    args,
    env: { ...(parent?.env ?? defaults.env), ...options.env },
    cwd: options.cwd ?? parent?.workingDirectory ?? defaults.cwd,
    parent,
    fds: streams.fds,
    isByGuest,
    allowance,
    hostData: options.hostData,
  };
  const process = startProcess(tables, request, streams.stdin);
  return new ProcessHandle(tables, process, streams);
}

/** `spawnProcess`, with its failures thrown as `KernelError`; nobody reads `stdin` then. */
export function startProcess(
  tables: KernelTables,
  request: SpawnRequest,
  stdin: HostInput | null,
): Process {
  const checked = tables.replay.runNow(() => checkDirectory(tables, request.cwd));
  // Who answers later is asked again on the way to the program.
  const entersDirectory = checked === errno.EAGAIN;
  const badDirectory = entersDirectory ? undefined : checked;
  if (badDirectory) request.fds.closeAll();
  const started = badDirectory ?? spawnProcess(tables, { ...request, entersDirectory });
  if (started instanceof Process) return started;
  stdin?.abandon();
  if (badDirectory) throw new KernelError(badDirectory.code, `cwd ${pathOf(request.cwd)}`);
  if (started instanceof DriverFailure) {
    const reason = started.cause instanceof Error ? started.cause.message : String(started.cause);
    const detail = `driver "${started.driver}" failed to start "${request.command}": ${reason}`;
    throw new KernelError("EIO", detail, { cause: started.cause });
  }
  if (started === errno.ENOENT) {
    throw new KernelError("ENOENT", `${request.command}: command not found`);
  }
  const { parent, allowance = parent?.allowance } = request;
  const limit = allowance && refusingLimit(tables, allowance, "spawn", started);
  if (!limit) throw new KernelError(started.code, detailOf(started, request.command));
  const reached = allowance.tell(parent, limit);
  const detail = `${request.command}: limit of ${limit} reached (${reached.value})`;
  throw Object.assign(new KernelError(started.code, detail), { limit: reached });
}

function checkDirectory(tables: KernelTables, base: Base): Errno | undefined {
  const stat = tables.vfs.stat(hostActor, base, ".");
  if (stat instanceof Errno) return stat;
  return isDirectory(stat) ? undefined : errno.ENOTDIR;
}

/** The null device, as a process's standard input. */
export function nullInput(): FileDescription {
  const input = orThrow(openDevice(0x103, O_RDONLY));
  input.openedPath = "/dev/null";
  return input;
}

function openStreams(
  tables: KernelTables,
  parent: Process | null,
  options: SpawnOptions,
): Streams | Errno {
  const fds = parent ? parent.fds.forkStandardStreams() : new FdTable(tables.limits.descriptors);
  const given = [options.stdinFd, options.stdoutFd, options.stderrFd];
  for (const [fd, source] of given.entries()) {
    if (source === undefined) continue;
    const description = parent?.fds.get(source) ?? errno.EBADF;
    if (description instanceof Errno) {
      fds.closeAll();
      return description;
    }
    fds.install(fd, description);
  }
  const stdin = fds.get(0) instanceof Errno ? pipeInput(tables, fds) : null;
  if (stdin instanceof Errno) {
    fds.closeAll();
    return stdin;
  }
  const sinks: OutputSink[] = [];
  const output = (fd: 1 | 2, callback: OutputCallback | undefined): LateOutput | null => {
    const isInherited = !(fds.get(fd) instanceof Errno);
    if (given[fd] !== undefined || (isInherited && !callback)) return null;
    const consumer = new LateOutput(tables.limits.unreadOutputBytes, callback ?? null);
    sinks.push(installSink(fds, fd, consumer));
    return consumer;
  };
  for (const { fd, onData } of options.outputs ?? []) {
    sinks.push(installSink(fds, fd, new LateOutput(tables.limits.unreadOutputBytes, onData)));
    fds.setCloseOnExec(fd, true);
  }
  const stdout = output(1, options.onStdout);
  return { stdin, sinks, stdout, stderr: output(2, options.onStderr), fds };
}

/** Puts a sink on descriptor `fd`. */
export function installSink(fds: FdTable, fd: number, consumer: OutputConsumer): OutputSink {
  const sink = new OutputSink(consumer);
  fds.install(fd, sink);
  return sink;
}

/** Puts a pipe on descriptor 0 and returns the host's end of it. */
export function pipeInput(tables: KernelTables, fds: FdTable): HostInput | Errno {
  const pipe = tables.pipes.create();
  if (pipe instanceof Errno) return pipe;
  fds.install(0, pipe.reader);
  return new HostInput(pipe.writer.retain(), tables.limits.queuedBytes);
}

class ProcessHandle implements ManagedProcess {
  readonly pid: number;
  exitCode: number | null = null;
  readonly #tables: KernelTables;
  readonly #process: Process;
  readonly #streams: Streams;
  readonly ended: Promise<number>;

  constructor(tables: KernelTables, process: Process, streams: Streams) {
    this.pid = process.pid;
    this.#tables = tables;
    this.#process = process;
    this.#streams = streams;
    this.ended = new Promise((resolve) => {
      const ended = (waitStatus: number): void => {
        this.exitCode = exitCodeOf(waitStatus);
        streams.stdin?.abandon();
        resolve(this.exitCode);
      };
      if (process.isRunning) process.endListeners.add(ended);
      else ended(process.waitStatus);
    });
  }

  get limit(): LimitReached | null {
    return this.#process.allowance.ended;
  }

  get onStdout(): OutputCallback | null {
    return this.#streams.stdout?.callback ?? null;
  }
  set onStdout(callback: OutputCallback | null) {
    if (this.#streams.stdout) this.#streams.stdout.callback = callback;
  }
  get onStderr(): OutputCallback | null {
    return this.#streams.stderr?.callback ?? null;
  }
  set onStderr(callback: OutputCallback | null) {
    if (this.#streams.stderr) this.#streams.stderr.callback = callback;
  }

  writeStdin(data: Uint8Array | string): Promise<void> {
    const { stdin } = this.#streams;
    if (!stdin) throw new KernelError("EBADF", "stdin is a descriptor of the parent");
    return stdin.write(data);
  }

  closeStdin(): void {
    this.#streams.stdin?.close();
  }

  kill(signal: number = SIGTERM): void {
    const failed = this.#tables.processes.kill(this.pid, signal, null);
    if (failed && failed !== errno.ESRCH) throw new KernelError(failed.code, `signal ${signal}`);
  }

  async wait(): Promise<number> {
    const exitCode = await this.ended;
    for (const sink of this.#streams.sinks) await sink.drained();
    // Who waits through the handle has fetched the status: no zombie stays.
    this.#tables.processes.reap(this.#process);
    return exitCode;
  }
}
