/** `udp_wrap`: datagram sockets. */
import { ADDRESS_HEADER_BYTES, MESSAGE_HEADER_BYTES } from "../../../bridge/socket-layout.js";
import { POLLOUT } from "../../../kernel/constants.js";
import {
  AF_INET,
  AF_INET6,
  IP_MULTICAST_LOOP,
  IP_MULTICAST_TTL,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_MULTICAST_HOPS,
  IPV6_MULTICAST_LOOP,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  MSG_DONTWAIT,
  SO_BROADCAST,
  SO_RCVBUF,
  SO_REUSEADDR,
  SO_SNDBUF,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
} from "../../../kernel/socket-constants.js";
import type { SocketWait, Watcher } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { beginRequest, completeRequest, makeRequestClass, type Request } from "../guest/request.js";
import { encodeIp, type IpFamily, type NamedAddress, nameOf } from "../guest/socket-names.js";
import { bytesOf } from "./buffer.js";

const EBADF = -9;
const EAGAIN = -11;
const EEXIST = -17;
const EINVAL = -22;
const EMSGSIZE = -90;
const EADDRNOTAVAIL = -99;
const ENODEV = -19;
const ECANCELED = -125;
const UV_UDP_IPV6ONLY = 1;
const UV_UDP_REUSEADDR = 4;

/** No family takes more; a call takes a little more. */
const DATAGRAM_BYTES_MAX = 65_535;

/** An address that unsets whom a socket is connected to. */
const nowhere = new Uint8Array(ADDRESS_HEADER_BYTES);

interface PendingSend {
  readonly request: Request;
  readonly data: Uint8Array;
  readonly address: Uint8Array;
}

