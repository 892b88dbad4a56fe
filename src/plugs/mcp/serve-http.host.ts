/**
 * The MCP server over HTTP (streamable HTTP at `/mcp`), on loopback. Programs of this machine can reach it; a web page
 * can't: requests with a Host that is no loopback name (DNS rebinding) or a foreign Origin are refused.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import type { NodeRuntime } from "../../runtime/node-runtime.js";
import { HttpSessions } from "./http-sessions.js";
import { McpSandbox, type McpSandboxOptions } from "./mcp-sandbox.js";
import { createMcpServer } from "./mcp-server.js";

export interface McpHttpOptions extends McpSandboxOptions {
  /** Default 0: any that is free. */
  readonly port?: number;
}

export interface McpHttpServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Ends the connections and disposes the runtime. */
  close(): Promise<void>;
}

/** Takes over `runtime`; all clients share it. Rejects with EADDRINUSE, EACCES. */
export async function serveMcpOverHttp(
  runtime: NodeRuntime,
  { port = 0, ...options }: McpHttpOptions = {},
): Promise<McpHttpServer> {
  const sandbox = new McpSandbox(runtime, options);
  const handler = createMcpHandler(() => createMcpServer(sandbox), { legacy: "reject" });
  const sessions = new HttpSessions(() => createMcpServer(sandbox));
  const answer = toNodeHandler({
    async fetch(request) {
      return (await isLegacyRequest(request)) ? sessions.fetch(request) : handler.fetch(request);
    },
  });
  const isHostFine = localhostHostValidation();
  const isOriginFine = localhostOriginValidation();
  const server = createServer((request, response) => {
    if (!isHostFine(request, response) || !isOriginFine(request, response)) return;
    const { method = "GET", url = "/" } = request;
    if (url.split("?")[0] !== "/mcp") {
      response.writeHead(404).end();
      return;
    }
    void answer(Object.assign(request, { method, url }), response);
  });
  await listening(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}/mcp`,
    async close() {
      await Promise.all([handler.close(), sessions.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.dispose();
    },
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
