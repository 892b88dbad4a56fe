/**
 * `NodeRuntime`: a sandbox with a shell, its commands and Node, for applications that want to run code and not to
 * put an operating system together. It is a kernel with drivers mounted; `kernel` is the way to all that is below.
 */
import type { Walls } from "../drivers/host/process-walls.host.js";
import { nodeGuestWalls } from "../drivers/node/node-driver.js";
import type { FileApi } from "../kernel/file-api.js";
import type { Kernel } from "../kernel/kernel.js";
import { defaultLimits } from "../kernel/limits.js";
import type { Resources } from "../kernel/resources.js";
import type { ShellHandle } from "../kernel/shell-handle.js";
import type { OpenShellOptions } from "../kernel/shell-options.js";
import { abortable } from "./abortable.js";
import { assemble } from "./assemble.js";
import {
  type CallOptions,
  type CodeArguments,
  checkExec,
  checkSpawn,
  type NodeRuntimeExecOptions,
  type NodeRuntimeSpawnOptions,
} from "./call-options.js";
import {
  checkAbortSignal,
  checkKeys,
  checkOneOf,
  checkText,
  checkWords,
  expected,
} from "./check-options.js";
import {
  codeProgram,
  type NodeRuntimeRunResult,
  resultWithValue,
  valueProgram,
} from "./code-program.js";
import {
  createKeys,
  type NodeRuntimeCreateOptions,
  type RuntimeSettings,
  settingsOf,
} from "./create-options.js";
import type { ScopedRule } from "./denial.js";
import { BusyError, DisposedError } from "./errors.js";
import { GuestServers } from "./guest-servers.host.js";
import { type CallLimitOptions, callLimitsOf, checkCallLimits } from "./limit-options.js";
import { pythonProgram, resultWithJson } from "./python-program.js";
import { ResidentRunner, type ResidentRunnerOptions } from "./resident-runner.js";
import { NodeRuntimeExecResult, type Program, type ProgramEnd, runProgram } from "./run-program.js";
import { NodeRuntimeProcess } from "./runtime-process.js";
import { RuntimeServers } from "./runtime-servers.js";
import { RuntimeSnapshot } from "./runtime-snapshot.js";
import { WarmGuests, type WarmUpOptions } from "./warm-up.js";

/** Options of `openShell`. */
export interface NodeRuntimeShellOptions
  extends Omit<OpenShellOptions, "limits" | "onLimit">,
    CallOptions {
  /** Limits of the program and all that it starts; what it leaves out is the runtime's. */
  limits?: CallLimitOptions;
}

/** Options of `snapshot` and `fork`. */
export interface SnapshotOptions extends CallOptions {
  /** What about programs that run: `refuse` (the default) or `ignore`. */
  processes?: "refuse" | "ignore";
}

/**
 * A sandbox: a shell with its commands, Node and npm, and files of its own. Every call takes an AbortSignal; calls
 * after `dispose` reject with ERR_DISPOSED.
 */
export class NodeRuntime extends RuntimeServers {
  readonly #kernel: Kernel;
  readonly #settings: RuntimeSettings;
  readonly #servers: GuestServers;
  #disposal: Promise<void> | undefined;

  private constructor(kernel: Kernel, settings: RuntimeSettings) {
    super();
    this.#kernel = kernel;
    this.#settings = settings;
    this.#servers = new GuestServers(kernel, settings.network.credentials);
  }

  /**
   * Makes a sandbox.
   * Rejects with an OptionError (ERR_OPTION) for an option that does not exist or can't be, ERR_ISOLATED_VM_MISSING,
   * or what a mount rejects with.
   */
  static async create(options: NodeRuntimeCreateOptions & CallOptions = {}): Promise<NodeRuntime> {
    checkKeys("create", options, [...createKeys, "signal"]);
    const { signal, ...given } = options;
    return NodeRuntime.#make("create", given, signal);
  }

