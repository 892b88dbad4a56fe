/** `tcp_wrap`: TCP servers and connections. */
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  SO_KEEPALIVE,
  SO_LINGER,
  SO_REUSEADDR,
  SOL_SOCKET,
  TCP_NODELAY,
} from "../../../kernel/socket-constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import { makeRequestClass, type Request } from "../guest/request.js";
import { encodeIp, type IpFamily, type NamedAddress, nameOf } from "../guest/socket-names.js";
import { makeSocketStreamClass } from "../guest/socket-stream.js";
import type { StreamClass } from "../guest/stream-handle.js";

const EINVAL = -22;
/** Node's kinds of handles. */
const SOCKET = 0;
const SERVER = 1;
const UV_TCP_IPV6ONLY = 1;

export function tcpWrapBinding(guest: Guest, LibuvStreamWrap: StreamClass): Binding {
  const { kernel } = guest;
  const SocketStream = makeSocketStreamClass(guest, LibuvStreamWrap, () => new TCP(SOCKET));

  class TCP extends SocketStream {
    /** Options that were set before there was a socket, by name. */
    readonly #early = new Map<number, readonly [level: number, value: number]>();

    constructor(kind = SOCKET) {
      super(kind === SERVER ? "TCPSERVERWRAP" : "TCPWRAP");
    }

    override onSocket(): void {
      for (const [name, [level, value]] of this.#early) this.setOption(level, name, value);
    }

    bind(address: string, port: number): number {
      return this.#bind(AF_INET, address, port, 0);
    }

    bind6(address: string, port: number, flags = 0): number {
      return this.#bind(AF_INET6, address, port, flags);
    }

    #bind(family: IpFamily, address: string, port: number, flags: number): number {
      const name = encodeIp(family, address, port);
      if (!name) return EINVAL;
      const fd = this.socketFd(family);
      if (fd < 0) return fd;
      this.setOption(SOL_SOCKET, SO_REUSEADDR, 1);
      if (family === AF_INET6) this.setOption(IPPROTO_IPV6, IPV6_V6ONLY, flags & UV_TCP_IPV6ONLY);
      return this.bindTo(family, name);
    }

    override listen(backlog: number): number {
      const fd = this.socketFd(AF_INET);
      return fd < 0 ? fd : super.listen(backlog);
    }

    connect(request: Request, address: string, port: number): number {
      return this.#connect(request, AF_INET, address, port);
    }

    connect6(request: Request, address: string, port: number): number {
      return this.#connect(request, AF_INET6, address, port);
    }

    #connect(request: Request, family: IpFamily, address: string, port: number): number {
      const name = encodeIp(family, address, port);
      return name ? this.connectTo(request, "TCPCONNECTWRAP", family, name) : EINVAL;
    }

    getsockname(name: NamedAddress): number {
      const failed = kernel.call("get_socket_name", { fd: this.fd });
      if (!failed) nameOf(kernel.bytes, name);
      return failed;
    }

    getpeername(name: NamedAddress): number {
      const failed = kernel.call("get_peer_name", { fd: this.fd });
      if (!failed) nameOf(kernel.bytes, name);
      return failed;
    }

    setNoDelay(isOn: boolean): number {
      return this.#setFlag(IPPROTO_TCP, TCP_NODELAY, isOn);
    }

    setKeepAlive(isOn: boolean, _delaySeconds: number): number {
      return this.#setFlag(SOL_SOCKET, SO_KEEPALIVE, isOn);
    }

    #setFlag(level: number, name: number, isOn: boolean): number {
      if (this.fd >= 0) return this.setOption(level, name, isOn ? 1 : 0);
      this.#early.set(name, [level, isOn ? 1 : 0]);
      return 0;
    }

    /** Closes by a reset: what has not been sent is given up. */
    reset(callback?: unknown): number {
      if (this.isHandleClosed) return 0;
      const failed = this.fd >= 0 ? this.setOption(SOL_SOCKET, SO_LINGER, 1, 0) : 0;
      if (!failed) this.close(callback);
      return failed;
    }
  }

  return {
    TCP,
    TCPConnectWrap: makeRequestClass(guest, "TCPConnectWrap"),
    constants: { SOCKET, SERVER, UV_TCP_IPV6ONLY },
  };
}
