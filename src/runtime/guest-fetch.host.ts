/**
 * HTTP from the host application to guests' servers, by undici over connections of the kernel. Nothing
 * here leaves the kernel: whatever a URL or a redirect says, the connection is made by `Kernel.connect`,
 * which knows guests' listeners only. What a guest answers is untrusted: headers are bounded by
 * undici's parser, a buffered body by `BODY_BYTES_MAX`.
 */
import type { Socket } from "node:net";
import {
  Agent,
  type buildConnector,
  type Dispatcher,
  fetch,
  Headers,
  type RequestInit,
  Response,
  WebSocket,
} from "undici";
import type { ListenerAddress } from "../kernel/host-connections.js";
import type { Kernel } from "../kernel/kernel.js";
import { KernelError } from "../kernel/kernel-error.js";
import { GuestConnection } from "./guest-connection.host.js";

/** The most that `fetch` keeps of an answer; more is for `fetchResponse`. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Connections to one server at once; more requests wait for one of them. */
const CONNECTIONS_PER_SERVER = 64;

/** The name under which unix sockets are hosts of URLs. */
const UNIX_SUFFIX = ".unix.invalid";

export interface GuestRequest {
  /** Path and query. Default `/`. */
  readonly path?: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
}

/** An answer in full. Redirects are answers, too. */
export interface GuestAnswer {
  readonly status: number;
  readonly statusText: string;
  /** By lower-case name; of several, joined by `, `. */
  readonly headers: Record<string, string>;
  /** The body as UTF-8. */
  readonly body: string;
  readonly bytes: Uint8Array;
}

/** A request in WHATWG's terms; `path` instead of a URL. */
export interface GuestRequestInit extends Omit<RequestInit, "dispatcher"> {
  /** Path and query. Default `/`. */
  readonly path?: string;
}

/** A WHATWG Response; of an accepted upgrade to a WebSocket, status 101 and the open socket. */
export interface GuestResponse extends Response {
  readonly webSocket?: WebSocket;
}

export class GuestFetch {
  readonly #agent: Dispatcher;

  constructor(kernel: Pick<Kernel, "connect">) {
    const connect: buildConnector.connector = (options, callback) => {
      open(kernel, options).then(
        // undici asks a connection for no more than this one has; its types say Socket.
        (connection) => callback(null, connection as unknown as Socket),
        (failed: Error) => callback(failed, null),
      );
    };
    const agent = new Agent({
      connect,
      connections: CONNECTIONS_PER_SERVER,
      // A server may think, or say nothing for hours (server-sent events): who waits has a signal.
      headersTimeout: 0,
      bodyTimeout: 0,
      webSocket: { maxPayloadSize: BODY_BYTES_MAX },
    });
    this.#agent = agent.compose(namedLocalhost);
  }

  /**
   * Sends one request and takes the whole answer.
   * Rejects with KernelError ECONNREFUSED, EINVAL (no path), EMSGSIZE (more than `BODY_BYTES_MAX`),
   * with undici's errors for what is no HTTP, and with the signal's reason.
   */
  async fetch(to: ListenerAddress, request: GuestRequest = {}): Promise<GuestAnswer> {
    const { path = "/", method = "GET", headers, body, signal } = request;
    const answer = await this.#agent.request({
      origin: originOf(to),
      path: checkedPath(path),
      method: method.toUpperCase() as Dispatcher.HttpMethod,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    const bytes = await bounded(answer.body);
    return {
      status: answer.statusCode,
      statusText: answer.statusText,
      headers: joined(answer.headers),
      body: new TextDecoder().decode(bytes),
      bytes,
    };
  }

