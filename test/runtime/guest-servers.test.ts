// The host application at guests' servers: fetch, fetchResponse, WebSockets, expose, waiting for listeners.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { createHostFileSystem } from "secure-exec/kernel";
import type { WebSocket } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { BODY_BYTES_MAX } from "../../src/runtime/guest-fetch.host.js";
import { GuestServers } from "../../src/runtime/guest-servers.host.js";
import { bootNode } from "../drivers/node/node-kernel.js";
import { expressServer } from "./guest-server-programs.js";

/** A kernel with a server in it, and what it prints. */
async function serving(program: string) {
  const kernel = await bootNode();
  const packages = realpathSync(fileURLToPath(new URL("../../node_modules", import.meta.url)));
  await kernel.mkdir("/app");
  await kernel.mountFs("/app/node_modules", createHostFileSystem({ root: packages }), {
    readOnly: true,
  });
  const servers = new GuestServers(kernel);
  onTestFinished(() => servers.dispose());
  const output: string[] = [];
  const decode = (data: Uint8Array): void => {
    output.push(new TextDecoder().decode(data));
  };
  const guest = kernel.spawn("node", ["-e", program], {
    cwd: "/app",
    onStdout: decode,
    onStderr: decode,
  });
  return { kernel, servers, guest, printed: () => output.join("") };
}

/** The first `count` messages of a stream of server-sent events. */
async function firstEvents(body: AsyncIterable<Uint8Array> | null, count: number) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of body ?? []) {
    text += decoder.decode(piece, { stream: true });
    const events = text.split("\n\n").slice(0, -1);
    if (events.length >= count) return events.slice(0, count);
  }
  throw new Error(`the stream has ended after ${JSON.stringify(text)}`);
}

async function messageOf(socket: WebSocket): Promise<unknown> {
  const [event] = await once(socket, "message");
  return (event as MessageEvent).data;
}

