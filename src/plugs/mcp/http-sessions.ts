/**
 * Clients of the protocol's revisions before 2026-07-28, over HTTP: they open a session and take part in it by its id.
 * Without sessions a call could not be cancelled, which they ask for in a request of its own.
 */
import {
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";

/** Sessions at once; the oldest makes room. */
const SESSIONS_MAX = 64;
const NOT_FOUND = -32_001;

export class HttpSessions {
  readonly #createServer: () => McpServer;
  readonly #sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(createServer: () => McpServer) {
    this.#createServer = createServer;
  }

  async fetch(request: Request): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id === null) return this.#open(request);
    const session = this.#sessions.get(id);
    if (session) return session.handleRequest(request);
    const error = { code: NOT_FOUND, message: "Session not found" };
    return Response.json({ jsonrpc: "2.0", id: null, error }, { status: 404 });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  /** A request without a session begins one, or the transport says what is wrong with it. */
  async #open(request: Request): Promise<Response> {
    const session = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => this.#add(id, session),
    });
    const server = this.#createServer();
    await server.connect(session);
    const response = await session.handleRequest(request);
    if (session.sessionId === undefined) await server.close();
    return response;
  }

  #add(id: string, session: WebStandardStreamableHTTPServerTransport): void {
    this.#sessions.set(id, session);
    const ended = session.onclose;
    session.onclose = () => {
      this.#sessions.delete(id);
      ended?.();
    };
    const [oldest] = this.#sessions.values();
    if (this.#sessions.size > SESSIONS_MAX) void oldest?.close();
  }
}
