/** `kernel.exec`: run a command line to its end, with bounded capture and an optional time limit. */
import { Allowance } from "./allowance.js";
import type { CallLimits, LimitReached, OnLimit } from "./call-limits.js";
import { FdTable } from "./fd-table.js";
import { KernelError, orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import {
  installSink,
  nullInput,
  pipeInput,
  type SpawnDefaults,
  startProcess,
} from "./managed-process.js";
import { HeadCapture } from "./output-sink.js";
import type { Process } from "./process.js";
import { SIGCONT, SIGKILL, SIGTERM } from "./signals.js";
import { exitCodeOf, terminationSignal } from "./wait-status.js";

export interface ExecOptions {
  /** Ends the whole session after this many ms: SIGTERM, a second later SIGKILL; then ETIMEDOUT. */
  timeout?: number;
  /** Overlays the kernel's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Standard input; without it the command reads the end of file at once. */
  stdin?: string | Uint8Array;
  /** Limits of this call: of the shell and all that descend from it. */
  limits?: CallLimits;
  /** Hears of limits that they reach, instead of the kernel's `onLimit`. */
  onLimit?: OnLimit;
}

export interface ExecResult {
  /** The exit code, or 128 + the signal that ended the shell. */
  exitCode: number;
  stdout: string;
  stderr: string;
  /** The same as bytes: output need not be text. */
  stdoutBytes: Uint8Array;
  stderrBytes: Uint8Array;
  /** Whether output was dropped: a stream has a limit of 16 MiB. */
  truncated: boolean;
  /** The signal that ended the shell, or null. */
  signal: number | null;
  /** The limit that ended it or a process that descends from it; left out when none has. */
  limit?: LimitReached;
}

/** How long a session has to end itself between SIGTERM and SIGKILL. */
const GRACE_MS = 1000;
/** setTimeout takes at most this many milliseconds (25 days). */
const LONGEST_TIMER_MS = 0x7fffffff;

/** Anything but plain words, which only a shell can run. */
const NEEDS_SHELL = /["'$`\\|&;<>()*?[\]#~!{}\n]|^\s*[A-Za-z_]\w*=/;

export async function exec(
  tables: KernelTables,
  defaults: SpawnDefaults,
  commandLine: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const [command, ...args] = commandWords(tables, commandLine);
  const allowance = new Allowance(tables.limits, options.limits, options.onLimit ?? tables.onLimit);
  const { capturedBytes } = allowance.limits;
  const captures = {
    stdout: new HeadCapture(capturedBytes),
    stderr: new HeadCapture(capturedBytes),
  };
  const fds = new FdTable(tables.limits.descriptors);
  const stdin = options.stdin === undefined ? null : orThrow(pipeInput(tables, fds));
  if (!stdin) fds.install(0, nullInput());
  const sinks = [installSink(fds, 1, captures.stdout), installSink(fds, 2, captures.stderr)];
  const request = {
    command,
    args,
    env: { ...defaults.env, ...options.env },
    cwd: options.cwd ?? defaults.cwd,
    parent: null,
    fds,
    allowance,
  };
  const process = startProcess(tables, request, stdin);
  if (stdin && options.stdin !== undefined) {
    const bytes =
      typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin;
    void stdin.writeUnlimited(bytes).catch(() => {});
    stdin.close();
  }
  const timer = new SessionTimer(tables, process, options.timeout);
  const waitStatus = await ended(process);
  stdin?.abandon();
  if (timer.hasFired) await timer.sessionEnd();
  timer.stop();
  // What background jobs write from here on is dropped.
  for (const sink of sinks) sink.disconnect();
  const stdout = captures.stdout.text();
  const stderr = captures.stderr.text();
  if (timer.hasFired) {
    const detail = `exec("${commandLine}") after ${options.timeout} ms`;
    throw Object.assign(new KernelError("ETIMEDOUT", detail), { stdout, stderr });
  }
  const truncated = captures.stdout.isTruncated || captures.stderr.isTruncated;
  if (truncated) allowance.tell(process, "capturedBytes");
  return {
    exitCode: exitCodeOf(waitStatus),
    stdout,
    stderr,
    stdoutBytes: captures.stdout.bytes(),
    stderrBytes: captures.stderr.bytes(),
    truncated,
    signal: terminationSignal(waitStatus) || null,
    ...(allowance.ended && { limit: allowance.ended }),
  };
}

/** The shell with the command line, or without a shell the words of a plain command. */
function commandWords(tables: KernelTables, commandLine: string): [string, ...string[]] {
  if (tables.commands.get("sh")) return ["sh", "-c", commandLine];
  const [command, ...args] = commandLine.trim().split(/[ \t]+/);
  if (!command || NEEDS_SHELL.test(commandLine)) {
    const detail = "exec needs a shell: mount createWasmVmRuntime() of secure-exec/wasmvm";
    throw new KernelError("ENOENT", detail);
  }
  return [command, ...args];
}

function ended(process: Process): Promise<number> {
  if (!process.isRunning) return Promise.resolve(process.waitStatus);
  return new Promise((resolve) => process.endListeners.add(resolve));
}

/** Ends a session when its time is up. */
class SessionTimer {
  readonly #tables: KernelTables;
  readonly #sid: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  hasFired = false;

  constructor(tables: KernelTables, leader: Process, timeoutMs: number | undefined) {
    this.#tables = tables;
    this.#sid = leader.sid;
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => this.#fire(), Math.min(timeoutMs, LONGEST_TIMER_MS));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Resolves when no process of the session is left. */
  async sessionEnd(): Promise<void> {
    for (const process of [...this.#tables.processes.all()]) {
      if (process.sid === this.#sid) await ended(process);
    }
  }

  #fire(): void {
    this.hasFired = true;
    this.#timer = setTimeout(
      () => this.#tables.processes.signalSession(this.#sid, SIGKILL),
      GRACE_MS,
    );
    this.#tables.processes.signalSession(this.#sid, SIGTERM);
    this.#tables.processes.signalSession(this.#sid, SIGCONT);
  }
}
