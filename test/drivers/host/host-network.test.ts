// The host's network: guests reach servers of this test on the host's loopback, by host.internal, and TLS
// is checked against the certificates that the guest brings.

import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createHostNetwork } from "../../../src/drivers/host/host-network.host.js";
import { HostConnections } from "../../../src/kernel/host-connections.js";
import { SIGKILL } from "../../../src/kernel/signals.js";
import { AF_INET } from "../../../src/kernel/socket-constants.js";
import {
  connectTo,
  type NetworkRule,
  resolve,
  settled,
  tablesOn,
  until,
} from "../../kernel/network-scene.js";
import { inet, messageIn, SocketGuest } from "../../kernel/socket-guest.js";
import { textOf, utf8 } from "../../kernel/tables.js";

const HOST = "10.0.2.2";
const hostOnly: NetworkRule = ({ host }) => ({
  allow: host === "host.internal",
  names: ["host.internal"],
});

const servers: Server[] = [];
const sockets = new Set<Socket>();

async function serve(handler: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    handler(socket);
  });
  return listening(server);
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

function scene(rule: NetworkRule = hostOnly) {
  const tables = tablesOn(createHostNetwork(), rule);
  return { tables, guest: new SocketGuest(tables) };
}

async function readAll(guest: SocketGuest, fd: number): Promise<string> {
  let text = "";
  for (;;) {
    const outcome = await settled(guest, "read", { fd, target: 65_536 });
    if (outcome !== "ok") return `${text}${outcome}`;
    if (guest.result === 0) return text;
    text += textOf(guest.resultBytes.slice());
  }
}

test("bytes both ways, and half-close", async () => {
  const port = await serve((socket) => {
    let received = "";
    socket.on("data", (bytes) => {
      received += bytes;
    });
    socket.on("end", () => socket.end(`got ${received}`));
  });
  const { guest, tables } = scene();
  const fd = Number(await connectTo(guest, HOST, port));
  guest.do("write", { fd, data: utf8("hello") });
  guest.do("shutdown", { fd, how: 1 });
  expect(await readAll(guest, fd)).toBe("got hello");
  guest.do("close", { fd });
  await until(() => tables.network.size === 0 && sockets.size === 0);
});

test("a writer waits for a server that does not read", async () => {
  const waiting: Socket[] = [];
  const port = await serve((socket) => waiting.push(socket.pause()));
  const { guest } = scene();
  const fd = Number(await connectTo(guest, HOST, port));
  const data = new Uint8Array(200_000);
  let written = 0;
  let idleTurns = 0;
  while (idleTurns < 50) {
    const isTaken = guest.try("send", { fd, flags: 0x40, data }) === "ok";
    if (isTaken) written += guest.result;
    idleTurns = isTaken ? 0 : idleTurns + 1;
    await new Promise((done) => setImmediate(done));
  }
  expect(written).toBeLessThan(20_000_000);
  let received = 0;
  waiting[0]?.on("data", (bytes) => {
    received += bytes.length;
  });
  waiting[0]?.resume();
  await until(() => received === written);
});

test("refused, reset, and a guest that is killed", async () => {
  const { guest, tables } = scene();
  const port = await serve((socket) => socket.on("data", () => socket.resetAndDestroy()));
  const fd = Number(await connectTo(guest, HOST, port));
  guest.do("write", { fd, data: utf8("x") });
  expect(await readAll(guest, fd)).toBe("ECONNRESET");
  const other = await serve(() => {});
  await connectTo(guest, HOST, other);
  await until(() => sockets.size === 1);
  tables.processes.kill(guest.process.pid, SIGKILL, null);
  await until(() => tables.network.size === 0);
  for (const socket of sockets) socket.destroy();
  const closed = servers.pop();
  await new Promise((done) => closed?.close(done));
  expect(await connectTo(new SocketGuest(tables), HOST, other)).toBe("ECONNREFUSED");
});

test("UDP", async () => {
  const server = createSocket("udp4");
  server.on("message", (data, { port }) => server.send(`re: ${data}`, port, "127.0.0.1"));
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const { guest, tables } = scene();
  const fd = guest.socket(AF_INET, 2);
  const address = inet(HOST, server.address().port);
  guest.do("send_to", { fd, flags: 0, address, data: utf8("who") });
  await settled(guest, "receive_from", { fd, flags: 0, target: 1000 });
  const { data, from } = messageIn(guest.resultBytes);
  expect(textOf(data)).toBe("re: who");
  expect(from).toMatchObject({ address: HOST });
  guest.do("close", { fd });
  await until(() => tables.network.size === 0);
  server.close();
});

