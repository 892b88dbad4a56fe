// Descriptors in messages: how long what is in flight lives, and that nothing is left of what nobody can receive.

import { describe, expect, test } from "vitest";
import { O_CREAT, O_RDWR } from "../../src/kernel/constants.js";
import { FdTable } from "../../src/kernel/fd-table.js";
import { AF_UNIX } from "../../src/kernel/socket-constants.js";
import { UnixNames } from "../../src/kernel/unix-names.js";
import { SocketGuest, unix } from "./socket-guest.js";
import { bootTables, openIn, start, textOf } from "./tables.js";

const STREAM = 1;
const DGRAM = 2;

function boot(limits: Parameters<typeof bootTables>[0] = {}) {
  const tables = bootTables(limits);
  const guest = new SocketGuest(tables);
  const pair = (type = STREAM): [number, number] => {
    guest.do("socketpair", { family: AF_UNIX, type, protocol: 0 });
    return [guest.result, guest.secondResult];
  };
  const close = (...fds: number[]) => {
    for (const fd of fds) guest.do("close", { fd });
  };
  return { tables, guest, pair, close };
}

describe("what is in flight", () => {
  test("a file keeps its cursor, and lives until it is received", () => {
    const { tables, guest, pair, close } = boot();
    const [one, other] = pair();
    const file = openIn(tables, guest.process, "/file", O_RDWR | O_CREAT);
    guest.do("write", { fd: file, data: new TextEncoder().encode("hello") });
    guest.do("seek", { fd: file, offset: 2, whence: 0 });
    expect(guest.sendRights(one, "x", file)).toBe(1);
    close(file);
    expect(tables.sockets.rights.size).toBe(1);
    const other2 = new SocketGuest(tables, start(tables, { fds: forked(guest) }));
    const received = other2.receiveRights(other, 10, 4);
    if (typeof received === "string") throw new Error(received);
    other2.do("read", { fd: received.fds[0] ?? -1, target: 10 });
    expect(textOf(other2.resultBytes.slice())).toBe("llo");
    expect(tables.sockets.rights.size).toBe(0);
  });

  test("the lowest numbers, close-on-exec when asked for; what finds no number is closed", () => {
    const { guest, pair, close } = boot({ descriptors: 8 });
    const [one, other] = pair();
    const [p, q] = pair();
    expect(guest.sendRights(one, "x", p, q, p)).toBe(1);
    close(p);
    expect(guest.receiveRights(other, 10, 3, 0x4000_0040)).toEqual({
      text: "x",
      fds: [p, q + 1, q + 2],
      areCut: false,
    });
    expect(guest.do("get_fd_flags", { fd: q + 1 })).toBe(1);
    expect(guest.sendRights(one, "y", p, p, p)).toBe(1);
    expect(guest.receiveRights(other, 10, 3)).toMatchObject({ fds: [6, 7], areCut: true });
    expect(guest.do("get_fd_flags", { fd: 7 })).toBe(0);
  });

  test("253 descriptors in a message, RLIMIT_NOFILE in flight", () => {
    const { tables, guest, pair, close } = boot();
    const [one, other] = pair();
    const [p] = pair();
    const many = (count: number) => Array.from({ length: count }, () => p);
    expect(guest.sendRights(one, "x", ...many(254))).toBe("EINVAL");
    expect(guest.sendRights(one, "x", 99)).toBe("EBADF");
    expect(guest.sendRights(one, "x", ...many(253))).toBe(1);
    expect(guest.sendRights(one, "x", ...many(4))).toBe("ETOOMANYREFS");
    expect(guest.sendRights(one, "x", ...many(3))).toBe(1);
    expect(tables.sockets.rights.size).toBe(256);
    close(other);
    expect(tables.sockets.rights.size).toBe(0);
    expect(guest.try("receive_message", { fd: one, flags: 0, most: 254, target: 4096 })).toBe(
      "EINVAL",
    );
    expect(guest.try("receive_message", { fd: one, flags: 0, most: 20, target: 200 })).toBe(
      "EINVAL",
    );
  });

  test("a sender that waits sends its descriptors with the first byte that finds room", () => {
    const { tables, guest, pair, close } = boot();
    const [one, other] = pair();
    const [p] = pair();
    while (guest.try("send", { fd: one, flags: 0x40, data: new Uint8Array(65_536) }) === "ok");
    const sender = new SocketGuest(tables, guest.process);
    expect(sender.sendRights(one, "late", p)).toBe("waits");
    expect(tables.sockets.rights.size).toBe(0);
    while (guest.take(other, 65_536).startsWith("\0"));
    expect(sender.outcome).toBe("ok");
    close(p);
    expect(tables.sockets.rights.size).toBe(0);
  });

  test("the host application takes no descriptors", async () => {
    const { tables, guest, pair } = boot();
    const fd = guest.socket(AF_UNIX, STREAM);
    guest.do("bind", { fd, address: unix("\0name") });
    guest.do("listen", { fd, backlog: 1 });
    const end = tables.sockets.connectUnix(UnixNames.abstractPlace("\0name").key, {
      pid: 0,
      uid: 0,
      gid: 0,
    });
    if ("code" in end) throw new Error(end.code);
    const [p] = pair();
    expect(guest.sendRights(guest.accept(fd), "x", p)).toBe(1);
    expect(tables.sockets.rights.size).toBe(0);
    end.close();
  });
});

