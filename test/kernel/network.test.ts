// What leaves the kernel: by the policy, then by the adapter, here one in memory.

import { expect, test, vi } from "vitest";
import { rangeOf } from "../../src/kernel/address-range.js";
import type { NetworkRequest } from "../../src/kernel/permissions.js";
import { SIGKILL } from "../../src/kernel/signals.js";
import { AF_INET } from "../../src/kernel/socket-constants.js";
import { connectTo, networkScene, resolve, settled, until } from "./network-scene.js";
import { inet, messageIn, SocketGuest } from "./socket-guest.js";
import { textOf, utf8 } from "./tables.js";

const SERVER = "93.184.216.34";

test("a connection carries bytes both ways, half-closes included", async () => {
  const { guest, network, tables } = networkScene();
  network.serve(SERVER, 80, async (stream) => {
    const received: string[] = [];
    for (let bytes = await stream.read(); bytes; bytes = await stream.read()) {
      received.push(textOf(bytes));
    }
    await stream.write(utf8(`got ${received.join("")}`));
    await stream.end();
  });
  const fd = await connectTo(guest, SERVER, 80);
  if (typeof fd !== "number") throw new Error(fd);
  guest.do("get_peer_name", { fd });
  expect(guest.address()).toMatchObject({ address: SERVER, port: 80 });
  guest.do("write", { fd, data: utf8("hello") });
  guest.do("shutdown", { fd, how: 1 });
  await settled(guest, "read", { fd, target: 100 });
  expect(textOf(guest.resultBytes)).toBe("got hello");
  await settled(guest, "read", { fd, target: 100 });
  expect(guest.result).toBe(0);
  guest.do("close", { fd });
  await until(() => tables.network.size === 0);
});

test("megabytes pass a slow reader, whole and in order, and no buffer grows", async () => {
  const { guest, network } = networkScene();
  const total = 3_000_000;
  let most = 0;
  network.serve(SERVER, 80, async (stream) => {
    for (let sent = 0; sent < total; sent += 100_000) {
      await stream.write(new Uint8Array(100_000).fill(sent / 100_000));
      most = Math.max(most, sent - read);
    }
    await stream.end();
  });
  let read = 0;
  const fd = Number(await connectTo(guest, SERVER, 80));
  for (;;) {
    await settled(guest, "read", { fd, target: 60_000 });
    if (guest.result === 0) break;
    const bytes = guest.resultBytes;
    expect(bytes[0]).toBe(Math.floor(read / 100_000));
    read += guest.result;
  }
  expect(read).toBe(total);
  // Two pairs of buffers of 256 KiB and what is in hand.
  expect(most).toBeLessThan(800_000);
});

test("a refused connection, and a connection that is reset", async () => {
  const { guest, network } = networkScene();
  expect(await connectTo(guest, SERVER, 81)).toBe("ECONNREFUSED");
  network.serve(SERVER, 80, (stream) => stream.destroy("reset"));
  const fd = Number(await connectTo(guest, SERVER, 80));
  expect(await settled(guest, "read", { fd, target: 1 })).toBe("ECONNRESET");
});

test("a non-blocking connect tells by poll and SO_ERROR", async () => {
  const { guest } = networkScene();
  const fd = guest.socket(AF_INET, 1 | 0o4000);
  expect(guest.try("connect", { fd, address: inet(SERVER, 80) })).toBe("EINPROGRESS");
  expect(guest.pollNow(fd)).toBe(0);
  expect(guest.try("connect", { fd, address: inet(SERVER, 80) })).toBe("EALREADY");
  await until(() => guest.pollNow(fd) !== 0);
  expect(guest.option(fd, 1, 4)).toBe(111);
});

test("a killed process leaves nothing open outside", async () => {
  const { guest, network, tables } = networkScene();
  let isOver = false;
  network.serve(SERVER, 80, (stream) => {
    stream.read().then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
  });
  await connectTo(guest, SERVER, 80);
  expect(tables.network.size).toBe(1);
  tables.processes.kill(guest.process.pid, SIGKILL, null);
  await until(() => tables.network.size === 0 && isOver);
});

test("the end of the kernel ends connections, pending ones too, and makes no new ones", async () => {
  const { guest, network, tables } = networkScene(() => new Promise(() => {}));
  const fd = guest.socket(AF_INET, 1);
  expect(guest.try("connect", { fd, address: inet(SERVER, 80) })).toBe("waits");
  tables.network.dispose();
  expect(tables.network.size).toBe(0);
  expect(network.contacts).toEqual([]);
});

test("UDP: questions go out, answers of who was asked come back", async () => {
  const { guest, network, tables } = networkScene();
  network.serveDatagrams(SERVER, 53, (data) => utf8(`re: ${textOf(data)}`));
  const fd = guest.socket(AF_INET, 2);
  const address = inet(SERVER, 53);
  expect(guest.try("send_to", { fd, flags: 0, address, data: utf8("who") })).toBe("ok");
  await settled(guest, "receive_from", { fd, flags: 0, target: 1000 });
  const { data, from } = messageIn(guest.resultBytes);
  expect(textOf(data)).toBe("re: who");
  expect(from).toMatchObject({ address: SERVER, port: 53 });
  guest.do("close", { fd });
  await until(() => network.openPorts === 0 && tables.network.size === 0);
});

test("the limit of connections: ENOBUFS", async () => {
  const { guest, network } = networkScene(true, { connections: 2 });
  network.serve(SERVER, 80, () => {});
  expect(typeof (await connectTo(guest, SERVER, 80))).toBe("number");
  expect(typeof (await connectTo(guest, SERVER, 80))).toBe("number");
  expect(await connectTo(guest, SERVER, 80)).toBe("ENOBUFS");
});