test("the host's own names lead nowhere without being named", async () => {
  const { guest } = scene(true);
  const port = await serve(() => {});
  expect(await resolve(guest, "host.internal")).toBe("EACCES");
  expect(await connectTo(guest, HOST, port)).toBe("EACCES");
  expect(await connectTo(guest, "127.0.0.1", port)).toBe("ECONNREFUSED");
  expect(sockets.size).toBe(0);
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe.skipIf(!hasOpenssl)("TLS", () => {
  let folder: string;
  let key: string;
  let cert: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "secure-exec-tls-"));
    const { status, stderr } = spawnSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
        ...["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=server.test"],
        ...["-addext", "subjectAltName=DNS:server.test"],
      ],
      { cwd: folder, encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    key = readFileSync(join(folder, "key.pem"), "utf8");
    cert = readFileSync(join(folder, "cert.pem"), "utf8");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function serveTls(): Promise<number> {
    const server = createTlsServer({ key, cert, ALPNProtocols: ["http/1.1"] }, (socket) => {
      socket.on("error", () => {});
      socket.on("data", (bytes) => socket.end(`${socket.servername} got ${bytes}`));
    });
    server.on("tlsClientError", () => {});
    return listening(server);
  }

  async function startTls(guest: SocketGuest, fd: number, ...options: string[]) {
    const bytes = utf8(options.map((option) => `${option}\0`).join(""));
    const outcome = await settled(guest, "start_tls", { fd, options: bytes });
    if (outcome !== "ok") return { outcome };
    const answers = textOf(guest.resultBytes.slice()).split("\0").slice(0, -1);
    return Object.fromEntries(answers.map((answer) => answer.split("=")));
  }

  test("a server that the guest's certificates vouch for", async () => {
    const { guest, tables } = scene(({ host }) => ({ allow: true, names: [host] }));
    const fd = Number(await connectTo(guest, HOST, await serveTls()));
    const made = await startTls(
      guest,
      fd,
      "servername=server.test",
      `ca=${cert}`,
      "alpn=h2,http/1.1",
    );
    expect(made).toMatchObject({ protocol: "TLSv1.3", alpn: "http/1.1", unverified: "" });
    guest.do("write", { fd, data: utf8("secret") });
    expect(await readAll(guest, fd)).toBe("server.test got secret");
    guest.do("close", { fd });
    await until(() => tables.network.size === 0);
  });

  test.each([
    ["another name", () => ["servername=other.test", `ca=${cert}`], "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["no certificate for it", () => ["servername=server.test"], "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("is refused: %s", async (_, options, error) => {
    const { guest, tables } = scene();
    const fd = Number(await connectTo(guest, HOST, await serveTls()));
    expect(await startTls(guest, fd, ...options())).toMatchObject({ error });
    expect(await readAll(guest, fd)).toMatch(/EPROTO|^$/);
    guest.do("close", { fd });
    await until(() => tables.network.size === 0);
  });

  test("with verify=0 it is told instead", async () => {
    const { guest } = scene();
    const fd = Number(await connectTo(guest, HOST, await serveTls()));
    const made = await startTls(guest, fd, "servername=server.test", "verify=0");
    expect(made).toMatchObject({ unverified: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    guest.do("close", { fd });
  });

  test("over a connection inside the kernel, to a server of another guest", async () => {
    const { guest, tables } = scene();
    const { fd: listener, port } = guest.listener();
    const fd = Number(await connectTo(guest, "127.0.0.1", port));
    const server = guest.accept(listener);
    const client = new SocketGuest(tables, guest.process);
    client.try("start_tls", { fd, options: utf8("servername=x.test\0") });
    await settled(guest, "read", { fd: server, target: 1000 });
    // A TLS record: handshake, client hello.
    expect([...guest.resultBytes.subarray(0, 1), guest.resultBytes[5]]).toEqual([22, 1]);
    guest.do("close", { fd: server });
    await until(
      () => client.answers > 0 && client.outcome === "ok" && client.resultBytes.length > 0,
    );
    expect(textOf(client.resultBytes.slice())).toMatch(/^error=ECONNRESET/);
  });
});

test("a guest's listener cannot be reached from the host's network, only by the kernel's API", async () => {
  const { guest, tables } = scene();
  const { fd, port } = guest.listener("0.0.0.0");
  const probe = createServer();
  // The same port is free on the host: the guest has taken nothing of it.
  probe.listen(port, "127.0.0.1");
  await once(probe, "listening");
  await new Promise((done) => probe.close(done));
  const stream = await new HostConnections(tables).connect({ port });
  guest.accept(fd);
  stream.destroy();
});
