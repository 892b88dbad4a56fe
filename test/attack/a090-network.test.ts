// A090-A094, A097, A099-A101, A103: ways out of the kernel's network that must not exist.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createHostFileSystem } from "../../src/drivers/host/host-file-system.host.js";
import { mountFileSystem } from "../../src/kernel/mount-calls.js";
import { AF_INET, AF_UNIX } from "../../src/kernel/socket-constants.js";
import {
  connectTo,
  type NetworkRule,
  networkScene,
  resolve,
  settled,
  tablesOn,
} from "../kernel/network-scene.js";
import { inet, inet6, SocketGuest, unix } from "../kernel/socket-guest.js";
import { ok, utf8 } from "../kernel/tables.js";
import { underOracle } from "./universal-oracle.js";

const PUBLIC = "93.184.216.34";

test("A090: with the network denied nothing leaves, whatever kind it is", () =>
  underOracle(async () => {
    const { guest, network } = networkScene(false);
    expect(await connectTo(guest, PUBLIC, 80)).toBe("EACCES");
    expect(await connectTo(guest, "2606:2800:220:1::1", 80)).toBe("EACCES");
    const udp = guest.socket(AF_INET, 2);
    const packet = { fd: udp, flags: 0, address: inet(PUBLIC, 53), data: utf8("x") };
    expect(await settled(guest, "send_to", packet)).toBe("EACCES");
    expect(await resolve(guest, "example.com")).toBe("EACCES");
    expect(guest.try("socket", { family: AF_INET, type: 3, protocol: 1 })).toBe("ESOCKTNOSUPPORT");
    expect(guest.try("socket", { family: 17, type: 3, protocol: 0 })).toBe("EAFNOSUPPORT");
    expect(guest.try("socket", { family: 16, type: 3, protocol: 0 })).toBe("EAFNOSUPPORT");
    const host = guest.socket(AF_UNIX, 1);
    expect(guest.try("connect", { fd: host, address: unix("/var/run/docker.sock") })).toBe(
      "ENOENT",
    );
    expect([network.contacts, network.questions]).toEqual([[], []]);
  }));

const metadata = ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "169.254.170.2"];

test("A091: metadata services, even when everything is allowed, unless they are named", () =>
  underOracle(async () => {
    const { guest, network } = networkScene(true);
    for (const address of metadata) expect(await connectTo(guest, address, 80)).toBe("EACCES");
    expect(await resolve(guest, "metadata.google.internal")).toBe("EACCES");
    network.name("cloud.test", [{ address: "169.254.169.254" }]);
    expect(await resolve(guest, "cloud.test")).toBe("EACCES");
    expect(network.contacts).toEqual([]);
    const named = networkScene(() => ({ allow: true, names: ["169.254.169.254"] }));
    named.network.serve("169.254.169.254", 80, () => {});
    expect(typeof (await connectTo(named.guest, "169.254.169.254", 80))).toBe("number");
    expect(await connectTo(named.guest, "10.0.0.1", 80)).toBe("EACCES");
  }));

test("A092: other spellings of addresses mean what they mean, and are judged so", () =>
  underOracle(async () => {
    const { guest, network } = networkScene(true);
    const loopbacks = ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "0x7f000001"];
    const unicode = ["１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "127．0．0．1"];
    for (const spelling of [...loopbacks, ...unicode]) {
      expect(await resolve(guest, spelling)).toEqual(["127.0.0.1"]);
    }
    expect(await resolve(guest, "0251.0376.0251.0376")).toEqual(["169.254.169.254"]);
    expect(await connectTo(guest, "169.254.169.254", 80)).toBe("EACCES");
    for (const name of [
      "METADATA.google.internal",
      "metadata.google.internal.",
      "metadata。google。internal",
    ]) {
      expect(await resolve(guest, name)).toBe("EACCES");
    }
    const foreign = [
      "a b",
      "a/b",
      "a@b",
      "a#b",
      "a?b",
      "a\\b",
      "a\0b",
      "a:80",
      "[::1]",
      "",
      "a..b",
      "%31",
    ];
    for (const text of foreign) expect(await resolve(guest, text)).toMatch(/^(EINVAL|ENOENT)$/);
    expect([network.contacts, network.questions]).toEqual([[], []]);
  }));

