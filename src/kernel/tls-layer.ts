/**
 * TLS over a connection that a guest has: the adapter makes the handshake and the records, over the
 * connection's end, and the guest's socket gets a new end with what is plain. The same holds for
 * connections inside the kernel. Whoever gives the socket up ends both layers.
 */
import { rangeOf } from "./address-range.js";
import { awaited, followed } from "./awaited.js";
import { Errno, errno } from "./errno.js";
import { parseHost } from "./host-name.js";
import type { Network } from "./network.js";
import type { NetworkAdapter, TlsOptions, TlsStream } from "./network-adapter.js";
import { outcomeOf, type Verdict } from "./network-verdict.js";
import { AF_UNIX } from "./socket-constants.js";
import { StreamEnd } from "./stream-end.js";
import { EndStream, pump } from "./stream-pump.js";
import type { StreamSocket } from "./stream-socket.js";
import { Blocked, type Outcome } from "./wait.js";

export type TlsRequest = Omit<TlsOptions, "signal">;

/** What a handshake has come to. A failed one has an OpenSSL or Node code, and ends the connection. */
export type TlsResult =
  | {
      readonly protocol: string;
      readonly cipher: string;
      readonly alpn: string;
      readonly unverified: string;
    }
  | { readonly error: string; readonly message: string };

/**
 * Starts TLS on a connected socket. ENOTCONN, EACCES when the policy does not let the server's name
 * be what is talked to, ENOTSUP without an adapter that can.
 */
export function startTls(
  network: Network,
  socket: StreamSocket,
  request: TlsRequest,
  isInside: boolean,
  pid: number,
): Outcome<TlsResult> {
  const { adapter } = network;
  if (!adapter?.startTls) return errno.ENOTSUP;
  if (!socket.end || !socket.remote) return errno.ENOTCONN;
  const verdict = isInside ? undefined : judgeName(network, socket, request.serverName, pid);
  return followed(outcomeOf(verdict), () => upgrade(network, adapter, socket, request));
}

/** The name in the handshake is the one that was judged for this address, or is judged now. */
function judgeName(
  network: Network,
  socket: StreamSocket,
  serverName: string,
  pid: number,
): Verdict | Promise<Verdict> {
  const { remote } = socket;
  if (!remote || remote.family === AF_UNIX || serverName === "") return undefined;
  const target = network.targetOf(remote);
  const host = parseHost(serverName);
  if (host instanceof Errno) return host;
  if (target.hosts.includes(host.text) || rangeOf(target.address) === "loopback") return undefined;
  return network.judge("connect", "tcp", { ...target, hosts: [host.text] }, pid);
}

function upgrade(
  network: Network,
  adapter: NetworkAdapter,
  socket: StreamSocket,
  request: TlsRequest,
): Outcome<TlsResult> {
  const [plain, far] = StreamEnd.pair("tcp");
  const below = socket.replaceEnd(plain);
  if (!below) return errno.ENOTCONN;
  const cipher = new EndStream(below);
  const inner = new EndStream(far);
  const abort = new AbortController();
  let release = (): void => {};
  const stop = (): void => {
    release();
    abort.abort();
    cipher.destroy();
    inner.destroy();
  };
  const held = network.hold(stop);
  if (held instanceof Errno) {
    stop();
    return held;
  }
  release = held;
  let isMade = false;
  inner.whenAbandoned(() => {
    if (!isMade) stop();
  });
  const handshake = async (): Promise<TlsResult> => {
    try {
      const options = { ...request, signal: abort.signal };
      const stream = await adapter.startTls?.(cipher, options);
      if (!stream || abort.signal.aborted) throw errno.ECONNABORTED;
      isMade = true;
      pump(inner, stream).finally(stop);
      return resultOf(stream);
    } catch (thrown) {
      inner.fail(errno.EPROTO);
      stop();
      return failureOf(thrown);
    }
  };
  const waits = awaited(handshake());
  return new Blocked<TlsResult>({
    queues: waits.queues,
    retry: waits.retry,
    // Half a handshake is of no use to anybody.
    interrupted: (reason) => {
      stop();
      return reason;
    },
  });
}

function resultOf({ protocol, cipher, alpn, unverified }: TlsStream): TlsResult {
  return { protocol, cipher, alpn, unverified };
}

function failureOf(thrown: unknown): TlsResult {
  const error = thrown as { code?: unknown; message?: unknown };
  return {
    error: typeof error?.code === "string" ? error.code : "EPROTO",
    message: typeof error?.message === "string" ? error.message : "TLS handshake failed",
  };
}