  /**
   * Sends one request and resolves as soon as the answer's headers are there; its body is a stream.
   * With the header `Upgrade: websocket` the answer has the open socket. Redirects are followed as
   * far as they stay with guests' servers.
   */
  async fetchResponse(to: ListenerAddress, init: GuestRequestInit = {}): Promise<GuestResponse> {
    const { path = "/", ...rest } = init;
    const url = originOf(to) + checkedPath(path);
    const headers = new Headers(init.headers);
    if (headers.get("upgrade")?.toLowerCase() === "websocket") {
      return this.#openWebSocket(url, headers, init.signal ?? undefined);
    }
    try {
      return await fetch(url, { ...rest, headers, dispatcher: this.#agent });
    } catch (thrown) {
      throw causeOf(thrown);
    }
  }

  #openWebSocket(
    url: string,
    headers: Headers,
    signal: AbortSignal | undefined,
  ): Promise<GuestResponse> {
    signal?.throwIfAborted();
    const protocols = headers.get("sec-websocket-protocol")?.split(/\s*,\s*/) ?? [];
    for (const name of handshakeHeaders) headers.delete(name);
    let refusal: Error | undefined;
    const witness: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
      dispatch(
        options,
        witnessed(handler, (reason) => {
          refusal = reason;
        }),
      );
    const webSocket = new WebSocket(url.replace(/^http/, "ws"), {
      protocols,
      headers: Object.fromEntries(headers),
      dispatcher: this.#agent.compose(witness),
    });
    return new Promise((resolve, reject) => {
      const aborted = (): void => {
        settled();
        webSocket.close();
        reject(signal?.reason);
      };
      const failed = (): void => {
        settled();
        reject(refusal ?? new TypeError("the server did not switch to a WebSocket"));
      };
      const opened = (): void => {
        settled();
        resolve(switchingProtocols(webSocket));
      };
      const settled = (): void => {
        signal?.removeEventListener("abort", aborted);
        webSocket.removeEventListener("error", failed);
        webSocket.removeEventListener("open", opened);
      };
      signal?.addEventListener("abort", aborted);
      webSocket.addEventListener("error", failed);
      webSocket.addEventListener("open", opened);
    });
  }

  /** Ends all connections at once. */
  async dispose(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** What the handshake of a WebSocket says itself. */
const handshakeHeaders = [
  "connection",
  "sec-websocket-extensions",
  "sec-websocket-key",
  "sec-websocket-protocol",
  "sec-websocket-version",
  "upgrade",
];

/** What is behind WHATWG's "fetch failed". */
function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
}

/** Tells why a handshake fails, of which a WebSocket says nothing. */
function witnessed(
  handler: Dispatcher.DispatchHandler,
  told: (refusal: Error) => void,
): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...args) => handler.onRequestStart?.(...args),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart(controller, statusCode, ...rest) {
      told(new TypeError(`the server answered ${statusCode} to a WebSocket's handshake`));
      return handler.onResponseStart?.(controller, statusCode, ...rest);
    },
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError(controller, failed) {
      told(failed);
      return handler.onResponseError?.(controller, failed);
    },
  };
}

/** WHATWG's constructor makes no Response of status 101. */
function switchingProtocols(webSocket: WebSocket): GuestResponse {
  const values = { status: 101, statusText: "Switching Protocols", webSocket };
  const described = Object.entries(values).map(([name, value]) => [name, { value }] as const);
  return Object.defineProperties(new Response(null), Object.fromEntries(described));
}

function originOf(to: ListenerAddress): string {
  // A path is no host of a URL: its bytes in hexadecimal are.
  if ("path" in to) return `http://${Buffer.from(to.path).toString("hex")}${UNIX_SUFFIX}`;
  const { host = "localhost", port } = to;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Of a unix socket's server the host is `localhost`, as for curl; its name here is nobody's business. */
const namedLocalhost: Dispatcher.DispatcherComposeInterceptor =
  (dispatch) => (options, handler) => {
    if (!String(options.origin).endsWith(UNIX_SUFFIX)) return dispatch(options, handler);
    return dispatch({ ...options, headers: { ...options.headers, host: "localhost" } }, handler);
  };

function checkedPath(path: string): string {
  if (path.startsWith("/")) return path;
  throw new KernelError("EINVAL", `the path of a request begins with "/", got ${path}`);
}

/** Connects to the guest's listener that a URL's host stands for. */
async function open(
  kernel: Pick<Kernel, "connect">,
  { hostname, port, protocol }: buildConnector.Options,
): Promise<GuestConnection> {
  if (protocol !== "http:") throw new KernelError("EPROTONOSUPPORT", `${protocol}//${hostname}`);
  const to: ListenerAddress = hostname.endsWith(UNIX_SUFFIX)
    ? { path: Buffer.from(hostname.slice(0, -UNIX_SUFFIX.length), "hex").toString() }
    : { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) };
  return new GuestConnection(await kernel.connect(to), false);
}

async function bounded(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > BODY_BYTES_MAX) {
      throw new KernelError("EMSGSIZE", `an answer of more than ${BODY_BYTES_MAX} bytes`);
    }
    pieces.push(piece);
  }
  const [only] = pieces;
  return only && pieces.length === 1 ? only : Buffer.concat(pieces);
}

function joined(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return found;
}
