/** `secure-exec/mcp`: a sandbox as an MCP server, over stdio or HTTP. */
export type { McpSandboxOptions } from "./plugs/mcp/mcp-sandbox.js";
export {
  type McpHttpOptions,
  type McpHttpServer,
  serveMcpOverHttp,
} from "./plugs/mcp/serve-http.host.js";
export { type McpStdioServer, serveMcpOverStdio } from "./plugs/mcp/serve-stdio.host.js";
