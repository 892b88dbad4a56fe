// Sockets inside one kernel: what known-behaviours.md says of them, and what Linux has no oracle for.

import { describe, expect, test } from "vitest";
import { socketBufferDefault } from "../../src/kernel/limits.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { AF_INET, AF_UNIX } from "../../src/kernel/socket-constants.js";
import { inet, messageIn, SocketGuest, unix } from "./socket-guest.js";
import { bootTables, start, textOf, utf8 } from "./tables.js";

const STREAM = 1;
const DGRAM = 2;
const DONTWAIT = 0x40;

describe("TCP", () => {
  test("a full backlog refuses, and takes again when somebody was accepted", () => {
    const guest = new SocketGuest(bootTables());
    const { fd, port } = guest.listener("127.0.0.1", 2);
    const call = () => {
      const client = guest.socket(AF_INET, STREAM);
      return guest.try("connect", { fd: client, address: inet("127.0.0.1", port) });
    };
    expect([call(), call(), call()]).toEqual(["ok", "ok", "ECONNREFUSED"]);
    guest.accept(fd);
    expect([call(), call()]).toEqual(["ok", "ECONNREFUSED"]);
  });

  test("a backlog is 128 at most", () => {
    const guest = new SocketGuest(bootTables({ descriptors: 1000 }));
    const { port } = guest.listener("127.0.0.1", 100_000);
    const results = Array.from({ length: 129 }, () => {
      const client = guest.socket(AF_INET, STREAM);
      return guest.try("connect", { fd: client, address: inet("127.0.0.1", port) });
    });
    expect(results.indexOf("ECONNREFUSED")).toBe(128);
  });

  test("accept waits for a caller", () => {
    const tables = bootTables();
    const [server, client] = [new SocketGuest(tables), new SocketGuest(tables)];
    const { fd, port } = server.listener();
    expect(server.try("accept", { fd, flags: 0 })).toBe("waits");
    const socket = client.socket(AF_INET, STREAM);
    client.do("connect", { fd: socket, address: inet("127.0.0.1", port) });
    expect(server.outcome).toBe("ok");
    const from = server.address(4);
    expect(from).toMatchObject({ address: "127.0.0.1", port: client.portOf(socket) });
  });

  test("a reader waits for bytes, and for the end", () => {
    const tables = bootTables();
    const guest = new SocketGuest(tables);
    const { client, server } = guest.connected();
    const reader = new SocketGuest(tables, guest.process);
    expect(reader.try("read", { fd: server, target: 10 })).toBe("waits");
    guest.do("write", { fd: client, data: utf8("hello") });
    expect(textOf(reader.resultBytes)).toBe("hello");
    expect(reader.try("receive", { fd: server, flags: 0x100, target: 6 })).toBe("waits");
    guest.do("write", { fd: client, data: utf8("abc") });
    guest.do("write", { fd: client, data: utf8("defg") });
    expect(textOf(reader.resultBytes)).toBe("abcdef");
    expect(textOf(reader.resultBytes)).toBe("abcdef");
    reader.do("read", { fd: server, target: 10 });
    expect(reader.try("read", { fd: server, target: 10 })).toBe("waits");
    guest.do("shutdown", { fd: client, how: 1 });
    expect(reader.result).toBe(0);
  });

  test("a writer waits when both buffers are full, and goes on when they are read", () => {
    const tables = bootTables();
    const guest = new SocketGuest(tables);
    const { client, server } = guest.connected();
    const capacity = 2 * socketBufferDefault;
    let written = 0;
    while (
      guest.try("send", { fd: client, flags: DONTWAIT, data: new Uint8Array(65_536) }) === "ok"
    ) {
      written += guest.result;
    }
    expect(guest.outcome).toBe("EAGAIN");
    expect(written).toBe(capacity);
    expect(guest.pollNow(client)).toBe(0);
    const writer = new SocketGuest(tables, guest.process);
    expect(writer.try("write", { fd: client, data: new Uint8Array(100_000) })).toBe("waits");
    for (let read = 0; read < capacity + 100_000; read += guest.result) {
      guest.do("read", { fd: server, target: 65_536 });
    }
    expect(writer.outcome).toBe("ok");
    expect(writer.result).toBe(100_000);
  });

  test("SO_RCVTIMEO ends a read with EAGAIN", async () => {
    const guest = new SocketGuest(bootTables());
    const { server } = guest.connected();
    const value = new Uint8Array(BigInt64Array.of(0n, 2000n).buffer);
    guest.do("set_socket_option", { fd: server, level: 1, name: 20, value });
    expect(guest.try("read", { fd: server, target: 1 })).toBe("waits");
    await expect.poll(() => guest.outcome).toBe("EAGAIN");
  });

  test("write without MSG_NOSIGNAL raises SIGPIPE", () => {
    const tables = bootTables();
    const guest = new SocketGuest(tables);
    const { client } = guest.connected();
    guest.do("signal_action", { signal: 13, disposition: 2, flags: 0 });
    guest.do("shutdown", { fd: client, how: 1 });
    expect(guest.try("send", { fd: client, flags: 0x4000, data: utf8("x") })).toBe("EPIPE");
    guest.do("take_signals", {});
    expect(guest.result).toBe(0);
    expect(guest.try("send", { fd: client, flags: 0, data: utf8("x") })).toBe("EPIPE");
    guest.do("take_signals", {});
    expect(guest.result).toBe(1 << 12);
  });

  test("dup shares the connection: it ends with the last descriptor", () => {
    const guest = new SocketGuest(bootTables());
    const { client, server } = guest.connected();
    const copy = guest.do("dup", { fd: client, minimum: 0, flags: 0 });
    guest.do("close", { fd: client });
    guest.do("write", { fd: copy, data: utf8("still") });
    expect(guest.take(server, 10)).toBe("still");
    guest.do("close", { fd: copy });
    expect(guest.take(server, 10)).toBe("");
  });

  test("who is killed leaves an end of file, no socket, and a free port", () => {
    const tables = bootTables();
    const [server, client] = [new SocketGuest(tables), new SocketGuest(tables)];
    const { fd, port } = server.listener();
    const socket = client.socket(AF_INET, STREAM);
    client.do("connect", { fd: socket, address: inet("127.0.0.1", port) });
    const accepted = server.accept(fd);
    tables.processes.kill(client.process.pid, SIGKILL, null);
    expect(server.take(accepted, 10)).toBe("");
    tables.processes.kill(server.process.pid, SIGKILL, null);
    expect(tables.sockets.size).toBe(0);
    expect(tables.sockets.tcpPorts.all()).toEqual([]);
  });

  test("posted writes go through sockets like through pipes", () => {
    const guest = new SocketGuest(bootTables());
    const { client, server } = guest.connected();
    guest.do("write", { fd: client, data: utf8("a") });
    expect(guest.secondResult).toBe(65_536);
    guest.post("posted_write", { fd: client, data: utf8("b") });
    expect(guest.take(server, 10)).toBe("ab");
  });

  test("read_until leaves what comes after the delimiter", () => {
    const guest = new SocketGuest(bootTables());
    const { client, server } = guest.connected();
    guest.do("write", { fd: client, data: utf8("one\ntwo") });
    guest.do("read_until", { fd: server, delimiter: 10, target: 100 });
    expect(textOf(guest.resultBytes)).toBe("one\n");
    expect(guest.take(server, 10)).toBe("two");
  });

  test("FIONREAD tells what there is", () => {
    const guest = new SocketGuest(bootTables());
    const { client, server } = guest.connected();
    guest.do("write", { fd: client, data: utf8("hello") });
    expect(guest.do("readable_bytes", { fd: server })).toBe(5);
    expect(guest.try("readable_bytes", { fd: guest.listener().fd })).toBe("EINVAL");
    guest.do("socketpair", { family: AF_UNIX, type: DGRAM, protocol: 0 });
    const [a, b] = [guest.result, guest.secondResult];
    for (const text of ["one", "second"]) guest.do("send", { fd: a, flags: 0, data: utf8(text) });
    expect(guest.do("readable_bytes", { fd: b })).toBe(3);
  });

  test("port 0 is an ephemeral one", () => {
    const guest = new SocketGuest(bootTables());
    const { port } = guest.listener();
    expect(port).toBeGreaterThanOrEqual(49_152);
    expect(port).toBeLessThanOrEqual(65_535);
  });
});

