/**
 * A resident runner: one warm guest that answers many calls, each in a fraction of the time that a guest's start
 * takes. What a call leaves in the guest's globals is there for the next one: calls of one runner trust each other.
 */
import { NodeCode } from "../drivers/node/node-code.js";
import { BadEncoding, decodeValue, encodeValue } from "../drivers/node/value-encoding.js";
import type { Kernel } from "../kernel/kernel.js";
import type { ManagedProcess } from "../kernel/managed-process.js";
import type { CallOptions, ProgramOptions } from "./call-options.js";
import { checkAbortSignal, checkKeys, checkNumber, checkText, expected } from "./check-options.js";
import { GuestError, OptionError, ResultError, RunnerEndedError, TimeoutError } from "./errors.js";
import type { EventListener } from "./events.js";
import { callLimitsOf } from "./limit-options.js";
import { BoundedText, LineReader } from "./received-text.js";
import { residentProgram } from "./resident-program.host.js";

/** Options of `createResidentRunner`. */
export type ResidentRunnerOptions = Pick<ProgramOptions, "env" | "cwd" | "signal" | "limits">;

/** Options of one call. */
export interface ResidentCallOptions extends CallOptions {
  /** What the code sees as `input`: any value that `run` could hand back. */
  input?: unknown;
  /** How long the call may take, in ms; then the guest is ended and the call rejects with ERR_TIMEOUT. */
  timeoutMs?: number;
}

/** What a call answers. */
export interface ResidentResult<T> {
  /** What the code has returned. */
  readonly value: T;
  /** What was printed during the call. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

const RESULT_FD = 3;
/** The longest timer there is, in ms. */
const LONGEST_MS = 0x7fffffff;

/** A call that waits for its answer. */
interface Waiting {
  readonly answered: (line: string) => void;
  readonly failed: (reason: unknown) => void;
}

export class ResidentRunner {
  readonly #kernel: Kernel;
  readonly #process: ManagedProcess;
  readonly #ended: Promise<number>;
  readonly #limitBytes: number;
  #exitCode: number | null = null;
  /** The call that is under way; the others wait for it. */
  #waiting: Waiting | null = null;
  #last: Promise<unknown>;
  #stdout = new BoundedText(0);
  #stderr = new BoundedText(0);
  readonly #answer: LineReader;

