/** `secure-exec mcp`: a sandbox for MCP clients. */
import { serveMcpOverHttp } from "../plugs/mcp/serve-http.host.js";
import { serveMcpOverStdio } from "../plugs/mcp/serve-stdio.host.js";
import { withProgress } from "./progress.host.js";
import { createOptionsOf, making } from "./sandbox.host.js";
import type { SandboxFlags } from "./sandbox-flags.js";
import { UsageError } from "./usage-error.js";

const TOKEN_VARIABLE = "SECURE_EXEC_MCP_TOKEN";
const PORT_MAX = 65_535;

/** Serves until the client has gone, or until SIGINT or SIGTERM. */
export async function serveMcp({
  http,
  ...flags
}: SandboxFlags & { readonly http?: string | true }): Promise<number> {
  const port = http === undefined ? undefined : portOf(http);
  const sandbox = createOptionsOf(flags);
  const told = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
  if (port === undefined) {
    const server = await withProgress(making(flags), serveMcpOverStdio({ sandbox }));
    await Promise.race([server.closed, told]);
    await server.close();
    return 0;
  }
  // Not an option: all users of a machine see the words of a command line.
  const token = process.env[TOKEN_VARIABLE];
  const options = { sandbox, port, ...(token && { token }) };
  const server = await withProgress(making(flags), serveMcpOverHttp(options));
  process.stderr.write(`secure-exec: MCP at ${server.url}\n`);
  await told;
  await server.close();
  return 0;
}

function portOf(http: string | true): number {
  if (http === true) return 0;
  const port = Number(http);
  if (/^\d+$/.test(http) && port <= PORT_MAX) return port;
  throw new UsageError(`--http ${http}: expected a port`);
}
