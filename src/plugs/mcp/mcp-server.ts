/** The MCP server: the tools, on the official SDK. */
import { fromJsonSchema, McpServer } from "@modelcontextprotocol/server";
import { packageVersion } from "../package-version.host.js";
import { fileTools } from "./file-tools.js";
import type { McpSandbox } from "./mcp-sandbox.js";
import { processTools } from "./process-tools.js";
import type { SandboxTool } from "./tool.js";

const tools: readonly SandboxTool[] = [...processTools, ...fileTools];

/** A client's arguments are checked by the tools' schemas; this bounds what has to be checked. */
const INPUT_ELEMENTS_MAX = 10_000;

/** A server for one connection; all servers of one sandbox share its files and processes. */
export function createMcpServer(sandbox: McpSandbox): McpServer {
  const server = new McpServer(
    { name: "secure-exec", version: packageVersion() },
    { maxToolInputElements: INPUT_ELEMENTS_MAX },
  );
  for (const { name, inputSchema, run, ...about } of tools) {
    const schema = fromJsonSchema<never>(inputSchema);
    server.registerTool(name, { ...about, inputSchema: schema }, async (input, context) => {
      const { text, fields } = await run(sandbox, input, context.mcpReq.signal);
      return { content: [{ type: "text", text }], structuredContent: { ...fields } };
    });
  }
  return server;
}