describe("UDP and unix", () => {
  test("a UDP receiver that does not read loses datagrams, never memory", () => {
    const guest = new SocketGuest(bootTables());
    const [a, b] = [guest.socket(AF_INET, DGRAM), guest.socket(AF_INET, DGRAM)];
    guest.do("bind", { fd: b, address: inet("127.0.0.1", 0) });
    const address = inet("127.0.0.1", guest.portOf(b));
    const data = new Uint8Array(10_000);
    for (let count = 0; count < 100; count++) {
      expect(guest.try("send_to", { fd: a, flags: 0, address, data })).toBe("ok");
    }
    let received = 0;
    while (guest.try("receive", { fd: b, flags: DONTWAIT, target: 10_000 }) === "ok") received++;
    expect(received).toBe(Math.ceil(socketBufferDefault / 10_256));
  });

  test("a unix datagram waits for room and is not lost", () => {
    const tables = bootTables();
    const guest = new SocketGuest(tables);
    guest.do("socketpair", { family: AF_UNIX, type: DGRAM, protocol: 0 });
    const [a, b] = [guest.result, guest.secondResult];
    let sent = 0;
    const data = new Uint8Array(10_000);
    while (guest.try("send", { fd: a, flags: DONTWAIT, data }) === "ok") sent++;
    expect(guest.outcome).toBe("EAGAIN");
    expect(guest.pollNow(a)).toBe(0);
    const sender = new SocketGuest(tables, guest.process);
    expect(sender.try("send", { fd: a, flags: 0, data })).toBe("waits");
    guest.do("receive", { fd: b, flags: 0, target: 10_000 });
    expect(sender.outcome).toBe("ok");
    expect(sent).toBe(Math.ceil(socketBufferDefault / 10_256));
  });

  test("receive_from tells how long a message was that was cut off", () => {
    const guest = new SocketGuest(bootTables());
    guest.do("socketpair", { family: AF_UNIX, type: DGRAM, protocol: 0 });
    const [a, b] = [guest.result, guest.secondResult];
    guest.do("send", { fd: a, flags: 0, data: utf8("0123456789") });
    guest.do("receive_from", { fd: b, flags: 0, target: 132 + 4 });
    const { data, full, isCut } = messageIn(guest.resultBytes);
    expect([textOf(data), full, isCut]).toEqual(["0123", 10, true]);
  });

  test("bind makes a socket file; connecting takes the right to write it", () => {
    const tables = bootTables();
    const guest = new SocketGuest(tables);
    const fd = guest.socket(AF_UNIX, STREAM);
    guest.do("bind", { fd, address: unix("/tmp/s") });
    guest.do("listen", { fd, backlog: 4 });
    guest.do("stat", { directory: -100, path: utf8("/tmp/s"), flags: 0 });
    const mode = new DataView(guest.resultBytes.slice().buffer).getUint32(16, true);
    expect(mode).toBe(0o140755);
    const stranger = new SocketGuest(tables, start(tables));
    stranger.process.credentials.effectiveUid = 1000;
    const socket = stranger.socket(AF_UNIX, STREAM);
    expect(stranger.try("connect", { fd: socket, address: unix("/tmp/s") })).toBe("EACCES");
    guest.do("chmod", { directory: -100, path: utf8("/tmp/s"), mode: 0o777 });
    expect(stranger.try("connect", { fd: socket, address: unix("/tmp/s") })).toBe("ok");
    stranger.do("get_socket_option", { fd: socket, level: 1, name: 17 });
    const [pid, uid] = new Int32Array(stranger.resultBytes.slice().buffer);
    expect([pid, uid]).toEqual([guest.process.pid, 0]);
  });
});

