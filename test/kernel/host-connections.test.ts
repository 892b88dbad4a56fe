// The host application at guests' listeners: kernel.connect, listeners, waitForListener.

import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { expect, test } from "vitest";
import { HostConnections } from "../../src/kernel/host-connections.js";
import type { ByteStream } from "../../src/kernel/network-adapter.js";
import { AF_UNIX } from "../../src/kernel/socket-constants.js";
import { inet, SocketGuest, unix } from "./socket-guest.js";
import { bootTables, textOf, utf8 } from "./tables.js";

function scene() {
  const tables = bootTables();
  return { tables, guest: new SocketGuest(tables), host: new HostConnections(tables) };
}

test("a connection to a guest's port, both ways, to its end", async () => {
  const { guest, host } = scene();
  const { fd, port } = guest.listener();
  const stream = await host.connect({ port });
  const server = guest.accept(fd);
  await stream.write(utf8("to the guest"));
  expect(guest.take(server, 100)).toBe("to the guest");
  guest.do("write", { fd: server, data: utf8("to the host") });
  expect(textOf((await stream.read()) ?? new Uint8Array())).toBe("to the host");
  await stream.end();
  expect(guest.take(server, 1)).toBe("");
  guest.do("close", { fd: server });
  expect(await stream.read()).toBe(null);
});

test("a unix listener, by its path", async () => {
  const { guest, host } = scene();
  const fd = guest.socket(AF_UNIX, 1);
  guest.do("bind", { fd, address: unix("/tmp/s") });
  await expect(host.connect({ path: "/tmp/s" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  guest.do("listen", { fd, backlog: 1 });
  const stream = await host.connect({ path: "/tmp/s" });
  await stream.write(utf8("x"));
  expect(guest.take(guest.accept(fd), 1)).toBe("x");
  expect(host.list()).toEqual([{ protocol: "unix", address: "/tmp/s", port: 0 }]);
});

test("nobody listens; what is no address of the kernel", async () => {
  const { host } = scene();
  await expect(host.connect({ port: 1 })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(host.connect({ port: 1, host: "192.0.2.1" })).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
  });
  await expect(host.connect({ path: "/nothing" })).rejects.toMatchObject({ code: "ENOENT" });
});

test("waitForListener resolves at listen, not at bind", async () => {
  const { guest, host } = scene();
  const { port } = guest.listener();
  await host.waitFor({ port }, {});
  const fd = guest.socket(2, 1);
  guest.do("bind", { fd, address: inet("0.0.0.0", 3000) });
  let isThere = false;
  const waiting = host.waitFor({ port: 3000 }, {}).then(() => {
    isThere = true;
  });
  await Promise.resolve();
  expect(isThere).toBe(false);
  guest.do("listen", { fd, backlog: 1 });
  await waiting;
  expect(host.list()).toContainEqual({ protocol: "tcp", address: "0.0.0.0", port: 3000 });
});

test("waitForListener gives up: by its timeout, its signal, the kernel's end", async () => {
  const { tables, host } = scene();
  await expect(host.waitFor({ port: 1 }, { timeoutMs: 1 })).rejects.toMatchObject({
    code: "ETIMEDOUT",
  });
  const abort = new AbortController();
  const waiting = host.waitFor({ port: 1 }, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  const last = host.waitFor({ port: 1 }, {});
  host.dispose();
  await expect(last).rejects.toMatchObject({ code: "ESRCH" });
  expect(tables.sockets.listenersChanged.length).toBe(0);
});

test("on the kernel's own interface", async () => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  expect(kernel.listeners()).toEqual([]);
  await expect(kernel.connect({ port: 80 })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const waiting = kernel.waitForListener({ port: 80 });
  const rejected = expect(waiting).rejects.toMatchObject({ code: "ESRCH" });
  await kernel.dispose();
  await rejected;
});

test("a listener of the host's own, which guests connect to", async () => {
  const { guest, host, tables } = scene();
  const received: ByteStream[] = [];
  const close = host.listen(7400, (stream) => received.push(stream));
  expect(() => host.listen(7400, () => {})).toThrow("EADDRINUSE");
  const taken = guest.socket(2, 1);
  expect(guest.try("bind", { fd: taken, address: inet("0.0.0.0", 7400) })).toBe("EADDRINUSE");
  const fd = guest.socket(2, 1);
  guest.do("connect", { fd, address: inet("127.0.0.1", 7400) });
  await Promise.resolve();
  const [stream] = received;
  guest.do("write", { fd, data: utf8("to the host") });
  expect(textOf((await stream?.read()) ?? new Uint8Array())).toBe("to the host");
  await stream?.write(utf8("to the guest"));
  expect(guest.take(fd, 100)).toBe("to the guest");
  const open = tables.sockets.size;
  stream?.destroy();
  stream?.destroy();
  expect(tables.sockets.size).toBe(open - 1);
  expect(guest.take(fd, 1)).toBe("");
  close();
  close();
  expect(tables.sockets.size).toBe(open - 2);
  const late = guest.socket(2, 1);
  expect(guest.try("connect", { fd: late, address: inet("127.0.0.1", 7400) })).toBe("ECONNREFUSED");
  host.listen(7400, () => {});
  host.dispose();
  expect(guest.try("bind", { fd: taken, address: inet("0.0.0.0", 7400) })).toBe("ok");
});
