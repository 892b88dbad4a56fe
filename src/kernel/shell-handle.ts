/**
 * `kernel.openShell`: a program on a terminal of its own, and the host application's end of that terminal.
 * The program leads a session whose controlling terminal it is. When it ends, what it has printed is
 * delivered, and the terminal hangs up: what still runs on it finds the end of its input.
 */
import { Allowance } from "./allowance.js";
import type { LimitReached } from "./call-limits.js";
import { errno } from "./errno.js";
import { FdTable } from "./fd-table.js";
import { HostInput } from "./host-input.js";
import { KernelError, orThrow } from "./kernel-error.js";
import type { KernelTables } from "./kernel-tables.js";
import { type SpawnDefaults, startProcess } from "./managed-process.js";
import { LateOutput, type OutputCallback } from "./output-sink.js";
import type { Process } from "./process.js";
import type { PtyMaster } from "./pty-master.js";
import { checkSize, type OpenShellOptions, shellOptions } from "./shell-options.js";
import { SIGHUP, SIGTERM } from "./signals.js";
import { TerminalOutlet } from "./terminal-outlet.js";
import { exitCodeOf } from "./wait-status.js";

/** A program on a terminal, as the host application holds it. */
export interface ShellHandle {
  /** The program's process id. */
  readonly pid: number;
  /**
   * Types, as a person at the terminal does: `\n` or `\r` ends a line, `\x03` is ^C. The promise resolves
   * when the terminal has taken it; up to 1 MiB may wait, then ENOSPC is thrown.
   */
  write(data: Uint8Array | string): Promise<void>;
  /**
   * Gets what is to be shown. Set late, it gets the last MiB printed until then first. A promise it returns
   * is awaited before the next chunk: programs that print wait.
   */
  onData: OutputCallback | null;
  /** Another window size; the foreground group gets SIGWINCH. EINVAL: not 1 to 65535. */
  resize(cols: number, rows: number): void;
  /** Sends a signal to the program; SIGTERM by default. */
  kill(signal?: number): void;
  /** The limit that ended it or one that descends from it, or null. */
  readonly limit: LimitReached | null;
  /** Resolves with the exit code when the program has ended and its output is delivered. */
  wait(): Promise<number>;
}

/**
 * @throws KernelError ENOENT (`command not found`), EINVAL (an option), ENOSPC (too many terminals), and
 *   what `spawn` throws.
 */
export function openShell(
  tables: KernelTables,
  defaults: SpawnDefaults,
  options: OpenShellOptions = {},
): Shell {
  const { command, args, cols, rows, env, cwd } = shellOptions(options);
  const { master, slave } = orThrow(tables.terminals.createPair(tables.user.uid));
  master.retain();
  master.pty.resize({ rows, columns: cols, xPixels: 0, yPixels: 0 });
  const fds = new FdTable(tables.limits.descriptors);
  for (const fd of [0, 1, 2]) fds.install(fd, slave);
  const request = {
    command,
    args,
    env: { TERM: "xterm-256color", ...defaults.env, ...env },
    cwd: cwd ?? defaults.cwd,
    parent: null,
    fds,
    controllingTerminal: master.pty,
    allowance: new Allowance(tables.limits, options.limits, options.onLimit ?? tables.onLimit),
  };
  try {
    return new Shell(tables, startProcess(tables, request, null), master);
  } catch (thrown) {
    master.release();
    const isMissing = thrown instanceof KernelError && thrown.code === "ENOENT";
    if (!isMissing || options.command !== undefined || tables.commands.get("sh")) throw thrown;
    const detail = "sh: command not found: mount createWasmVmRuntime() of secure-exec/wasmvm";
    throw new KernelError("ENOENT", detail);
  }
}

export class Shell implements ShellHandle {
  readonly pid: number;
  readonly #tables: KernelTables;
  readonly #process: Process;
  readonly #master: PtyMaster;
  readonly #input: HostInput;
  readonly #outlet: TerminalOutlet;
  readonly #output: LateOutput;
  readonly #ended: Promise<number>;

  /** Takes over a reference on `master`. */
  constructor(tables: KernelTables, process: Process, master: PtyMaster) {
    this.pid = process.pid;
    this.#tables = tables;
    this.#process = process;
    this.#master = master;
    this.#input = new HostInput(master.retain(), tables.limits.queuedBytes);
    this.#output = new LateOutput(tables.limits.unreadOutputBytes, null);
    this.#outlet = new TerminalOutlet(master, this.#output);
    this.#outlet.start();
    this.#ended = this.#end();
  }

  get limit(): LimitReached | null {
    return this.#process.allowance.ended;
  }

  get onData(): OutputCallback | null {
    return this.#output.callback;
  }
  set onData(callback: OutputCallback | null) {
    if (callback !== null && typeof callback !== "function") {
      throw new KernelError("EINVAL", "onData must be a function or null");
    }
    this.#output.callback = callback;
  }

  write(data: Uint8Array | string): Promise<void> {
    return this.#input.write(data);
  }

  resize(cols: number, rows: number): void {
    checkSize("cols", cols);
    checkSize("rows", rows);
    this.#master.pty.resize({ rows, columns: cols, xPixels: 0, yPixels: 0 });
  }

  kill(signal: number = SIGTERM): void {
    const { processes } = this.#tables;
    const failed = processes.kill(this.pid, signal, null);
    if (failed && failed !== errno.ESRCH) throw new KernelError(failed.code, `signal ${signal}`);
    if (signal !== SIGTERM) return;
    // A shell that talks with a person ignores SIGTERM: it ends as when the terminal's window is closed.
    if (this.#process.ignoredSignals.has(SIGTERM)) processes.deliver(this.#process, SIGHUP);
  }

  wait(): Promise<number> {
    return this.#ended;
  }

  /** Ends the person's input, as ^D does. */
  endInput(): void {
    const { icanon, cc } = this.#master.pty.termios;
    // In the middle of a line the first one hands it over, the second one is the end.
    if (icanon) this.#input.write(Uint8Array.of(cc.veof, cc.veof)).catch(() => {});
  }

  async #end(): Promise<number> {
    const waitStatus = await new Promise<number>((resolve) => {
      if (this.#process.isRunning) this.#process.endListeners.add(resolve);
      else resolve(this.#process.waitStatus);
    });
    await this.#outlet.finish();
    this.#input.abandon();
    this.#master.release();
    this.#tables.processes.reap(this.#process);
    return exitCodeOf(waitStatus);
  }
}