describe("limits", () => {
  test("sockets of a kernel: ENFILE, and a connect that finds none for the other end is refused", () => {
    const guest = new SocketGuest(bootTables({ sockets: 3 }));
    const { port } = guest.listener();
    const client = guest.socket(AF_INET, STREAM);
    guest.socket(AF_INET, STREAM);
    expect(guest.try("socket", { family: AF_INET, type: STREAM, protocol: 0 })).toBe("ENFILE");
    expect(guest.try("connect", { fd: client, address: inet("127.0.0.1", port) })).toBe(
      "ECONNREFUSED",
    );
  });

  test("descriptors: EMFILE, and nothing is left", () => {
    const tables = bootTables({ descriptors: 1 });
    const guest = new SocketGuest(tables);
    const pair = { family: AF_UNIX, type: STREAM, protocol: 0 };
    expect(guest.try("socketpair", pair)).toBe("EMFILE");
    expect(tables.sockets.size).toBe(0);
    guest.socket(AF_INET, STREAM);
    expect(guest.try("socket", { ...pair, family: AF_INET })).toBe("EMFILE");
    expect(tables.sockets.size).toBe(1);
  });

  test("two kernels never meet: the same port is free in each", () => {
    const [one, other] = [new SocketGuest(bootTables()), new SocketGuest(bootTables())];
    const { port } = one.listener();
    const client = other.socket(AF_INET, STREAM);
    expect(other.try("connect", { fd: client, address: inet("127.0.0.1", port) })).toBe(
      "ECONNREFUSED",
    );
    const fd = other.socket(AF_INET, STREAM);
    expect(other.try("bind", { fd, address: inet("127.0.0.1", port) })).toBe("ok");
  });
});

describe("what is not a socket, and no address", () => {
  test("ENOTSOCK, EBADF, EINVAL, EAFNOSUPPORT", () => {
    const guest = new SocketGuest(bootTables());
    guest.do("pipe", { flags: 0 });
    const pipe = guest.result;
    expect(guest.try("listen", { fd: pipe, backlog: 1 })).toBe("ENOTSOCK");
    expect(guest.try("listen", { fd: 99, backlog: 1 })).toBe("EBADF");
    const fd = guest.socket(AF_INET, STREAM);
    expect(guest.try("connect", { fd, address: Uint8Array.of(2, 0, 0) })).toBe("EINVAL");
    expect(guest.try("connect", { fd, address: new Uint8Array(8).fill(99) })).toBe("EAFNOSUPPORT");
    expect(guest.try("connect", { fd, address: inet("::1", 1) })).toBe("EAFNOSUPPORT");
    expect(guest.try("pread", { fd, position: 0, target: 1 })).toBe("ESPIPE");
  });

  test("without a network beyond the kernel there is no way out", () => {
    const guest = new SocketGuest(bootTables());
    const fd = guest.socket(AF_INET, STREAM);
    expect(guest.try("connect", { fd, address: inet("93.184.216.34", 80) })).toBe("ENETUNREACH");
    const udp = guest.socket(AF_INET, DGRAM);
    const address = inet("93.184.216.34", 53);
    expect(guest.try("send_to", { fd: udp, flags: 0, address, data: utf8("x") })).toBe(
      "ENETUNREACH",
    );
  });
});
