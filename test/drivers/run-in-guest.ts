// A command in the sandbox, run to its end.

import type { Kernel, SpawnOptions } from "secure-exec/kernel";

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in the sandbox, without a shell between. */
export async function runInGuest(
  kernel: Kernel,
  command: string,
  args: string[],
  stdin: string | undefined = undefined,
  options: Pick<SpawnOptions, "cwd" | "env"> = {},
): Promise<Outcome> {
  const output = { stdout: "", stderr: "" };
  const child = kernel.spawn(command, args, {
    ...options,
    onStdout: (data) => {
      output.stdout += Buffer.from(data).toString("latin1");
    },
    onStderr: (data) => {
      output.stderr += Buffer.from(data).toString("latin1");
    },
  });
  if (stdin !== undefined) await child.writeStdin(stdin);
  child.closeStdin();
  const exitCode = await child.wait();
  return {
    exitCode,
    stdout: Buffer.from(output.stdout, "latin1").toString("utf8"),
    stderr: Buffer.from(output.stderr, "latin1").toString("utf8"),
  };
}
