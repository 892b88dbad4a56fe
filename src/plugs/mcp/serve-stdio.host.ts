/** The MCP server over the standard streams of this process: for clients that start their servers. */
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { McpSandbox, type McpSandboxOptions } from "./mcp-sandbox.js";
import { createMcpServer } from "./mcp-server.js";

export interface McpStdioServer {
  /** Resolves when the client has gone, and the sandbox with it. */
  readonly closed: Promise<void>;
  /** Ends the connection and the sandbox. */
  close(): Promise<void>;
}

/** Makes a sandbox for the client, which goes when the client closes its end. */
export async function serveMcpOverStdio(options: McpSandboxOptions = {}): Promise<McpStdioServer> {
  const sandbox = await McpSandbox.create(options);
  const transport = new StdioServerTransport();
  const ended = new Promise<void>((resolve) => {
    process.stdin.once("end", resolve);
    process.stdin.once("close", resolve);
  });
  const server = serveStdio(() => createMcpServer(sandbox), { transport });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= server.close().then(() => sandbox.dispose());
    return closing;
  };
  return { closed: ended.then(close), close };
}
