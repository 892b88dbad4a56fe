/**
 * A program of the sandbox with this process's own standard streams: on a terminal it gets one of its own with the same
 * keys and size; otherwise bytes go through as they come, and signals are passed on.
 */
import type { NodeRuntime } from "../runtime/node-runtime.js";
import type { NodeRuntimeProcess } from "../runtime/runtime-process.js";

/** What a shell says of a program that SIGPIPE has ended. */
const BROKEN_PIPE = 128 + 13;

const passedOn = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGCONT"] as const;

/** Whether a person sits at all three streams. */
export function isOnTerminal(): boolean {
  return [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY);
}

/** Runs the program to its end. @returns its exit code. */
export async function runAttached(
  runtime: NodeRuntime,
  command: string,
  args: readonly string[],
): Promise<number> {
  if (isOnTerminal()) {
    return runtime.kernel.connectTerminal({ command, args: [...args], cwd: runtime.cwd });
  }
  const broken = new Promise<number>((resolve) => {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", () => resolve(BROKEN_PIPE));
    }
  });
  const program = await runtime.spawnCommand(command, args, {
    onStdout: (chunk) => written(process.stdout, chunk),
    onStderr: (chunk) => written(process.stderr, chunk),
  });
  for (const signal of passedOn) process.on(signal, () => program.kill(signal));
  void passInput(program);
  return Promise.race([program.wait(), broken]);
}

/** Resolves when the stream has taken the chunk, or never will. */
function written(stream: NodeJS.WriteStream, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => stream.write(chunk, () => resolve()));
}

/** Passes standard input on, as fast as the program reads it. */
async function passInput(program: NodeRuntimeProcess): Promise<void> {
  try {
    for await (const chunk of process.stdin) await program.writeStdin(chunk);
    program.closeStdin();
  } catch {
    // The program reads no more, or there is no standard input: both end it.
    program.closeStdin();
  }
}
