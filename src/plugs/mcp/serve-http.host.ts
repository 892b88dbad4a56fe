/**
 * The MCP server over HTTP (streamable HTTP at `/mcp`), on loopback. Programs of this machine can reach it, with a
 * token only those that know it; a web page can't: requests with a Host that is no loopback name (DNS rebinding) or a foreign Origin are refused.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest } from "@modelcontextprotocol/server";
import { hasToken } from "./bearer-token.host.js";
import { HttpSessions } from "./http-sessions.js";
import { McpSandbox, type McpSandboxOptions } from "./mcp-sandbox.js";
import { createMcpServer } from "./mcp-server.js";

export interface McpHttpOptions extends McpSandboxOptions {
  /** Default 0: any that is free. */
  readonly port?: number;
  /** What a client has to know: it sends `Authorization: Bearer TOKEN`. Default: whoever reaches the port may call. */
  readonly token?: string;
}

export interface McpHttpServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Ends the connections and the sandbox. */
  close(): Promise<void>;
}

/** Makes a sandbox that all clients share. Rejects with EADDRINUSE, EACCES. */
export async function serveMcpOverHttp({
  port = 0,
  token,
  ...options
}: McpHttpOptions = {}): Promise<McpHttpServer> {
  const sandbox = await McpSandbox.create(options);
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
    if (!hasToken(token, request, response)) return;
    const { method = "GET", url = "/" } = request;
    if (url.split("?")[0] !== "/mcp") {
      response.writeHead(404).end();
      return;
    }
    void answer(Object.assign(request, { method, url }), response);
  });
  try {
    await listening(server, port);
  } catch (error) {
    await sandbox.dispose();
    throw error;
  }
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