test("a policy gets the name that the address was found by, and may answer later", async () => {
  const asked: Partial<NetworkRequest>[] = [];
  const { guest, network } = networkScene(async ({ op, host, port, protocol, address }) => {
    asked.push({ op, host, port, protocol, ...(address !== undefined && { address }) });
    return host === "good.test";
  });
  network.name("good.test", [{ address: SERVER }]).serve(SERVER, 80, () => {});
  expect(await resolve(guest, "good.test")).toEqual([SERVER]);
  expect(typeof (await connectTo(guest, SERVER, 80))).toBe("number");
  expect(await resolve(guest, "bad.test")).toBe("EACCES");
  expect(asked).toEqual([
    { op: "resolve", host: "good.test", port: 0, protocol: "dns" },
    { op: "connect", host: "good.test", port: 80, protocol: "tcp", address: SERVER },
    { op: "resolve", host: "bad.test", port: 0, protocol: "dns" },
  ]);
  expect(network.questions).toEqual(["good.test"]);
});

test("names: /etc/hosts, localhost and the machine itself need no network", async () => {
  const { guest, network } = networkScene(false);
  const fd = guest.do("open", {
    directory: -100,
    path: utf8("/etc/hosts"),
    flags: 0o1001 | 0o100,
    mode: 0o644,
    minimum: 0,
  });
  guest.do("write", { fd, data: utf8("# mine\n192.0.2.7  db db.local # here\n::1 db\n") });
  expect(await resolve(guest, "DB")).toEqual(["192.0.2.7", "::1"]);
  expect(await resolve(guest, "db", AF_INET)).toEqual(["192.0.2.7"]);
  expect(await resolve(guest, "localhost")).toEqual(["127.0.0.1", "::1"]);
  expect(await resolve(guest, "x.localhost.", AF_INET)).toEqual(["127.0.0.1"]);
  expect(await resolve(guest, "127.1")).toEqual(["127.0.0.1"]);
  expect(await resolve(guest, "good.test")).toBe("EACCES");
  expect(network.questions).toEqual([]);
});

test("names are kept as long as they last, and so is that there is none", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const { guest, network } = networkScene();
    network.name("good.test", [{ address: SERVER, ttlSeconds: 30 }]);
    await resolve(guest, "good.test");
    await resolve(guest, "GOOD.test.");
    expect(await resolve(guest, "none.test")).toBe("ENOENT");
    expect(await resolve(guest, "none.test")).toBe("ENOENT");
    expect(network.questions).toEqual(["good.test", "none.test"]);
    vi.advanceTimersByTime(31_000);
    await resolve(guest, "good.test");
    await resolve(guest, "none.test");
    expect(network.questions.length).toBe(4);
  } finally {
    vi.useRealTimers();
  }
});

test("without a network names cannot be found, and special addresses are EACCES first", async () => {
  const { guest, tables } = networkScene();
  tables.network.adapter = undefined;
  expect(await resolve(guest, "good.test")).toBe("ENETUNREACH");
  expect(await connectTo(guest, SERVER, 80)).toBe("ENETUNREACH");
  expect(await connectTo(guest, "169.254.169.254", 80)).toBe("EACCES");
});

test("the host's own loopback is host.internal, for who is allowed by that name", async () => {
  const { guest, network } = networkScene(({ host }) => ({
    allow: host === "host.internal",
    names: ["host.internal"],
  }));
  network.serve("127.0.0.1", 8080, (stream) => void stream.write(utf8("from the host")));
  expect(await resolve(guest, "host.internal")).toEqual(["10.0.2.2"]);
  const fd = Number(await connectTo(guest, "10.0.2.2", 8080));
  await settled(guest, "read", { fd, target: 100 });
  expect(textOf(guest.resultBytes)).toBe("from the host");
  expect(network.contacts).toEqual(["tcp 127.0.0.1 8080"]);
  const guest2 = new SocketGuest(networkScene().tables);
  expect(await resolve(guest2, "host.internal")).toBe("EACCES");
  expect(await connectTo(guest2, "10.0.2.2", 8080)).toBe("EACCES");
});

test.each([
  ["8.8.8.8", "public"],
  ["127.0.0.1", "loopback"],
  ["10.1.2.3", "private"],
  ["172.15.0.1", "public"],
  ["172.31.255.255", "private"],
  ["192.168.0.1", "private"],
  ["169.254.1.1", "link-local"],
  ["169.254.169.254", "metadata"],
  ["100.64.0.1", "shared"],
  ["100.128.0.1", "public"],
  ["100.100.100.200", "metadata"],
  ["198.19.255.255", "benchmarking"],
  ["198.20.0.0", "public"],
  ["0.1.2.3", "reserved"],
  ["224.0.0.1", "multicast"],
  ["255.255.255.255", "multicast"],
  ["250.0.0.1", "reserved"],
  ["2606:2800:220:1::1", "public"],
  ["::1", "loopback"],
  ["::1.2.3.4", "reserved"],
  ["fe80::1", "link-local"],
  ["fd12::1", "private"],
  ["fec0::1", "private"],
  ["fd00:ec2::254", "metadata"],
  ["64:ff9b::7f00:1", "translated"],
  ["64:ff9b:1:2::1", "translated"],
  ["2002:7f00:1::", "translated"],
  ["2001::1", "translated"],
  ["2001:db8::1", "documentation"],
  ["4000::1", "reserved"],
])("%s is %s", (address, range) => {
  expect(rangeOf(address)).toBe(range);
});