const special = [
  ...["64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "fe80::1", "fc00::1"],
  ...["fd12:3456::1", "fec0::1", "::2", "::7f00:1", "ff02::1", "0.1.2.3", "10.0.0.1"],
  ...["100.64.0.1", "172.16.0.1", "192.168.1.1", "198.18.0.1", "240.0.0.1", "255.255.255.255"],
  ...["169.254.0.1", "224.0.0.1", "192.0.0.1", "10.0.2.2"],
];

test("A093: mapped, translated, private, local and reserved addresses are refused, by TCP, UDP and name", () =>
  underOracle(async () => {
    const { guest, network } = networkScene(true);
    for (const address of special) {
      expect(`${address} ${await connectTo(guest, address, 80)}`).toBe(`${address} EACCES`);
      const fd = guest.socket(address.includes(":") ? 10 : AF_INET, 2);
      const packet = { fd, flags: 0, address: inet(address, 53), data: utf8("x") };
      expect(await settled(guest, "send_to", packet)).toBe("EACCES");
      guest.do("close", { fd });
      if (address === "10.0.2.2") continue;
      network.name("inside.test", [{ address, ttlSeconds: 0 }]);
      const rule = networkScene(true);
      rule.network.name("inside.test", [{ address }]);
      expect(await resolve(rule.guest, "inside.test")).toBe("EACCES");
    }
    for (const mapped of ["10.0.0.1", "169.254.169.254"]) {
      const fd = guest.socket(10, 1);
      expect(await settled(guest, "connect", { fd, address: inet6(mapped, 80) })).toBe("EACCES");
    }
    // Mapped loopback is the kernel's own: nobody listens there.
    const fd = guest.socket(10, 1);
    expect(guest.try("connect", { fd, address: inet6("127.0.0.1", 80) })).toBe("ECONNREFUSED");
    expect(network.contacts).toEqual([]);
  }));

test("A094: a name that changes where it leads: one resolution, what is inside is left out", () =>
  underOracle(async () => {
    let flips = 0;
    const { guest, network } = networkScene(({ host }) => host.endsWith("rebind.test"));
    network.name("rebind.test", () => {
      flips++;
      return [{ address: flips === 1 ? PUBLIC : "10.0.0.1", ttlSeconds: 0 }];
    });
    network.serve(PUBLIC, 80, () => {}).serve("10.0.0.1", 80, () => {});
    expect(await resolve(guest, "rebind.test")).toEqual([PUBLIC]);
    expect(typeof (await connectTo(guest, PUBLIC, 80))).toBe("number");
    expect(flips).toBe(1);
    expect(await connectTo(guest, "10.0.0.1", 80)).toBe("EACCES");
    network.name("multi.rebind.test", [
      { address: "192.168.0.1" },
      { address: PUBLIC },
      { address: "::ffff:10.0.0.1" },
    ]);
    expect(await resolve(guest, "multi.rebind.test")).toEqual([PUBLIC]);
    expect(network.contacts).toEqual([`tcp ${PUBLIC} 80`]);
  }));

test("A094: the peer that answers is compared with the address that was judged", () =>
  underOracle(async () => {
    const { guest, network, tables } = networkScene(true);
    network.serve("10.0.0.1", 80, () => {}).mislead(PUBLIC, "10.0.0.1");
    expect(await connectTo(guest, PUBLIC, 80)).toBe("EACCES");
    expect(tables.network.size).toBe(0);
  }));

test("A097: the name in a TLS handshake is judged as well as the address", () =>
  underOracle(async () => {
    const rule: NetworkRule = ({ host }) => host === "good.test";
    const { guest, network } = networkScene(rule);
    network.name("good.test", [{ address: PUBLIC }]).serve(PUBLIC, 443, () => {});
    Object.assign(network, { startTls: () => Promise.reject(new Error("reached")) });
    await resolve(guest, "good.test");
    const fd = Number(await connectTo(guest, PUBLIC, 443));
    const options = utf8("servername=evil.test\0");
    expect(await settled(guest, "start_tls", { fd, options })).toBe("EACCES");
  }));

test("A099: questions for names are few, short, and only for allowed names", () =>
  underOracle(async () => {
    const { guest, network } = networkScene(({ host }) => host.endsWith(".evil.test"));
    let allowed = 0;
    let limited = 0;
    for (let count = 0; count < 1000; count++) {
      const outcome = await resolve(guest, `data-${count}.evil.test`);
      if (outcome === "EAGAIN") limited++;
      else allowed++;
    }
    expect(allowed).toBeLessThan(350);
    expect(limited).toBeGreaterThan(650);
    expect(network.questions.length).toBe(allowed);
    expect(await resolve(guest, "secret.other.test")).toBe("EACCES");
    expect(await resolve(guest, `${"x".repeat(64)}.evil.test`)).toBe("ENAMETOOLONG");
    expect(await resolve(guest, `${"x.".repeat(150)}evil.test`)).toBe("ENAMETOOLONG");
    expect(network.questions.every((name) => name.endsWith(".evil.test"))).toBe(true);
  }));

test("A100: a flood of connections and packets ends at the limits, with an error", () =>
  underOracle(async () => {
    const { guest, network, tables } = networkScene(true, { descriptors: 5000 });
    network.serve(PUBLIC, 80, () => {});
    const outcomes = new Set<string>();
    for (let count = 0; count < 300; count++) {
      const outcome = await connectTo(guest, PUBLIC, 80);
      outcomes.add(typeof outcome === "number" ? "ok" : outcome);
    }
    expect([...outcomes]).toEqual(["ok", "ENOBUFS"]);
    let made = 0;
    const kind = { family: AF_INET, type: 1, protocol: 0 };
    while (guest.try("socket", kind) === "ok") made++;
    expect(guest.outcome).toBe("ENFILE");
    expect(made).toBeLessThan(1024);
    tables.network.dispose();
  }));

test("A101: ports are the kernel's own: none of the host's, none of a neighbour's", () =>
  underOracle(async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const guest = new SocketGuest(tablesOn(undefined, true));
    const fd = guest.socket(AF_INET, 1);
    // Taken on the host, free here; and nobody is there.
    expect(guest.try("connect", { fd, address: inet("127.0.0.1", port) })).toBe("ECONNREFUSED");
    const own = guest.socket(AF_INET, 1);
    expect(guest.try("bind", { fd: own, address: inet("0.0.0.0", port) })).toBe("ok");
    const neighbour = new SocketGuest(tablesOn(undefined, true));
    const { port: theirs } = neighbour.listener();
    const scan = guest.socket(AF_INET, 1);
    expect(guest.try("connect", { fd: scan, address: inet("127.0.0.1", theirs) })).toBe(
      "ECONNREFUSED",
    );
    await new Promise((resolve) => server.close(resolve));
  }));

