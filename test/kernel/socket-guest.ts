// A guest's calls on sockets, in short: what the socket tests act with.

import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import type { Process } from "../../src/kernel/process.js";
import {
  ADDRESS_HEADER_BYTES,
  encodeSocketAddress,
  internetAddress,
  parseSocketAddress,
  type SocketAddress,
} from "../../src/kernel/socket-address.js";
import { AF_INET, AF_INET6, AF_UNIX, MSG_CTRUNC } from "../../src/kernel/socket-constants.js";
import { DirectGuest } from "../bridge/direct-guest.js";
import { start, textOf, utf8 } from "./tables.js";

export const families = { inet: AF_INET, inet6: AF_INET6, unix: AF_UNIX } as const;

export class SocketGuest extends DirectGuest {
  readonly process: Process;

  constructor(tables: KernelTables, process = start(tables)) {
    super(tables, process);
    this.process = process;
    // A test looks at EPIPE itself.
    this.do("signal_action", { signal: 13, disposition: 1, flags: 0 });
  }

  socket(family: number, type: number, protocol = 0): number {
    return this.do("socket", { family, type, protocol });
  }

  /** The address that the last call answered, `skip` bytes in. */
  address(skip = 0): SocketAddress {
    const parsed = parseSocketAddress(this.resultBytes.slice(skip));
    if ("code" in parsed) throw new Error(parsed.code);
    return parsed;
  }

  /** The port that `fd` is bound to. */
  portOf(fd: number): number {
    this.do("get_socket_name", { fd });
    const address = this.address();
    return address.family === AF_UNIX ? 0 : address.port;
  }

  /** A listener on a free port of `host`. */
  listener(host = "127.0.0.1", backlog = 8): { fd: number; port: number } {
    const fd = this.socket(host.includes(":") ? AF_INET6 : AF_INET, 1);
    this.do("bind", { fd, address: inet(host, 0) });
    this.do("listen", { fd, backlog });
    return { fd, port: this.portOf(fd) };
  }

  accept(fd: number): number {
    this.do("accept", { fd, flags: 0 });
    const bytes = this.resultBytes.slice();
    return new DataView(bytes.buffer).getInt32(0, true);
  }

  /** A connected pair of TCP sockets. */
  connected(): { client: number; server: number } {
    const { fd, port } = this.listener();
    const client = this.socket(AF_INET, 1);
    this.do("connect", { fd: client, address: inet("127.0.0.1", port) });
    const server = this.accept(fd);
    this.do("close", { fd });
    return { client, server };
  }

  /** What there is to read, or the error's name. */
  take(fd: number, count: number, flags = 0x40): string {
    const outcome = this.try("receive", { fd, flags, target: count });
    return outcome === "ok" ? textOf(this.resultBytes.slice()) : outcome;
  }

  /** Sends `text` with descriptors: how many bytes went, an error's name or "waits". */
  sendRights(fd: number, text: string, ...fds: number[]): number | string {
    const outcome = this.try("send_message", {
      fd,
      flags: 0,
      address: new Uint8Array(0),
      descriptors: new Uint8Array(Int32Array.from(fds).buffer),
      data: utf8(text),
    });
    return outcome === "ok" ? this.result : outcome;
  }

  /** Receives a message with `most` descriptors, or the error's name. */
  receiveRights(
    fd: number,
    count: number,
    most: number,
    flags = 0x40,
  ): { text: string; fds: number[]; areCut: boolean } | string {
    const target = 4 + 4 * most + 132 + count;
    const outcome = this.try("receive_message", { fd, flags, most, target });
    if (outcome !== "ok") return outcome;
    const bytes = this.resultBytes.slice();
    const view = new DataView(bytes.buffer);
    const fds = Array.from({ length: view.getUint32(0, true) }, (_, index) =>
      view.getInt32(4 + 4 * index, true),
    );
    const message = bytes.slice(4 + 4 * fds.length);
    const areCut = (new DataView(message.buffer).getUint32(8, true) & MSG_CTRUNC) !== 0;
    return { text: textOf(messageIn(message).data), fds, areCut };
  }

  /** poll(2) without waiting: what has happened of `events`. */
  pollNow(fd: number, events = 0x2005): number {
    const entries = new Uint8Array(Int32Array.of(fd, events).buffer);
    this.do("poll", { entries, timeoutUs: 0 });
    return new DataView(this.resultBytes.slice().buffer).getInt32(0, true);
  }

  option(fd: number, level: number, name: number): number {
    this.do("get_socket_option", { fd, level, name });
    return new DataView(this.resultBytes.slice().buffer).getInt32(0, true);
  }
}

export function inet(host: string, port: number): Uint8Array {
  return encodeSocketAddress(internetAddress(host.includes(":") ? AF_INET6 : AF_INET, host, port));
}

/** `host` as an address of AF_INET6, IPv4 mapped. */
export function inet6(host: string, port: number): Uint8Array {
  return encodeSocketAddress(internetAddress(AF_INET6, host, port));
}

export function unix(path: string): Uint8Array {
  return encodeSocketAddress({ family: AF_UNIX, path });
}

/** A message as `receive_from` answers it. */
export function messageIn(bytes: Uint8Array): {
  data: Uint8Array;
  full: number;
  isCut: boolean;
  from: SocketAddress | undefined;
} {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const length = view.getUint32(12, true);
  const address = length >= ADDRESS_HEADER_BYTES ? copy.subarray(16, 16 + length) : undefined;
  const from = address && parseSocketAddress(address);
  if (from && "code" in from) throw new Error(from.code);
  const start = 16 + Math.ceil(length / 4) * 4;
  const data = copy.subarray(start, start + view.getUint32(4, true));
  return { data, full: view.getUint32(0, true), isCut: view.getUint32(8, true) !== 0, from };
}
