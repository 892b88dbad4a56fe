/** `secure-exec`: a shell in a fresh sandbox, on the terminal; from a pipe it runs what comes there. */

import { isOnTerminal, runAttached } from "./attached-program.host.js";
import { createSandbox } from "./sandbox.host.js";
import type { SandboxFlags } from "./sandbox-flags.js";

export async function openShell(flags: SandboxFlags): Promise<number> {
  await using runtime = await createSandbox(flags);
  const [command, ...args] = isOnTerminal() ? ["bash"] : ["sh", "-s"];
  return await runAttached(runtime, command, args);
}
