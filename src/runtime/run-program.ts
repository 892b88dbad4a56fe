/** Running a program to its end for the facade, with all that it leaves behind. */
import type { ExecFileOptions, ExecFileResult, ExecResult } from "../kernel/exec.js";
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import type { NodeRuntimeExecOptions } from "./call-options.js";
import { LimitError, TimeoutError } from "./errors.js";
import type { EventListener } from "./events.js";
import { callLimitsOf } from "./limit-options.js";
import { type SignalName, signalName } from "./signal-names.js";

/** What `exec` and its like answer. */
export class NodeRuntimeExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or 128 + the number of the signal that ended the program. */
  readonly exitCode: number;
  /** The signal that ended the program, or null. */
  readonly signal: SignalName | null;
  /** How long it took, from the call to the end of all that it had started. */
  readonly durationMs: number;
  /** Whether output was dropped: `limits.capturedBytes` of each stream are kept. */
  readonly truncated: boolean;
  readonly #limit: LimitError | null;
  readonly #bytes: { readonly stdout: Uint8Array; readonly stderr: Uint8Array };

  constructor(ended: ExecResult & { readonly durationMs: number }) {
    this.stdout = ended.stdout;
    this.stderr = ended.stderr;
    this.exitCode = ended.exitCode;
    this.signal = ended.signal === null ? null : signalName(ended.signal);
    this.durationMs = ended.durationMs;
    this.truncated = ended.truncated;
    this.#limit = ended.limit ? new LimitError(ended.limit) : null;
    this.#bytes = { stdout: ended.stdoutBytes, stderr: ended.stderrBytes };
  }

  /** The limit that has ended the program, or one that it started; else null. */
  get limit(): LimitError | null {
    return this.#limit;
  }

  /** `stdout` as bytes: output need not be text. */
  get stdoutBytes(): Uint8Array {
    return this.#bytes.stdout;
  }

  get stderrBytes(): Uint8Array {
    return this.#bytes.stderr;
  }
}

/** How a program has ended. */
export interface ProgramEnd extends ExecFileResult {
  readonly durationMs: number;
}

/** What a program is run with. */
export interface Program {
  /** The method of the facade, for errors. */
  readonly call: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly captured?: readonly number[];
  readonly hostData?: unknown;
}

/** Rejects with TimeoutError, with the reason of the signal, or with the `KernelError` of a start that failed. */
export async function runProgram(
  kernel: Kernel,
  emit: EventListener,
  { call, command, args, captured = [], hostData }: Program,
  { env, timeoutMs, limits, ...options }: NodeRuntimeExecOptions,
): Promise<ProgramEnd> {
  const begin = performance.now();
  let pid = 0;
  const execOptions: ExecFileOptions = {
    ...options,
    ...(env && { env: { ...env } }),
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    limits: callLimitsOf(limits),
    captured,
    hostData,
    endsSession: true,
    onStart(started) {
      pid = started;
      emit({ type: "start", pid, command });
    },
  };
  try {
    const ended = await kernel.execFile(command, [...args], execOptions);
    emit({ type: "end", pid, exitCode: ended.exitCode });
    return { ...ended, durationMs: performance.now() - begin };
  } catch (thrown) {
    if (thrown instanceof KernelError && thrown.limit) throw new LimitError(thrown.limit);
    if (timeoutMs === undefined || !isTimeout(thrown)) throw thrown;
    throw new TimeoutError(call, timeoutMs, thrown.stdout, thrown.stderr);
  }
}

/** The kernel's own ETIMEDOUT carries what had been written. */
function isTimeout(thrown: unknown): thrown is KernelError & { stdout: string; stderr: string } {
  return (
    thrown instanceof KernelError && thrown.code === "ETIMEDOUT" && thrown.stdout !== undefined
  );
}
