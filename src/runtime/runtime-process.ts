/** A program that goes on while the application does other things: what `spawn` answers. */
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import type { ManagedProcess, SpawnOptions } from "../kernel/managed-process.js";
import type { OutputCallback } from "../kernel/output-sink.js";
import { abortable } from "./abortable.js";
import { type CallOptions, checkCall, type NodeRuntimeSpawnOptions } from "./call-options.js";
import { LimitError } from "./errors.js";
import type { EventListener } from "./events.js";
import { callLimitsOf } from "./limit-options.js";
import type { Program } from "./run-program.js";
import { type SignalName, signalNumber } from "./signal-names.js";

/** How many bytes a stream that nobody reads holds before the program has to wait. */
const STREAM_BYTES = 64 * 1024;

export class NodeRuntimeProcess {
  readonly pid: number;
  readonly #process: ManagedProcess;
  readonly #sessionEnded: Promise<void>;
  readonly #ended: Promise<number>;
  readonly #options: NodeRuntimeSpawnOptions;
  #exitCode: number | null = null;
  #stdout: ReadableStream<Uint8Array> | undefined;
  #stderr: ReadableStream<Uint8Array> | undefined;

  /** Starts the program. Throws the `KernelError` of a start that failed. */
  constructor(
    kernel: Kernel,
    emit: EventListener,
    { command, args, hostData }: Program,
    options: NodeRuntimeSpawnOptions,
  ) {
    const { signal, env, cwd, onStdout, onStderr, limits } = options;
    signal?.throwIfAborted();
    this.#options = options;
    this.#process = startManaged(kernel, command, args, {
      hostData,
      limits: callLimitsOf(limits),
      ...(env && { env: { ...env } }),
      ...(cwd !== undefined && { cwd }),
      ...(onStdout && { onStdout }),
      ...(onStderr && { onStderr }),
    });
    this.pid = this.#process.pid;
    emit({ type: "start", pid: this.pid, command });
    const end = () => void kernel.endSession(this.pid);
    signal?.addEventListener("abort", end);
    this.#sessionEnded = this.#process.ended.then(() => {
      signal?.removeEventListener("abort", end);
      return kernel.endSession(this.pid);
    });
    // In this order: what goes on in the background would have more output for ever.
    this.#ended = this.#sessionEnded.then(async () => {
      const exitCode = await this.#process.wait();
      this.#exitCode = exitCode;
      emit({ type: "end", pid: this.pid, exitCode });
      return exitCode;
    });
  }

  /** The exit code (128 + signal for a signal) once the program has ended, else null. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  /** The limit that has ended the program, or one that it started; else null. */
  get limit(): LimitError | null {
    const { limit } = this.#process;
    return limit && new LimitError(limit);
  }

  /**
   * Standard output as a stream; it begins with the last MiB written until it is first asked for. From then on
   * the program waits when the stream is not read. It ends with the program.
   */
  get stdout(): ReadableStream<Uint8Array> {
    this.#stdout ??= this.#stream("onStdout");
    return this.#stdout;
  }

  get stderr(): ReadableStream<Uint8Array> {
    this.#stderr ??= this.#stream("onStderr");
    return this.#stderr;
  }

  /**
   * Writes to standard input. The promise resolves when the program's pipe has taken it; up to 1 MiB may wait
   * there, then ENOSPC is thrown.
   */
  writeStdin(data: Uint8Array | string): Promise<void> {
    return this.#process.writeStdin(data);
  }

  /** The end of standard input. */
  closeStdin(): void {
    this.#process.closeStdin();
  }

  /** Sends a signal. A program that has ended is left alone. */
  kill(signal: SignalName | number = "SIGTERM"): void {
    this.#process.kill(signalNumber("kill", signal));
  }

  /** Resolves with the exit code when the program, its session and its output are done with. */
  async wait(options?: CallOptions): Promise<number> {
    checkCall("wait", options);
    return abortable(options?.signal, this.#ended);
  }

  #stream(name: "onStdout" | "onStderr"): ReadableStream<Uint8Array> {
    const callback: OutputCallback | undefined = this.#options[name];
    let wanted: (() => void) | undefined;
    let isCancelled = false;
    let hasEnded = false;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#process[name] = async (chunk) => {
            controller.enqueue(chunk);
            await callback?.(chunk);
            if (hasEnded || (controller.desiredSize ?? 0) > 0) return;
            await new Promise<void>((resolve) => {
              wanted = resolve;
            });
          };
          // What is left is what the program had written: nobody has to read it for its end to be told.
          void this.#sessionEnded.then(() => {
            hasEnded = true;
            wanted?.();
          });
          void this.#process.wait().then(() => {
            if (!isCancelled) controller.close();
          });
        },
        pull: () => wanted?.(),
        cancel: () => {
          isCancelled = true;
          wanted?.();
          this.#process[name] = callback ?? (() => {});
        },
      },
      { highWaterMark: STREAM_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }
}

/** Starts a program. Throws a LimitError when there is no room for it. */
function startManaged(
  kernel: Kernel,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ManagedProcess {
  try {
    return kernel.spawn(command, [...args], options);
  } catch (thrown) {
    throw thrown instanceof KernelError && thrown.limit ? new LimitError(thrown.limit) : thrown;
  }
}