  static async #make(
    call: string,
    given: NodeRuntimeCreateOptions,
    signal: AbortSignal | undefined,
    snapshot?: RuntimeSnapshot,
    allowed: readonly ScopedRule[] = [],
  ): Promise<NodeRuntime> {
    checkAbortSignal(`${call}: signal`, signal);
    const { allowed: _added, ...kept } = snapshot?.settings ?? {};
    const settings = settingsOf({ ...kept, ...given });
    for (const rule of allowed) settings.permissions.allow(rule);
    signal?.throwIfAborted();
    const runtime = new NodeRuntime(await assemble(settings, snapshot?.files), settings);
    if (!signal?.aborted) return runtime;
    await runtime.dispose();
    throw signal.reason;
  }

  /**
   * Makes runtimes' first guests start quickly: has processes up and the shell compiled before they are asked for.
   * A runtime that is there already does the same for the next one; this is for the first one.
   */
  static async warmUp(options?: WarmUpOptions): Promise<WarmGuests> {
    return WarmGuests.make(options);
  }

  /**
   * Which walls this machine offers around guests with `isolation: "process"`, as the system says it of a guest process that is
   * started for the answer. None is required. Rejects with ERR_ISOLATED_VM_MISSING.
   */
  static async walls(options: CallOptions = {}): Promise<Walls> {
    checkKeys("walls", options, ["signal"]);
    checkAbortSignal("walls: signal", options.signal);
    options.signal?.throwIfAborted();
    return abortable(options.signal, nodeGuestWalls());
  }

  /**
   * Makes a sandbox that begins with the files and the settings of a snapshot. The files' content stays shared with
   * it until it is changed.
   * @param options - As of `create`; they win over the snapshot's settings.
   * Rejects as `create` does, and with ENOSPC: the snapshot holds more than the limits allow.
   */
  static async restore(
    snapshot: RuntimeSnapshot,
    options: NodeRuntimeCreateOptions & CallOptions = {},
  ): Promise<NodeRuntime> {
    if (!(snapshot instanceof RuntimeSnapshot)) {
      throw expected("restore: snapshot", "a RuntimeSnapshot", snapshot);
    }
    const { signal, ...given } = options;
    // Rules that are given anew are not widened by old ones.
    const isGiven = given.permissions !== undefined || given.network !== undefined;
    const allowed = isGiven ? [] : snapshot.settings.allowed;
    return NodeRuntime.#make("restore", given, signal, snapshot, allowed);
  }

  /**
   * What the runtime is now, as one moment; it goes on meanwhile.
   * Rejects with BusyError (EBUSY) while programs run, unless they are to be ignored: they are not in a snapshot.
   */
  async snapshot(options: SnapshotOptions = {}): Promise<RuntimeSnapshot> {
    checkKeys("snapshot", options, ["processes", "signal"]);
    checkOneOf("snapshot: processes", options.processes, ["refuse", "ignore"]);
    checkAbortSignal("snapshot: signal", options.signal);
    options.signal?.throwIfAborted();
    const { kernel } = this;
    if (options.processes !== "ignore") refuseBusy(kernel);
    const files = await abortable(options.signal, kernel.snapshotFileSystem());
    return RuntimeSnapshot.of(files, this.#settings);
  }

  /**
   * A second sandbox like this one, with the same options and what `allow` has added; what one of them changes from here on the other does not
   * see. Host directories that are mounted are mounted in both. Rejects as `snapshot` and `restore` do.
   */
  async fork(options: SnapshotOptions = {}): Promise<NodeRuntime> {
    const { files: _already, ...given } = this.#settings.given;
    const snapshot = await this.snapshot(options);
    const { allowed } = snapshot.settings;
    return NodeRuntime.#make("fork", given, options.signal, snapshot, allowed);
  }

  /** What guests use at this moment, beside their limits. */
  resources(): Resources {
    return this.kernel.resources();
  }

  /** The kernel below. Throws DisposedError. */
  get kernel(): Kernel {
    if (this.#disposal) throw new DisposedError();
    return this.#kernel;
  }

  /** The working directory of programs that say nothing else. */
  get cwd(): string {
    return this.#settings.cwd;
  }

  /**
   * Runs JavaScript as an ES module, top-level await included, to its end. An exit code that is not 0 is a result,
   * no rejection. Rejects with ERR_TIMEOUT, or with the reason of the signal.
   */
  async exec(
    code: string,
    options: NodeRuntimeExecOptions & CodeArguments = {},
  ): Promise<NodeRuntimeExecResult> {
    checkExec("exec", options, ["args"]);
    const { args, ...rest } = options;
    return new NodeRuntimeExecResult(await this.#run(codeProgram("exec", code, args), rest));
  }

  /**
   * `exec`, and the value that the program hands to `globalThis.__return`, or its default export. The value crosses
   * as data: what structuredClone takes, but no RegExp; of class instances their fields.
   * Rejects with ERR_RESULT as well: what came is larger than `limits.capturedBytes`, or no value.
   */
  async run<T = unknown>(
    code: string,
    options: NodeRuntimeExecOptions & CodeArguments = {},
  ): Promise<NodeRuntimeRunResult<T>> {
    checkExec("run", options, ["args"]);
    const { args, ...rest } = options;
    return resultWithValue<T>(await this.#run(valueProgram("run", code, args), rest));
  }

  /** Starts JavaScript as an ES module and answers at once, while it goes on. */
  async spawn(
    code: string,
    options: NodeRuntimeSpawnOptions & CodeArguments = {},
  ): Promise<NodeRuntimeProcess> {
    checkSpawn("spawn", options, ["args"]);
    const { args, ...rest } = options;
    return this.#spawn(codeProgram("spawn", code, args), rest);
  }

  /** Runs Python to its end, as `python3 -c` does. The runtime was made with `python: true`. Otherwise as `exec`. */
  async execPython(
    code: string,
    options: NodeRuntimeExecOptions & CodeArguments = {},
  ): Promise<NodeRuntimeExecResult> {
    return new NodeRuntimeExecResult(await this.#python("execPython", code, options, false));
  }

  /** `execPython` by a shorter name. */
  python(
    code: string,
    options?: NodeRuntimeExecOptions & CodeArguments,
  ): Promise<NodeRuntimeExecResult> {
    return this.execPython(code, options);
  }

  /**
   * `execPython`, and the value that the program hands to `__return(value)`: what JSON can hold. The last one counts.
   * Rejects with ERR_RESULT as well: what came is larger than `limits.capturedBytes`, or no JSON.
   */
  async runPython<T = unknown>(
    code: string,
    options: NodeRuntimeExecOptions & CodeArguments = {},
  ): Promise<NodeRuntimeRunResult<T>> {
    return resultWithJson<T>(await this.#python("runPython", code, options, true));
  }

  /** Runs a command with its arguments to its end, without a shell. Rejects with ENOENT as well. */
  async execCommand(
    command: string,
    args: readonly string[] = [],
    options: NodeRuntimeExecOptions = {},
  ): Promise<NodeRuntimeExecResult> {
    checkExec("execCommand", options);
    checkCommand("execCommand", command, args);
    const program = { call: "execCommand", command, args };
    return new NodeRuntimeExecResult(await this.#run(program, options));
  }

  /** Starts a command and answers at once, while it goes on. Rejects with ENOENT. */
  async spawnCommand(
    command: string,
    args: readonly string[] = [],
    options: NodeRuntimeSpawnOptions = {},
  ): Promise<NodeRuntimeProcess> {
    checkSpawn("spawnCommand", options);
    checkCommand("spawnCommand", command, args);
    return this.#spawn({ call: "spawnCommand", command, args }, options);
  }

  /** Runs a script of the shell to its end. What it leaves in the background ends with it. */
  async shell(
    script: string,
    options: NodeRuntimeExecOptions = {},
  ): Promise<NodeRuntimeExecResult> {
    checkExec("shell", options);
    if (typeof script !== "string") throw expected("shell: script", "a string", script);
    const program = { call: "shell", command: "sh", args: ["-c", script] };
    return new NodeRuntimeExecResult(await this.#run(program, options));
  }

  /**
   * Starts a guest that answers many calls: see `ResidentRunner.run`. An abort of `signal` ends it.
   * Rejects with ERR_RUNNER_ENDED when it ends before it is warm.
   */
  async createResidentRunner(options: ResidentRunnerOptions = {}): Promise<ResidentRunner> {
    checkSpawn("createResidentRunner", options);
    const { cwd, ...rest } = options;
    const { capturedBytes = defaultLimits.capturedBytes } = this.#settings.limits.kernel;
    const directed = { ...rest, ...this.#directory(cwd) };
    return ResidentRunner.start(this.kernel, this.#settings.emit, capturedBytes, directed);
  }

  /**
   * Opens an interactive program, by default the shell, on a terminal of its own. An abort of `signal` hangs the
   * terminal up: it ends the program and all that runs on it.
   */
  async openShell(options: NodeRuntimeShellOptions = {}): Promise<ShellHandle> {
    checkKeys("openShell", options, [
      ...["signal", "command", "args", "env", "cwd", "cols", "rows", "limits"],
    ]);
    checkCallLimits("openShell", options.limits);
    checkAbortSignal("openShell: signal", options.signal);
    const { signal, cwd, limits, ...rest } = options;
    signal?.throwIfAborted();
    const directed = { ...rest, limits: callLimitsOf(limits), ...this.#directory(cwd) };
    const shell = this.kernel.openShell(directed);
    const end = () => void this.#kernel.endSession(shell.pid);
    signal?.addEventListener("abort", end);
    void shell.wait().then(() => signal?.removeEventListener("abort", end));
    return shell;
  }

  /**
   * Adds a rule to the permissions, such as the one that a `denied` event offers: it answers from now on. Throws an
   * OptionError.
   */
  allow(rule: ScopedRule): void {
    this.#settings.permissions.allow(rule);
  }

  /** Ends all guests (SIGTERM, a second later SIGKILL) and frees everything. May be called again. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #dispose(): Promise<void> {
    await this.#servers.dispose();
    await this.#kernel.dispose();
  }

  protected override guestServers(): GuestServers {
    if (this.#disposal) throw new DisposedError();
    return this.#servers;
  }

  protected override fileApi(): FileApi {
    return this.kernel.files;
  }

  #python(
    call: string,
    code: string,
    options: NodeRuntimeExecOptions & CodeArguments,
    returns: boolean,
  ): Promise<ProgramEnd> {
    checkExec(call, options, ["args"]);
    const { args, ...rest } = options;
    const hasPython = this.#settings.given.python === true;
    return this.#run(pythonProgram(call, code, args, { hasPython, returns }), rest);
  }

  async #run(program: Program, { cwd, ...options }: NodeRuntimeExecOptions): Promise<ProgramEnd> {
    const { callCpuMs } = this.#settings.limits;
    const limits = { cpuMs: callCpuMs, ...options.limits };
    const directed = { ...options, limits, ...this.#directory(cwd) };
    return runProgram(this.kernel, this.#settings.emit, program, directed);
  }

  #spawn(program: Program, { cwd, ...options }: NodeRuntimeSpawnOptions): NodeRuntimeProcess {
    const directed = { ...options, ...this.#directory(cwd) };
    return new NodeRuntimeProcess(this.kernel, this.#settings.emit, program, directed);
  }

  #directory(cwd: string | undefined): { cwd?: string } {
    return cwd === undefined ? {} : { cwd: this.absolute("cwd", cwd) };
  }
}

function refuseBusy(kernel: Kernel): void {
  const running = [...kernel.processes.values()].filter(({ status }) => status !== "exited");
  if (running.length > 0) throw new BusyError(running);
}

function checkCommand(call: string, command: unknown, args: unknown): void {
  if (typeof command !== "string" || command === "") {
    throw expected(`${call}: command`, "a command's name or path", command);
  }
  checkText(`${call}: command`, command);
  checkWords(`${call}: args`, args);
}