test("A103: a unix socket of the host, in a folder that is mounted, is not to be reached", () =>
  underOracle(async () => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-docker-"));
    let callers = 0;
    const server = createServer(() => {
      callers++;
    });
    await new Promise<void>((resolve) => server.listen(join(folder, "docker.sock"), resolve));
    try {
      const kernel = tablesOn(undefined, true);
      const store = createHostFileSystem({ root: folder });
      ok(mountFileSystem(kernel, "/mnt", store, {}));
      const guest = new SocketGuest(kernel);
      for (const path of ["/mnt/docker.sock", "/proc/self/root/mnt/docker.sock"]) {
        const fd = guest.socket(AF_UNIX, 1);
        const outcome = await settled(guest, "connect", { fd, address: unix(path) });
        expect(outcome).toMatch(/^(ECONNREFUSED|EACCES|ENOENT)$/);
        const datagrams = guest.socket(AF_UNIX, 2);
        const packet = { fd: datagrams, flags: 0, address: unix(path), data: utf8("x") };
        expect(await settled(guest, "send_to", packet)).toMatch(/^(ECONNREFUSED|EACCES|ENOENT)$/);
      }
      expect(callers).toBe(0);
    } finally {
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    }
  }));

test("A103: a socket file that this kernel has not made leads nowhere", () =>
  underOracle(async () => {
    const { guest, tables } = networkScene(true);
    const { actor } = guest.process;
    tables.vfs.mknod(actor, "/", "/tmp/docker.sock", 0o140777);
    const fd = guest.socket(AF_UNIX, 1);
    expect(guest.try("connect", { fd, address: unix("/tmp/docker.sock") })).toBe("ECONNREFUSED");
  }));
