/** `secure-exec exec`: a script of the shell, from the command line. */
import { runAttached } from "./attached-program.host.js";
import { runForJson } from "./json-result.host.js";
import { createSandbox } from "./sandbox.host.js";
import type { SandboxFlags } from "./sandbox-flags.js";

export async function execScript(
  script: string,
  args: readonly string[],
  flags: SandboxFlags,
): Promise<number> {
  await using runtime = await createSandbox(flags);
  const run = flags.json ? runForJson : runAttached;
  return await run(runtime, "sh", ["-c", script, "sh", ...args]);
}
