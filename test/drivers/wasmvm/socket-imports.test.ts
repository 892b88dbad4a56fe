// The socket functions of a WASM program's imports: `secure_exec` and WASI's four, on the kernel's own calls.

import { expect, test } from "vitest";
import { GuestMemory } from "../../../src/drivers/wasmvm/guest/guest-memory.js";
import type { Program } from "../../../src/drivers/wasmvm/guest/program.js";
import { socketFunctions } from "../../../src/drivers/wasmvm/guest/secure-exec-sockets.js";
import { wasiErrno } from "../../../src/drivers/wasmvm/guest/wasi-errno.js";
import { wasiSocketFunctions } from "../../../src/drivers/wasmvm/guest/wasi-sockets.js";
import { errno } from "../../../src/kernel/errno.js";
import { AF_INET, AF_UNIX } from "../../../src/kernel/socket-constants.js";
import { inet, messageIn, SocketGuest } from "../../kernel/socket-guest.js";
import { bootTables, textOf, utf8 } from "../../kernel/tables.js";

function scene() {
  const guest = new SocketGuest(bootTables());
  const memory = new GuestMemory();
  memory.attach(new WebAssembly.Memory({ initial: 2 }));
  // The functions use no more of a program than its kernel and its memory.
  const program = { kernel: guest, memory } as unknown as Program;
  const put = (pointer: number, bytes: Uint8Array): [number, number] => {
    memory.slice(pointer, bytes.length).set(bytes);
    return [pointer, bytes.length];
  };
  const iovec = (at: number, pointer: number, length: number): void => {
    memory.setU32(at, pointer);
    memory.setU32(at + 4, length);
  };
  const [own, wasi] = [socketFunctions(program), wasiSocketFunctions(program)];
  return { guest, memory, put, iovec, own, wasi };
}

test("a connection from socket to shutdown", () => {
  const { guest, memory, put, iovec, own, wasi } = scene();
  expect(own.socket(AF_INET, 1, 0, 0)).toBe(0);
  const listener = memory.getU32(0);
  expect(own.bind(listener, ...put(100, inet("127.0.0.1", 0)))).toBe(0);
  expect(own.listen(listener, 4)).toBe(0);
  expect(own.get_socket_name(listener, 200, 64, 0)).toBe(0);
  expect(memory.getU32(0)).toBe(12);
  const port = memory.view.getUint16(202, true);
  expect(port).toBe(guest.portOf(listener));
  own.socket(AF_INET, 1, 0, 0);
  const client = memory.getU32(0);
  expect(own.connect(client, ...put(100, inet("127.0.0.1", port)))).toBe(0);
  expect(own.accept(listener, 0, 0, 200, 64, 4)).toBe(0);
  const server = memory.getU32(0);
  expect(memory.getU32(4)).toBe(12);
  put(300, utf8("hello world"));
  iovec(16, 300, 5);
  iovec(24, 305, 6);
  expect(wasi.sock_send(client, 16, 2, 0, 0)).toBe(0);
  expect(memory.getU32(0)).toBe(11);
  iovec(16, 400, 5);
  iovec(24, 500, 10);
  expect(wasi.sock_recv(server, 16, 2, 1, 0, 8)).toBe(0);
  expect(memory.getU32(0)).toBe(11);
  expect(wasi.sock_recv(server, 16, 2, 0, 0, 8)).toBe(0);
  expect(textOf(memory.slice(400, 5)) + textOf(memory.slice(500, 6))).toBe("hello world");
  expect(wasi.sock_shutdown(client, 2)).toBe(0);
  expect(wasi.sock_recv(server, 16, 2, 0, 0, 8)).toBe(0);
  expect(memory.getU32(0)).toBe(0);
  expect(wasi.sock_shutdown(client, 0)).toBe(wasiErrno(errno.EINVAL.number));
});

test("messages, options, names", () => {
  const { memory, put, own, wasi } = scene();
  expect(own.socketpair(AF_UNIX, 2, 0, 0, 4)).toBe(0);
  const [a, b] = [memory.getU32(0), memory.getU32(4)];
  expect(own.send_to(a, 0, 0, 0, ...put(100, utf8("message")), 0)).toBe(0);
  expect(own.receive_from(b, 0, 200, 1000, 0)).toBe(0);
  expect(textOf(messageIn(memory.slice(200, memory.getU32(0)).slice()).data)).toBe("message");
  expect(own.set_socket_option(a, 1, 9, ...put(100, Uint8Array.of(1, 0, 0, 0)))).toBe(0);
  expect(own.get_socket_option(a, 1, 9, 100, 4, 0)).toBe(0);
  expect([memory.getU32(0), memory.getU32(100)]).toEqual([4, 1]);
  expect(own.resolve(...put(100, utf8("localhost")), AF_INET, 200, 64, 0)).toBe(0);
  expect([...memory.slice(208, 4)]).toEqual([127, 0, 0, 1]);
  expect(own.resolve(...put(100, utf8("localhost")), 0, 200, 4, 0)).toBe(
    wasiErrno(errno.ERANGE.number),
  );
  expect(wasi.sock_accept(a, 0, 0)).toBe(wasiErrno(errno.ENOTSUP.number));
});

test("every error of sockets has a number of WASI's own", () => {
  const codes = [
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "EAFNOSUPPORT",
    "EALREADY",
    "ECONNABORTED",
  ] as const;
  const more = [
    "ECONNREFUSED",
    "ECONNRESET",
    "EDESTADDRREQ",
    "EHOSTUNREACH",
    "EINPROGRESS",
  ] as const;
  const rest = [
    "EISCONN",
    "EMSGSIZE",
    "ENETDOWN",
    "ENETUNREACH",
    "ENOBUFS",
    "ENOPROTOOPT",
  ] as const;
  const last = ["ENOTCONN", "ENOTSOCK", "EPROTO", "EPROTONOSUPPORT", "EPROTOTYPE"] as const;
  const numbers = [...codes, ...more, ...rest, ...last].map((code) =>
    wasiErrno(errno[code].number),
  );
  expect(numbers).toEqual([
    ...[3, 4, 5, 7, 13, 14, 15, 17, 23, 26, 30, 35, 38, 40, 42, 50, 53, 57, 65, 66, 67],
  ]);
});