describe("what nobody can receive any more", () => {
  test("a socket in its own queue", () => {
    const { tables, guest, pair, close } = boot();
    const [one, other] = pair();
    guest.sendRights(one, "x", other);
    close(one, other);
    expect(tables.sockets.size).toBe(0);
  });

  test.each([STREAM, DGRAM])("two pairs in each other's queues (type %i)", (type) => {
    const { tables, guest, pair, close } = boot();
    const [[a, b], [c, d]] = [pair(type), pair(type)];
    const [p, q] = pair();
    guest.sendRights(a, "x", d, c, p);
    guest.sendRights(c, "x", b, a);
    close(p);
    close(a, b, c);
    // Its other end is in flight, and whoever has this one may still get it.
    expect(tables.sockets.size).toBe(6);
    close(d);
    expect(tables.sockets.size).toBe(1);
    expect(guest.pollNow(q)).not.toBe(0);
  });

  test("what a socket that somebody has leads to stays", () => {
    const { tables, guest, pair, close } = boot();
    const [keep, far] = pair();
    const [a, b] = pair();
    guest.sendRights(a, "x", b);
    guest.sendRights(keep, "y", a, b);
    close(a, b);
    expect(tables.sockets.size).toBe(4);
    const received = guest.receiveRights(far, 10, 2);
    if (typeof received === "string") throw new Error(received);
    expect(guest.receiveRights(received.fds[1] ?? -1, 10, 1)).toMatchObject({ text: "x" });
  });

  test("a listener in the queue of who waits for it", () => {
    const { tables, guest, close } = boot();
    const listener = guest.socket(AF_UNIX, STREAM);
    guest.do("bind", { fd: listener, address: unix("\0name") });
    guest.do("listen", { fd: listener, backlog: 4 });
    const client = guest.socket(AF_UNIX, STREAM);
    guest.do("connect", { fd: client, address: unix("\0name") });
    guest.sendRights(client, "x", listener);
    close(client);
    expect(tables.sockets.size).toBe(2);
    close(listener);
    expect(tables.sockets.size).toBe(0);
  });

  test("all of it goes with the process", () => {
    const { tables, guest, pair } = boot();
    const [a, b] = pair();
    const [c, d] = pair();
    guest.sendRights(a, "x", c, d, b);
    guest.sendRights(c, "x", a);
    tables.processes.end(guest.process, 9);
    expect(tables.sockets.size).toBe(0);
    expect(tables.sockets.rights.size).toBe(0);
  });
});

function forked(guest: SocketGuest): FdTable {
  const fds = guest.process.fds.fork([]);
  if (!(fds instanceof FdTable)) throw new Error(fds.code);
  return fds;
}