test("an Express server: requests, streams, WebSockets, 10,000 requests, its end", async () => {
  const { servers, guest, printed } = await serving(expressServer);
  expect(await servers.waitForListener({ port: 3000 })).toMatchObject({
    protocol: "tcp",
    port: 3000,
  });
  expect(await servers.fetch(3000)).toMatchObject({
    status: 200,
    statusText: "OK",
    body: "hello",
    headers: { "content-type": "text/html; charset=utf-8" },
  });
  expect((await servers.fetch(3000, { path: "/host" })).body).toBe("localhost:3000");
  const headers = { "content-type": "application/json" };
  const post = { method: "POST", path: "/echo", headers, body: JSON.stringify({ a: ["ä"] }) };
  const created = await servers.fetch(3000, post);
  expect(created.status).toBe(201);
  expect(JSON.parse(created.body)).toEqual({ got: { a: ["ä"] }, type: "application/json" });
  expect(await servers.fetch(3000, { path: "/teapot" })).toMatchObject({
    status: 418,
    statusText: "Short and stout",
  });
  expect((await servers.fetch(3000, { path: "/bytes" })).bytes).toEqual(
    Buffer.from([0, 255, 128, 10]),
  );
  expect((await servers.fetch(3000, { path: "/cookies" })).headers["set-cookie"]).toBe(
    "a=1; Path=/, b=2; Path=/",
  );
  const upload = { method: "POST", path: "/length", body: new Uint8Array(3_000_000) };
  expect((await servers.fetch(3000, upload)).body).toBe("3000000");

  // What is too long to keep, what never comes, what is no path.
  const tooLong = { path: `/big?size=${BODY_BYTES_MAX + 1}` };
  await expect(servers.fetch(3000, tooLong)).rejects.toMatchObject({ code: "EMSGSIZE" });
  const inTime = { path: `/big?size=${BODY_BYTES_MAX}` };
  expect((await servers.fetch(3000, inTime)).bytes.length).toBe(BODY_BYTES_MAX);
  const abort = new AbortController();
  const never = servers.fetch(3000, { path: "/never", signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(never).rejects.toThrow("enough");
  await expect(servers.fetch(3000, { path: "http://evil.test/" })).rejects.toMatchObject({
    code: "EINVAL",
  });

  // WHATWG's Response.
  const item = await servers.fetchResponse(3000, { path: "/items/7?q=x" });
  expect(await item.json()).toEqual({ id: "7", q: "x" });
  const body = new ReadableStream({
    start(controller) {
      for (const part of ["one ", "two"]) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const streamed = await servers.fetchResponse(3000, {
    path: "/length",
    method: "POST",
    body,
    duplex: "half",
  });
  expect(await streamed.text()).toBe("7");
  const hash = createHash("sha256");
  const large = await servers.fetchResponse(3000, { path: "/big?size=20000000" });
  for await (const piece of large.body ?? []) hash.update(piece);
  expect(hash.digest("hex")).toBe(
    createHash("sha256").update(Buffer.alloc(20_000_000, 120)).digest("hex"),
  );
  expect((await servers.fetchResponse(3000, { path: "/cookies" })).headers.getSetCookie()).toEqual([
    "a=1; Path=/",
    "b=2; Path=/",
  ]);
  const moved = await servers.fetchResponse(3000, { path: "/to?url=/items/1" });
  expect([moved.redirected, await moved.json()]).toEqual([true, { id: "1" }]);

  // Server-sent events, until who listens goes away.
  const stop = new AbortController();
  const events = await servers.fetchResponse(3000, { path: "/events", signal: stop.signal });
  expect(await firstEvents(events.body, 3)).toEqual(["data: 1", "data: 2", "data: 3"]);
  stop.abort();
  await expect.poll(printed).toContain("events closed");

  // WebSockets.
  const upgrade = { path: "/socket", headers: { upgrade: "websocket" } };
  const switched = await servers.fetchResponse(3000, upgrade);
  expect(switched).toMatchObject({ status: 101, statusText: "Switching Protocols" });
  const { webSocket } = switched;
  if (!webSocket) throw new Error("no socket");
  webSocket.binaryType = "arraybuffer";
  for (const text of ["hello", "x".repeat(1_000_000)]) {
    webSocket.send(text);
    expect(await messageOf(webSocket)).toBe(text);
  }
  webSocket.send(new Uint8Array([1, 2, 255]));
  expect(await messageOf(webSocket)).toEqual(new Uint8Array([1, 2, 255]).buffer);
  webSocket.close(4001);
  await once(webSocket, "close");
  await expect.poll(printed).toContain("socket closed 4001");
  await expect(
    servers.fetchResponse(3000, { path: "/", headers: { upgrade: "websocket" } }),
  ).rejects.toThrow("the server answered 400 to a WebSocket's handshake");

  let left = 10_000;
  const one = async (): Promise<void> => {
    while (left > 0) {
      const id = left--;
      const { status, body } = await servers.fetch(3000, { path: `/items/${id}` });
      if (status !== 200 || body !== `{"id":"${id}"}`) throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));

  guest.kill(15);
  await guest.wait();
  expect(await servers.findListener({ port: 3000 })).toBe(undefined);
  await expect(servers.fetch(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(servers.fetchResponse(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(servers.fetchResponse(3000, upgrade)).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
  expect(printed()).not.toContain("Error");
});

test("ports, unix sockets and ::1; a port of the host's", async () => {
  const { kernel, servers } = await serving(`
    const http = require("http");
    const answer = (name) => (request, response) => response.end(name + " " + request.headers.host);
    http.createServer(answer("six")).listen(4000, "::1");
    http.createServer(answer("own")).listen(4001, "10.0.2.15");
    http.createServer(answer("unix")).listen("/tmp/web.sock");
    http.createServer(answer("abstract")).listen("\\0web");
  `);
  const wanted = [{ port: 4000 }, { port: 4001, host: "10.0.2.15" }, { path: "@web" }];
  await Promise.all(wanted.map((each) => servers.waitForListener(each)));
  expect((await servers.fetch(4000)).body).toBe("six localhost:4000");
  expect((await servers.fetch({ port: 4000, host: "::1" })).body).toBe("six [::1]:4000");
  await expect(servers.fetch(4001)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect((await servers.fetch({ port: 4001, host: "10.0.2.15" })).body).toBe("own 10.0.2.15:4001");
  expect((await servers.fetch({ path: "/tmp/web.sock" })).body).toBe("unix localhost");
  expect(await (await servers.fetchResponse({ path: "@web" })).text()).toBe("abstract localhost");
  expect(await servers.findListener({ path: "/tmp/web.sock" })).toEqual({
    protocol: "unix",
    path: "/tmp/web.sock",
  });
  expect(await servers.findListener({ port: 4000 })).toEqual({
    protocol: "tcp",
    port: 4000,
    host: "::1",
  });
  await expect(servers.fetch({ port: 80, host: "example.com" })).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
  });
  for (const wrong of [0, 65_536, 1.5, { port: 1, path: "/x" }, {}]) {
    await expect(servers.fetch(wrong)).rejects.toMatchObject({ code: "EINVAL" });
  }

  const exposed = await servers.expose({ port: 4000 });
  expect(exposed.host).toBe("127.0.0.1");
  expect(await (await fetch(exposed.url)).text()).toBe(`six 127.0.0.1:${exposed.port}`);
  const empty = await servers.expose(4999);
  const refused = connect(empty.port, "127.0.0.1");
  expect(await once(refused, "error")).toMatchObject([{ code: "ECONNRESET" }]);
  await expect(servers.expose(4000, { port: exposed.port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  const open = connect(exposed.port, "127.0.0.1");
  await once(open, "connect");
  await exposed.close();
  open.on("error", () => {});
  await once(open, "close");
  await exposed.close();
  await expect(fetch(exposed.url)).rejects.toThrow();
  await kernel.dispose();
  await servers.dispose();
  await expect(servers.expose(4000)).rejects.toMatchObject({ code: "ESRCH" });
});