  private constructor(
    kernel: Kernel,
    emit: EventListener,
    limitBytes: number,
    { env, cwd, signal, limits }: ResidentRunnerOptions,
  ) {
    this.#kernel = kernel;
    this.#limitBytes = limitBytes;
    this.#answer = new LineReader(limitBytes);
    const ready = new Promise<string>((answered, failed) => {
      this.#waiting = { answered, failed };
    });
    this.#last = ready;
    this.#process = kernel.spawn("node", [], {
      hostData: new NodeCode(residentProgram(), RESULT_FD),
      limits: callLimitsOf(limits),
      ...(env && { env: { ...env } }),
      ...(cwd !== undefined && { cwd }),
      onStdout: (bytes) => this.#stdout.add(bytes),
      onStderr: (bytes) => this.#stderr.add(bytes),
      outputs: [{ fd: RESULT_FD, onData: (bytes) => this.#received(bytes) }],
    });
    const { pid } = this.#process;
    emit({ type: "start", pid, command: "node" });
    const end = () => this.#kernel.endSession(pid);
    signal?.addEventListener("abort", end);
    this.#ended = this.#process.wait().then(async (exitCode) => {
      signal?.removeEventListener("abort", end);
      await end();
      this.#exitCode = exitCode;
      emit({ type: "end", pid, exitCode });
      this.#fail(signal?.aborted ? signal.reason : new RunnerEndedError(exitCode));
      return exitCode;
    });
  }

  /** Starts the guest; resolves when it is warm. Rejects with the signal's reason, ERR_RUNNER_ENDED. */
  static async start(
    kernel: Kernel,
    emit: EventListener,
    limitBytes: number,
    options: ResidentRunnerOptions,
  ): Promise<ResidentRunner> {
    options.signal?.throwIfAborted();
    const runner = new ResidentRunner(kernel, emit, limitBytes, options);
    await runner.#last;
    return runner;
  }

  /** The guest's process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The exit code when the guest has ended, else null. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /**
   * Runs code in the guest: the body of an async function, with `input` and `require`; what it returns is the value,
   * which crosses as that of `run` does. One call at a time: others wait. Rejects with ERR_GUEST (the code has
   * thrown), ERR_RUNNER_ENDED (it has ended the guest), ERR_RESULT, ERR_TIMEOUT, the signal's reason; after the last
   * two the guest is gone.
   */
  async run<T = unknown>(
    code: string,
    options: ResidentCallOptions = {},
  ): Promise<ResidentResult<T>> {
    const request = requestOf(code, options);
    const { signal, timeoutMs } = options;
    const before = this.#last;
    let done = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      done = resolve;
    });
    try {
      await before.catch(() => {});
      signal?.throwIfAborted();
      return await this.#call<T>(request, timeoutMs, signal);
    } finally {
      done();
    }
  }

  /** Ends the guest and all that it has started. Calls that wait reject with ERR_RUNNER_ENDED. */
  async dispose(): Promise<void> {
    await this.#kernel.endSession(this.pid);
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #call<T>(
    request: string,
    timeoutMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ResidentResult<T>> {
    if (this.#exitCode !== null) throw new RunnerEndedError(this.#exitCode);
    const begin = performance.now();
    this.#stdout = new BoundedText(this.#limitBytes);
    this.#stderr = new BoundedText(this.#limitBytes);
    const answer = new Promise<string>((answered, failed) => {
      this.#waiting = { answered, failed };
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const give = (reason: unknown): void => {
      // Not before the guest is gone.
      void this.dispose().then(() => this.#fail(reason));
      this.#interruption = reason;
    };
    const aborted = (): void => give(signal?.reason);
    signal?.addEventListener("abort", aborted);
    if (timeoutMs !== undefined) {
      const late = () =>
        give(new TimeoutError("run", timeoutMs, this.#stdout.text, this.#stderr.text));
      timer = setTimeout(late, Math.min(timeoutMs, LONGEST_MS));
    }
    try {
      await this.#process.writeStdin(request).catch(() => {});
      const line = await answer;
      const durationMs = performance.now() - begin;
      const value = answerOf<T>(line);
      return { value, stdout: this.#stdout.text, stderr: this.#stderr.text, durationMs };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      this.#waiting = null;
    }
  }

  /** Why the guest was ended by a call. */
  #interruption: unknown;

  #fail(reason: unknown): void {
    this.#waiting?.failed(this.#interruption ?? reason);
    this.#waiting = null;
  }

  #received(bytes: Uint8Array): void {
    const line = this.#answer.push(bytes);
    // One answer a call: what comes without one having been asked for is dropped.
    if (line === "too long")
      this.#fail(new ResultError("run: the value is larger than limits.capturedBytes"));
    else if (line) this.#waiting?.answered(line.text);
  }
}

/** A call as the guest reads it. */
function requestOf(code: unknown, options: ResidentCallOptions): string {
  checkKeys("run", options, ["input", "timeoutMs", "signal"]);
  checkNumber("run: timeoutMs", options.timeoutMs, 0, false);
  checkAbortSignal("run: signal", options.signal);
  if (typeof code !== "string") throw expected("run: code", "a string", code);
  checkText("run: code", code);
  try {
    return `${JSON.stringify({ code, input: encodeValue(options.input) })}\n`;
  } catch (thrown) {
    throw new OptionError("run: input", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The value of an answer. Throws GuestError, ResultError. */
function answerOf<T>(line: string): T {
  let answer: unknown;
  try {
    answer = JSON.parse(line);
    if (typeof answer !== "object" || answer === null) throw new BadEncoding("no answer");
    if ("error" in answer) throw new GuestError(decodeValue(String(answer.error)));
    // What type it is only the caller knows, who has written the code.
    if ("value" in answer) return decodeValue(String(answer.value)) as T;
    throw new BadEncoding("neither a value nor an error");
  } catch (thrown) {
    if (thrown instanceof GuestError) throw thrown;
    throw new ResultError("run: what the guest handed back is no value");
  }
}
