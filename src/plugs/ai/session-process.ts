/** `spawn` of the AI SDK's sandbox session: a command that goes on, with its streams. */
import type { Experimental_SandboxProcess, Experimental_SandboxSession } from "ai";
import type { NodeRuntime } from "../../runtime/node-runtime.js";
import type { NodeRuntimeProcess } from "../../runtime/runtime-process.js";

type Spawn = Experimental_SandboxSession["spawn"];
type Writable = Awaited<ReturnType<Spawn>> & { readonly stdin: WritableStream<Uint8Array> };

export function spawnInSession(runtime: NodeRuntime): Spawn {
  // The interface's three signatures differ in `stdin` alone, which is there when it is asked for.
  const spawn = async ({
    command,
    workingDirectory,
    env,
    abortSignal,
    stdin = false,
  }: Parameters<Spawn>[0]): Promise<Experimental_SandboxProcess | Writable> => {
    const started = await runtime.spawnCommand("sh", ["-c", command], {
      ...(workingDirectory !== undefined && { cwd: workingDirectory }),
      ...(env && { env }),
      ...(abortSignal && { signal: abortSignal }),
    });
    const handle = processOf(started, abortSignal);
    if (stdin) return { ...handle, stdin: inputOf(started) };
    started.closeStdin();
    return handle;
  };
  return spawn as Spawn;
}

function processOf(
  started: NodeRuntimeProcess,
  abortSignal: AbortSignal | undefined,
): Experimental_SandboxProcess {
  return {
    pid: started.pid,
    stdout: started.stdout,
    stderr: started.stderr,
    async wait() {
      const exitCode = await started.wait();
      abortSignal?.throwIfAborted();
      return { exitCode };
    },
    async kill() {
      started.kill();
    },
  };
}

function inputOf(started: NodeRuntimeProcess): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => started.writeStdin(chunk),
    close: () => started.closeStdin(),
    abort: () => started.closeStdin(),
  });
}
