/**
 * A listener of the host application's inside the kernel: guests connect to it as to one of their own,
 * by loopback, and the host application gets each connection as a stream. It holds its port as any
 * socket does: no guest can take it away.
 */
import { Errno, errno } from "./errno.js";
import { listenBacklogMaximum } from "./limits.js";
import type { ByteStream } from "./network-adapter.js";
import { kernelCredentials } from "./peer-credentials.js";
import { internetAddress } from "./socket-address.js";
import { AF_INET, SOCK_STREAM } from "./socket-constants.js";
import type { SocketTable } from "./socket-table.js";
import type { StreamEnd } from "./stream-end.js";
import { EndStream } from "./stream-pump.js";
import { StreamSocket } from "./stream-socket.js";

const LOOPBACK = "127.0.0.1";

export class HostListener {
  readonly #socket: StreamSocket;

  /**
   * EADDRINUSE; ENFILE, too many sockets.
   * @param port - On 127.0.0.1.
   * @param receive - Takes over each connection. Called outside of the guest's call.
   */
  static open(
    sockets: SocketTable,
    port: number,
    receive: (stream: ByteStream) => void,
  ): HostListener | Errno {
    const socket = sockets.create(AF_INET, SOCK_STREAM, 0);
    if (!(socket instanceof StreamSocket)) return socket instanceof Errno ? socket : errno.EINVAL;
    const failed =
      socket.bind(internetAddress(AF_INET, LOOPBACK, port)) ??
      socket.listen(listenBacklogMaximum, kernelCredentials);
    if (!failed) return new HostListener(socket, receive);
    discard(socket);
    return failed;
  }

  private constructor(socket: StreamSocket, receive: (stream: ByteStream) => void) {
    this.#socket = socket;
    const take = (): void => {
      for (let next = socket.accept(); next instanceof StreamSocket; next = socket.accept()) {
        const { end } = next;
        if (end) receive(new AcceptedStream(next, end));
      }
    };
    for (const queue of socket.pollQueues) queue.add(() => queueMicrotask(take));
  }

  /** Gives the port back; connections that were received go on. May be called again. */
  close(): void {
    discard(this.#socket);
  }
}

/** An accepted connection, which counts as a socket until it is destroyed. */
class AcceptedStream extends EndStream {
  readonly #socket: StreamSocket;

  constructor(socket: StreamSocket, end: StreamEnd) {
    super(end);
    this.#socket = socket;
  }

  override destroy(reason?: "reset"): void {
    super.destroy(reason);
    discard(this.#socket);
  }
}

/** Closes a socket that no descriptor refers to. */
function discard(socket: StreamSocket): void {
  socket.retain().release();
}
