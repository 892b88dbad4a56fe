/** `kernel.exec` and `kernel.execFile`: run a program to its end, with bounded capture and a time limit. */
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
import { HeadCapture, type OutputCallback, type OutputConsumer } from "./output-sink.js";
import { ended, endSession } from "./session.js";
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
  /** Its abort ends the session as `timeout` does; then the call rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface ExecFileOptions extends ExecOptions {
  /** What the program leaves running in its session ends before the call does. Default false. */
  endsSession?: boolean;
  /** Gets the output as it comes, besides the capture; a promise it returns is awaited before more. */
  onStdout?: OutputCallback;
  onStderr?: OutputCallback;
  /** Descriptors from 3 on that the program begins with; what it writes there is captured. */
  captured?: readonly number[];
  /** What the driver of the program is given besides (`ProcessContext.hostData`). */
  hostData?: unknown;
  /** Told the process's id as soon as it has one. */
  onStart?: (pid: number) => void;
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

export interface ExecFileResult extends ExecResult {
  /** What came on the descriptors of `captured`, in their order; null: more than the limit. */
  readonly captured: readonly (Uint8Array | null)[];
}

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
  const { captured, ...result } = await execFile(
    tables,
    defaults,
    command,
    args,
    options,
    commandLine,
  );
  return result;
}

/**
 * Runs a program to its end.
 * @param title - What an error about the time limit calls it.
 */
export async function execFile(
  tables: KernelTables,
  defaults: SpawnDefaults,
  command: string,
  args: readonly string[],
  options: ExecFileOptions,
  title = command,
): Promise<ExecFileResult> {
  options.signal?.throwIfAborted();
  const allowance = new Allowance(tables.limits, options.limits, options.onLimit ?? tables.onLimit);
  const { capturedBytes } = allowance.limits;
  const stdout = new HeadCapture(capturedBytes);
  const stderr = new HeadCapture(capturedBytes);
  const extra = (options.captured ?? []).map((fd) => ({
    fd,
    kept: new HeadCapture(capturedBytes),
  }));
  const fds = new FdTable(tables.limits.descriptors);
  const stdin = options.stdin === undefined ? null : orThrow(pipeInput(tables, fds));
  if (!stdin) fds.install(0, nullInput());
  const sinks = [
    installSink(fds, 1, shownTo(stdout, options.onStdout)),
    installSink(fds, 2, shownTo(stderr, options.onStderr)),
    ...extra.map(({ fd, kept }) => installSink(fds, fd, kept)),
  ];
  // They are between this program and its caller.
  for (const { fd } of extra) fds.setCloseOnExec(fd, true);
  const request = {
    command,
    args,
    env: { ...defaults.env, ...options.env },
    cwd: options.cwd ?? defaults.cwd,
    parent: null,
    fds,
    allowance,
    hostData: options.hostData,
  };
  const process = startProcess(tables, request, stdin);
  options.onStart?.(process.pid);
  if (stdin && options.stdin !== undefined) {
    const bytes =
      typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin;
    void stdin.writeUnlimited(bytes).catch(() => {});
    stdin.close();
  }
  const interruption = new Interruption(tables, process.sid, options);
  const waitStatus = await ended(process);
  stdin?.abandon();
  if (options.endsSession) await endSession(tables, process.sid);
  if (options.onStdout || options.onStderr) {
    // A callback that never has enough does not hold the call up for longer than it may take.
    const drained = Promise.all(sinks.map((sink) => sink.drained()));
    await Promise.race([drained, interruption.happened]);
  }
  await interruption.finish();
  // What background jobs write from here on is dropped.
  for (const sink of sinks) sink.disconnect();
  interruption.rethrow(`exec("${title}")`, stdout.text(), stderr.text());
  const truncated = stdout.isTruncated || stderr.isTruncated;
  if (truncated) allowance.tell(process, "capturedBytes");
  return {
    exitCode: exitCodeOf(waitStatus),
    stdout: stdout.text(),
    stderr: stderr.text(),
    stdoutBytes: stdout.bytes(),
    stderrBytes: stderr.bytes(),
    truncated,
    signal: terminationSignal(waitStatus) || null,
    ...(allowance.ended && { limit: allowance.ended }),
    captured: extra.map(({ kept }) => (kept.isTruncated ? null : kept.bytes())),
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

/** A capture that a callback sees, too. */
function shownTo(capture: HeadCapture, callback: OutputCallback | undefined): OutputConsumer {
  if (!callback) return capture;
  return {
    take(data) {
      capture.take(data);
      return callback(data.slice());
    },
  };
}

/** Ends a session when its time is up, or when its caller has had enough. */
class Interruption {
  readonly #tables: KernelTables;
  readonly #sid: number;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #aborted = (): void => this.#interrupt();
  #isTimeout = false;
  /** Settles when the session is gone. */
  #ending: Promise<void> | undefined;
  /** Resolves when time is up, or the caller has had enough. */
  readonly happened: Promise<void>;
  #happen = (): void => {};

  constructor(tables: KernelTables, sid: number, { timeout, signal }: ExecOptions) {
    this.#tables = tables;
    this.#sid = sid;
    this.#timeoutMs = timeout ?? 0;
    this.#signal = signal;
    this.happened = new Promise((resolve) => {
      this.#happen = resolve;
    });
    signal?.addEventListener("abort", this.#aborted);
    if (timeout === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#isTimeout = true;
        this.#interrupt();
      },
      Math.min(timeout, LONGEST_TIMER_MS),
    );
  }

  /** Stops watching. Resolves when the session is gone, if it was to end. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#aborted);
    await this.#ending;
  }

  /** Throws what the interruption was. */
  rethrow(what: string, stdout: string, stderr: string): void {
    if (!this.#ending) return;
    if (!this.#isTimeout) throw this.#signal?.reason;
    const detail = `${what} after ${this.#timeoutMs} ms`;
    throw Object.assign(new KernelError("ETIMEDOUT", detail), { stdout, stderr });
  }

  #interrupt(): void {
    this.#happen();
    this.#ending ??= endSession(this.#tables, this.#sid);
  }
}
