/** Stream sockets as libuv has them: bind, listen, connect and accept by the guest's event loop. */
import {
  AF_UNIX,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "../../../kernel/socket-constants.js";
import type { SocketWait } from "./event-loop.js";
import type { Guest } from "./guest.js";
import { beginRequest, completeRequest, type Request } from "./request.js";
import type { Stream, StreamClass } from "./stream-handle.js";

const EBADF = -9;
const EEXIST = -17;
const EINVAL = -22;
const ENOTSOCK = -88;
const EADDRINUSE = -98;
const EALREADY = -114;
const EINPROGRESS = -115;
const ECONNREFUSED = -111;
const ECANCELED = -125;

/** A stream socket that listens or connects. */
export interface SocketStream extends Stream {
  onconnection: unknown;
  /** Takes over a descriptor: 0, or minus an error number. */
  open(fd: number): number;
  /** The descriptor, made by the first call that needs one. */
  socketFd(family: number): number;
  /** Called when there is a new descriptor. */
  onSocket(fd: number): void;
  bindTo(family: number, address: Uint8Array): number;
  listen(backlog: number): number;
  connectTo(request: Request, type: string, family: number, address: Uint8Array): number;
  setOption(level: number, name: number, ...values: number[]): number;
}

export type SocketStreamClass = new (type: string) => SocketStream;

/**
 * The base class of TCP sockets and of pipes that are unix sockets.
 * @param accepted - Makes the handle of an accepted connection.
 */
export function makeSocketStreamClass(
  guest: Guest,
  LibuvStreamWrap: StreamClass,
  accepted: (server: SocketStream) => SocketStream,
): SocketStreamClass {
  const { kernel, loop } = guest;

  return class SocketStreamWrap extends LibuvStreamWrap {
    onconnection: unknown = undefined;
    /** EADDRINUSE of `bind`: told by `listen` or `connect`, as libuv does. */
    #delayedError = 0;
    #listener: SocketWait | null = null;
    #connecting: { readonly wait: SocketWait; readonly request: Request } | null = null;

    open(fd: number): number {
      if (loop.watches(fd)) return EEXIST;
      this.readFd = fd;
      this.writeFd = fd;
      return 0;
    }

    socketFd(family: number): number {
      if (this.isHandleClosed) return EBADF;
      if (this.fd >= 0) return this.fd;
      const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
      const failed = kernel.call("socket", { family, type, protocol: 0 });
      if (failed) return failed;
      const fd = kernel.result;
      this.readFd = fd;
      this.writeFd = fd;
      this.onSocket(fd);
      return fd;
    }

    onSocket(_fd: number): void {}

    setOption(level: number, name: number, ...values: number[]): number {
      const value = new Uint8Array(Int32Array.from(values).buffer);
      return kernel.call("set_socket_option", { fd: this.fd, level, name, value });
    }

    bindTo(family: number, address: Uint8Array): number {
      const fd = this.socketFd(family);
      if (fd < 0) return fd;
      const failed = kernel.call("bind", { fd, address });
      if (failed !== EADDRINUSE) return failed;
      this.#delayedError = failed;
      return 0;
    }

    listen(backlog: number): number {
      if (this.#delayedError) return this.#delayedError;
      const { fd } = this;
      if (fd < 0) return EINVAL;
      const failed = kernel.call("listen", { fd, backlog });
      if (failed || this.#listener) return failed;
      const isReferenced = (): boolean => this.isHandleReferenced;
      this.#listener = {
        fd,
        operation: "accept",
        get isReferenced() {
          return isReferenced();
        },
        onDone: (result) => this.#accept(result),
      };
      loop.watch(this.#listener);
      return 0;
    }

    #accept(result: number): void {
      if (this.isHandleClosed) {
        if (result >= 0) kernel.close(result);
        return;
      }
      if (result < 0) {
        guest.callback(this, this.onconnection, [result, undefined]);
        return;
      }
      const client = accepted(this);
      client.open(result);
      guest.callback(this, this.onconnection, [0, client]);
    }

    connectTo(request: Request, type: string, family: number, address: Uint8Array): number {
      if (this.#connecting) return EALREADY;
      const fd = this.socketFd(family);
      if (fd < 0) return fd;
      const delayed = this.#delayedError;
      this.#delayedError = 0;
      const failed = delayed || kernel.call("connect", { fd, address });
      // A refusal is told later, also where the kernel knows it at once; of unix sockets everything is.
      const isAtOnce = failed !== EINPROGRESS && failed !== ECONNREFUSED && family !== AF_UNIX;
      if (failed && !delayed && isAtOnce) return failed;
      beginRequest(guest, request, type);
      if (failed && failed !== EINPROGRESS) {
        loop.enqueue(() => this.#finishConnect(request, failed));
        return 0;
      }
      const wait: SocketWait = {
        fd,
        operation: "connect",
        isReferenced: true,
        onDone: (result) => {
          loop.unwatch(wait);
          this.#connecting = null;
          this.#finishConnect(request, result);
        },
      };
      this.#connecting = { wait, request };
      loop.watch(wait);
      return 0;
    }

    #finishConnect(request: Request, status: number): void {
      const given = this.isHandleClosed ? ECANCELED : status;
      const isOpen = given === 0;
      completeRequest(guest, request, [given, this, request, isOpen, isOpen]);
    }

    override shutWriting(): number {
      const failed = kernel.call("shutdown", { fd: this.writeFd, how: SHUT_WR });
      return failed === ENOTSOCK ? super.shutWriting() : failed;
    }

    override onHandleClose(): void {
      if (this.#listener) loop.unwatch(this.#listener);
      this.#listener = null;
      const connecting = this.#connecting;
      this.#connecting = null;
      if (connecting) {
        loop.unwatch(connecting.wait);
        loop.enqueueClose(() => this.#finishConnect(connecting.request, ECANCELED));
      }
      super.onHandleClose();
    }
  };
}