export function udpWrapBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const { kernel, loop } = guest;

  class UDP extends HandleWrap {
    onmessage: unknown = undefined;
    onerror: unknown = undefined;
    #fd = -1;
    #family: IpFamily = AF_INET;
    readonly #receiver: SocketWait;
    readonly #writer: Watcher;
    readonly #sends: PendingSend[] = [];
    #isReceiving = false;

    constructor() {
      super("UDPWRAP");
      const isReferenced = (): boolean => this.isHandleReferenced;
      const fd = (): number => this.#fd;
      this.#receiver = {
        get fd() {
          return fd();
        },
        operation: "receive",
        get isReferenced() {
          return isReferenced();
        },
        onDone: (result, data) => this.#receive(result, data),
      };
      this.#writer = {
        get fd() {
          return fd();
        },
        events: POLLOUT,
        isReferenced: true,
        onReady: () => this.#flush(),
      };
    }

    get fd(): number {
      return this.#fd;
    }

    open(fd: number): number {
      if (loop.watches(fd)) return EEXIST;
      const failed = kernel.call("get_socket_name", { fd });
      if (failed) return failed;
      this.#family = nameOf(kernel.bytes).family === "IPv6" ? AF_INET6 : AF_INET;
      this.#fd = fd;
      return 0;
    }

    #open(family: IpFamily): number {
      if (this.isHandleClosed) return EBADF;
      if (this.#fd >= 0) return 0;
      const type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
      const failed = kernel.call("socket", { family, type, protocol: 0 });
      if (failed) return failed;
      this.#fd = kernel.result;
      this.#family = family;
      return 0;
    }

    bind(address: string, port: number, flags: number): number {
      return this.#bind(AF_INET, address, port, flags);
    }

    bind6(address: string, port: number, flags: number): number {
      return this.#bind(AF_INET6, address, port, flags);
    }

    #bind(family: IpFamily, ip: string, port: number, flags: number): number {
      const address = encodeIp(family, ip, port);
      if (!address) return EINVAL;
      const failed = this.#open(family);
      if (failed) return failed;
      if (flags & UV_UDP_REUSEADDR) this.#set(SOL_SOCKET, SO_REUSEADDR, 1);
      if (flags & UV_UDP_IPV6ONLY) this.#set(IPPROTO_IPV6, IPV6_V6ONLY, 1);
      return kernel.call("bind", { fd: this.#fd, address });
    }

    connect(address: string, port: number): number {
      return this.#connect(AF_INET, address, port);
    }

    connect6(address: string, port: number): number {
      return this.#connect(AF_INET6, address, port);
    }

    #connect(family: IpFamily, ip: string, port: number): number {
      const address = encodeIp(family, ip, port);
      if (!address) return EINVAL;
      return this.#open(family) || kernel.call("connect", { fd: this.#fd, address });
    }

    disconnect(): number {
      return kernel.call("connect", { fd: this.#fd, address: nowhere });
    }

    send(request: Request, list: readonly ArrayBufferView[], ...rest: unknown[]): number {
      return this.#send(AF_INET, request, list, rest);
    }

    send6(request: Request, list: readonly ArrayBufferView[], ...rest: unknown[]): number {
      return this.#send(AF_INET6, request, list, rest);
    }

    /** @param rest - Behind the list: its length, then port and address unless it is connected, whether there is a callback. */
    #send(
      family: IpFamily,
      request: Request,
      list: readonly ArrayBufferView[],
      [, port, ip]: readonly unknown[],
    ): number {
      const isNamed = typeof ip === "string";
      const address = isNamed ? encodeIp(family, ip, Number(port)) : new Uint8Array(0);
      if (!address) return EINVAL;
      const failed = this.#open(family);
      if (failed) return failed;
      const data = joined(list);
      if (this.#sends.length === 0) {
        const sent = this.#sendNow(data, address);
        // One more than the length: Node tells 0 bytes from "later" by it.
        if (sent !== EAGAIN) return sent < 0 ? sent : sent + 1;
      }
      beginRequest(guest, request, "UDPSENDWRAP");
      this.#sends.push({ request, data, address });
      loop.watch(this.#writer);
      return 0;
    }

    #sendNow(data: Uint8Array, address: Uint8Array): number {
      if (data.length > DATAGRAM_BYTES_MAX) return EMSGSIZE;
      const call = { fd: this.#fd, flags: MSG_DONTWAIT, address, data };
      return kernel.call("send_to", call) || kernel.result;
    }

    #flush(): void {
      for (let first = this.#sends[0]; first; first = this.#sends[0]) {
        const sent = this.#sendNow(first.data, first.address);
        if (sent === EAGAIN) return;
        this.#sends.shift();
        this.#complete(first, sent);
        if (this.isHandleClosed) return;
      }
      loop.unwatch(this.#writer);
    }

    #complete({ request, data }: PendingSend, sent: number): void {
      completeRequest(guest, request, [Math.min(sent, 0), data.length]);
    }

    recvStart(): number {
      if (this.#fd < 0) return EBADF;
      this.#isReceiving = true;
      loop.watch(this.#receiver);
      return 0;
    }

    recvStop(): number {
      this.#isReceiving = false;
      loop.unwatch(this.#receiver);
      return 0;
    }

    #receive(result: number, data: Uint8Array): void {
      if (!this.#isReceiving) return;
      if (result < 0) {
        guest.callback(this, this.onmessage, [result, this, undefined, undefined]);
        // An error of one datagram's does not end it.
        loop.unwatch(this.#receiver);
        if (this.#isReceiving) loop.watch(this.#receiver);
        return;
      }
      const view = new DataView(data.buffer, data.byteOffset, data.length);
      const addressBytes = view.getUint32(12, true);
      const start = MESSAGE_HEADER_BYTES + Math.ceil(addressBytes / 4) * 4;
      const count = view.getUint32(4, true);
      const from = nameOf(data.subarray(MESSAGE_HEADER_BYTES, MESSAGE_HEADER_BYTES + addressBytes));
      const message = data.slice(start, start + count);
      Object.setPrototypeOf(message, guest.bufferPrototype);
      guest.callback(this, this.onmessage, [count, this, message, from]);
    }

    getsockname(name: NamedAddress): number {
      if (this.#fd < 0) return EBADF;
      const failed = kernel.call("get_socket_name", { fd: this.#fd });
      if (!failed) nameOf(kernel.bytes, name);
      return failed;
    }

    getpeername(name: NamedAddress): number {
      if (this.#fd < 0) return EBADF;
      const failed = kernel.call("get_peer_name", { fd: this.#fd });
      if (!failed) nameOf(kernel.bytes, name);
      return failed;
    }

    setBroadcast(isOn: number): number {
      return this.#set(SOL_SOCKET, SO_BROADCAST, isOn);
    }

    setTTL(hops: number): number {
      if (hops < 1 || hops > 255) return EINVAL;
      return this.#isV6
        ? this.#set(IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops)
        : this.#set(IPPROTO_IP, IP_TTL, hops);
    }

    setMulticastTTL(hops: number): number {
      return this.#isV6
        ? this.#set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops)
        : this.#set(IPPROTO_IP, IP_MULTICAST_TTL, hops);
    }

    setMulticastLoopback(isOn: number): number {
      return this.#isV6
        ? this.#set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, isOn)
        : this.#set(IPPROTO_IP, IP_MULTICAST_LOOP, isOn);
    }

    /** Only the loopback is there, and it has no multicast: there is no device for a group. */
    addMembership(group: string, local: string | undefined): number {
      return this.#checkGroup(group, local) || ENODEV;
    }

    dropMembership(group: string, local: string | undefined): number {
      return this.#checkGroup(group, local) || EADDRNOTAVAIL;
    }

    addSourceSpecificMembership(source: string, group: string, local: string | undefined): number {
      return this.#checkAddress(source) || this.#checkGroup(group, local) || ENODEV;
    }

    dropSourceSpecificMembership(source: string, group: string, local: string | undefined): number {
      return this.#checkAddress(source) || this.#checkGroup(group, local) || EADDRNOTAVAIL;
    }

    /** The system's choice is the only one. */
    setMulticastInterface(local: string): number {
      if (this.#fd < 0) return EBADF;
      const address = encodeIp(this.#family, local, 0);
      if (!address) return EINVAL;
      const isAny = address.subarray(ADDRESS_HEADER_BYTES).every((byte) => byte === 0);
      return isAny || nameOf(address).address?.startsWith("127.") ? 0 : EADDRNOTAVAIL;
    }

    #checkGroup(group: string, local: string | undefined): number {
      return this.#checkAddress(group) || (local ? this.#checkAddress(local) : 0);
    }

    /** Opens a socket that is not yet there, as libuv does. */
    #checkAddress(address: string): number {
      return this.#open(this.#family) || (encodeIp(this.#family, address, 0) ? 0 : EINVAL);
    }

    get #isV6(): boolean {
      return this.#family === AF_INET6;
    }

    #set(level: number, name: number, value: number): number {
      if (this.#fd < 0) return EBADF;
      const bytes = new Uint8Array(Int32Array.of(value).buffer);
      return kernel.call("set_socket_option", { fd: this.#fd, level, name, value: bytes });
    }

    /** Reads a buffer's size, or sets it when `size` is not 0; what is wrong goes into `context`. */
    bufferSize(size: number, isReceive: boolean, context: Record<string, unknown>): unknown {
      const name = isReceive ? SO_RCVBUF : SO_SNDBUF;
      const failed = this.#bufferSize(size, name);
      if (failed >= 0) return failed;
      context.errno = failed;
      context.code = guest.uv.name(failed);
      context.message = guest.uv.text(failed);
      context.syscall = isReceive ? "uv_recv_buffer_size" : "uv_send_buffer_size";
      return undefined;
    }

    #bufferSize(size: number, name: number): number {
      if ((size | 0) !== size) return EINVAL;
      if (this.#fd < 0) return EBADF;
      if (size !== 0) return this.#set(SOL_SOCKET, name, size) || size;
      const call = { fd: this.#fd, level: SOL_SOCKET, name };
      const failed = kernel.call("get_socket_option", call);
      if (failed) return failed;
      const bytes = kernel.bytes.slice();
      return new DataView(bytes.buffer).getInt32(0, true);
    }

    getSendQueueSize(): number {
      let size = 0;
      for (const { data } of this.#sends) size += data.length;
      return size;
    }

    getSendQueueCount(): number {
      return this.#sends.length;
    }

    override onHandleClose(): void {
      this.recvStop();
      loop.unwatch(this.#writer);
      if (this.#fd >= 0) kernel.close(this.#fd);
      this.#fd = -1;
      for (const send of this.#sends.splice(0)) {
        loop.enqueueClose(() => this.#complete(send, ECANCELED));
      }
    }
  }

  return {
    UDP,
    SendWrap: makeRequestClass(guest, "SendWrap"),
    constants: { UV_UDP_IPV6ONLY, UV_UDP_REUSEADDR },
  };
}

function joined(list: readonly ArrayBufferView[]): Uint8Array {
  const parts = list.map(bytesOf);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
