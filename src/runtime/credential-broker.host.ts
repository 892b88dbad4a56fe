/**
 * A server inside the kernel that stands for one https origin: guests talk plain HTTP to it by loopback,
 * undici talks TLS to the origin on the host, and in between the credential's headers are added. The
 * guest never has them: they are made here, an answer that echoes them is masked, and no error tells them.
 *
 * The origin is fixed: neither path, Host header nor redirect leads elsewhere. A redirect is given to the
 * guest as it is, who follows it by itself and without credentials; one that stays at the origin
 * stays with the broker.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { pipeline, Transform } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import type { Kernel } from "../kernel/kernel.js";
import { type Brokered, endpointOf, isHeaderValue } from "./credential-option.js";
import { GuestConnection } from "./guest-connection.host.js";
import { formsOf, Redactor } from "./redactor.js";

/** Requests to one origin at once; more wait. */
const CONNECTIONS = 16;
/** Connections of guests at once; more are closed. */
const CALLERS_MAX = 128;

/** Methods that ask a server to echo what it got, or to be something else than one. */
const refusedMethods = new Set(["CONNECT", "TRACE", "TRACK"]);

/** Of one connection only: RFC 9110, 7.6.1; and what would hide an answer from the redactor. */
const hopByHop = new Set([
  "accept-encoding",
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export class CredentialBroker {
  readonly #credential: Brokered;
  readonly #pool: Pool;
  readonly #server: Server;
  readonly #callers = new Set<GuestConnection>();
  readonly #stopListening: () => void;

  /** Throws EADDRINUSE. */
  constructor(kernel: Pick<Kernel, "listen">, credential: Brokered) {
    this.#credential = credential;
    const { origin, port, ca } = credential;
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      allowH2: false,
      connect: ca === undefined ? {} : { ca },
    });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((thrown: unknown) =>
        refuse(response, 502, why(thrown)),
      );
    });
    this.#stopListening = kernel.listen(port, (stream) => {
      const caller = new GuestConnection(stream, true);
      caller.on("error", () => {});
      if (this.#callers.size >= CALLERS_MAX) {
        caller.destroy();
        return;
      }
      this.#callers.add(caller);
      caller.on("close", () => this.#callers.delete(caller));
      this.#server.emit("connection", caller);
    });
  }

  async dispose(): Promise<void> {
    this.#stopListening();
    for (const caller of this.#callers) caller.destroy();
    this.#server.close();
    await this.#pool.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "" } = request;
    if (refusedMethods.has(method)) return refuse(response, 405, `${method} is not passed on`);
    if (!this.#isAllowed(url)) return refuse(response, 403, "this path is not passed on");
    const added = await this.#added();
    const redactor = new Redactor(Object.values(added).flatMap(formsOf));
    const abort = new AbortController();
    response.on("close", () => abort.abort());
    const hasBody = "content-length" in request.headers || "transfer-encoding" in request.headers;
    let answer: Dispatcher.ResponseData;
    try {
      answer = await this.#pool.request({
        path: url,
        method: method as Dispatcher.HttpMethod,
        headers: { ...passedOn(request.headers), "accept-encoding": "identity", ...added },
        body: hasBody ? request : null,
        signal: abort.signal,
      });
    } catch (thrown) {
      return refuse(response, 502, why(thrown));
    }
    const { statusCode, body } = answer;
    const encoding = answer.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      body.destroy();
      return refuse(response, 502, "the origin encodes its answer, although it was asked not to");
    }
    response.writeHead(
      statusCode,
      redactor.text(answer.statusText),
      this.#headersFor(answer.headers, redactor),
    );
    const masked = new Transform({
      transform: (piece: Uint8Array, _encoding, done) => done(null, redactor.push(piece)),
      flush: (done) => done(null, redactor.end()),
    });
    // Who fails is told by the other's end.
    pipeline(body, masked, response, () => {});
  }

  /** Only a path in its plainest form, at the origin, below one that is allowed. */
  #isAllowed(url: string): boolean {
    if (!url.startsWith("/")) return false;
    const { origin, paths } = this.#credential;
    if (!paths) return true;
    const [path = ""] = url.split("?");
    // Another reader of this path might find another one in it: one that decodes twice, or drops what is behind a semicolon.
    const isPlain = URL.canParse(origin + path) && new URL(origin + path).pathname === path;
    if (!isPlain || /\/\/|\\|%(25)*(2f|5c|2e)|\/\.{1,2};/i.test(path)) return false;
    return paths.some(
      (each) => path === each || path.startsWith(each.endsWith("/") ? each : `${each}/`),
    );
  }

  async #added(): Promise<Record<string, string>> {
    const added: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#credential.headers)) {
      const text = typeof value === "function" ? await value() : value;
      if (typeof text !== "string" || !isHeaderValue(text))
        throw new TypeError("no header's value");
      added[name.toLowerCase()] = text;
    }
    return added;
  }

  #headersFor(headers: IncomingHttpHeaders, redactor: Redactor): Record<string, string | string[]> {
    const { origin, port } = this.#credential;
    const passed = passedOn(headers);
    for (const [name, value] of Object.entries(passed)) {
      passed[name] = Array.isArray(value)
        ? value.map((each) => redactor.text(each))
        : redactor.text(value);
    }
    const { location } = passed;
    // Back to the origin is back to here.
    if (typeof location === "string" && URL.canParse(location, `${origin}/`)) {
      const target = new URL(location, `${origin}/`);
      if (target.origin === origin) {
        passed.location = endpointOf(port) + target.pathname + target.search + target.hash;
      }
    }
    return passed;
  }
}

/** Headers without those of the connection, and those that `Connection` names. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = new Set(
    String(headers.connection ?? "")
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.has(name)) passed[name] = value;
  }
  return passed;
}

/** Why a request could not be passed on: a code, never a text that may have a header in it. */
function why(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const isCode = /^[A-Z][A-Z0-9_]{1,63}$/.test(code);
  return `the origin could not be asked: ${isCode ? code : "ERR_CREDENTIAL"}`;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "text/plain", connection: "close" });
  response.end(`credential broker: ${text}\n`);
}
