/** `--json`: a program run to its end, and its result printed as one line of JSON. */
import type { NodeRuntime } from "../runtime/node-runtime.js";

/** @returns the program's exit code. */
export async function runForJson(
  runtime: NodeRuntime,
  command: string,
  args: readonly string[],
): Promise<number> {
  const stdin = process.stdin.isTTY ? new Uint8Array() : await readStdin();
  const { stdout, stderr, exitCode, signal, durationMs, truncated } = await runtime.execCommand(
    command,
    args,
    { stdin },
  );
  const result = { stdout, stderr, exitCode, signal, durationMs, truncated };
  // Whoever was to read it has gone: the exit code is there still.
  process.stdout.on("error", () => {});
  await new Promise<void>((resolve) =>
    process.stdout.write(`${JSON.stringify(result)}\n`, () => resolve()),
  );
  return exitCode;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}
