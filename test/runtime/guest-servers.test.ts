// The host application at guests' servers: fetch, fetchResponse, WebSockets, expose, waiting for listeners.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import type { WebSocket } from "undici";
import { expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../src/runtime/guest-fetch.host.js";
import { bootRuntime } from "./boot.js";
import { expressServer } from "./guest-server-programs.js";

const packages = realpathSync(fileURLToPath(new URL("../../node_modules", import.meta.url)));

/** A runtime with a server in it, and what it prints. */
async function serving(program: string) {
  const rt = await bootRuntime({ nodeModules: packages });
  const output: string[] = [];
  const decode = (data: Uint8Array): void => {
    output.push(new TextDecoder().decode(data));
  };
  const guest = await rt.spawn(program, { onStdout: decode, onStderr: decode });
  return { rt, guest, printed: () => output.join("") };
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

test("an Express server: requests, streams, events, WebSockets", async () => {
  const { rt, printed } = await serving(expressServer);
  expect(await rt.waitForListener({ port: 3000 })).toMatchObject({
    protocol: "tcp",
    port: 3000,
  });
  expect(await rt.fetch(3000)).toMatchObject({
    status: 200,
    statusText: "OK",
    body: "hello",
    headers: { "content-type": "text/html; charset=utf-8" },
  });
  expect((await rt.fetch(3000, { path: "/host" })).body).toBe("localhost:3000");
  const headers = { "content-type": "application/json" };
  const post = { method: "POST", path: "/echo", headers, body: JSON.stringify({ a: ["ä"] }) };
  const created = await rt.fetch(3000, post);
  expect(created.status).toBe(201);
  expect(JSON.parse(created.body)).toEqual({ got: { a: ["ä"] }, type: "application/json" });
  expect(await rt.fetch(3000, { path: "/teapot" })).toMatchObject({
    status: 418,
    statusText: "Short and stout",
  });
  expect((await rt.fetch(3000, { path: "/bytes" })).bytes).toEqual(Buffer.from([0, 255, 128, 10]));
  expect((await rt.fetch(3000, { path: "/cookies" })).headers["set-cookie"]).toBe(
    "a=1; Path=/, b=2; Path=/",
  );
  const upload = { method: "POST", path: "/length", body: new Uint8Array(3_000_000) };
  expect((await rt.fetch(3000, upload)).body).toBe("3000000");

  // What is too long to keep, what never comes, what is no path.
  const tooLong = { path: `/big?size=${BODY_BYTES_MAX + 1}` };
  await expect(rt.fetch(3000, tooLong)).rejects.toMatchObject({ code: "EMSGSIZE" });
  const inTime = { path: `/big?size=${BODY_BYTES_MAX}` };
  expect((await rt.fetch(3000, inTime)).bytes.length).toBe(BODY_BYTES_MAX);
  const abort = new AbortController();
  const never = rt.fetch(3000, { path: "/never", signal: abort.signal });
  abort.abort(new Error("enough"));
  await expect(never).rejects.toThrow("enough");
  await expect(rt.fetch(3000, { path: "http://evil.test/" })).rejects.toMatchObject({
    code: "EINVAL",
  });

  // WHATWG's Response.
  const item = await rt.fetchResponse(3000, { path: "/items/7?q=x" });
  expect(await item.json()).toEqual({ id: "7", q: "x" });
  const body = new ReadableStream({
    start(controller) {
      for (const part of ["one ", "two"]) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const streamed = await rt.fetchResponse(3000, {
    path: "/length",
    method: "POST",
    body,
    duplex: "half",
  });
  expect(await streamed.text()).toBe("7");
  const hash = createHash("sha256");
  const large = await rt.fetchResponse(3000, { path: "/big?size=20000000" });
  for await (const piece of large.body ?? []) hash.update(piece);
  expect(hash.digest("hex")).toBe(
    createHash("sha256").update(Buffer.alloc(20_000_000, 120)).digest("hex"),
  );
  expect((await rt.fetchResponse(3000, { path: "/cookies" })).headers.getSetCookie()).toEqual([
    "a=1; Path=/",
    "b=2; Path=/",
  ]);
  const moved = await rt.fetchResponse(3000, { path: "/to?url=/items/1" });
  expect([moved.redirected, await moved.json()]).toEqual([true, { id: "1" }]);

  // Server-sent events, until who listens goes away.
  const stop = new AbortController();
  const events = await rt.fetchResponse(3000, { path: "/events", signal: stop.signal });
  expect(await firstEvents(events.body, 3)).toEqual(["data: 1", "data: 2", "data: 3"]);
  stop.abort();
  await expect.poll(printed).toContain("events closed");

  // WebSockets.
  const upgrade = { path: "/socket", headers: { upgrade: "websocket" } };
  const switched = await rt.fetchResponse(3000, upgrade);
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
    rt.fetchResponse(3000, { path: "/", headers: { upgrade: "websocket" } }),
  ).rejects.toThrow("the server answered 400 to a WebSocket's handshake");

  expect(printed()).not.toContain("Error");
});

test("an Express server: 10,000 requests, then its end", async () => {
  const { rt, guest } = await serving(expressServer);
  await rt.waitForListener({ port: 3000 });
  let left = 10_000;
  const one = async (): Promise<void> => {
    while (left > 0) {
      const id = left--;
      const { status, body } = await rt.fetch(3000, { path: `/items/${id}` });
      if (status !== 200 || body !== `{"id":"${id}"}`) throw new Error(`${status} ${body}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, one));

  guest.kill(15);
  await guest.wait();
  expect(await rt.findListener({ port: 3000 })).toBe(undefined);
  await expect(rt.fetch(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(rt.fetchResponse(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  const upgrade = { path: "/socket", headers: { upgrade: "websocket" } };
  await expect(rt.fetchResponse(3000, upgrade)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("ports, unix sockets and ::1; a port of the host's", async () => {
  const { rt } = await serving(`
    import http from "node:http";
    const answer = (name) => (request, response) => response.end(name + " " + request.headers.host);
    http.createServer(answer("six")).listen(4000, "::1");
    http.createServer(answer("own")).listen(4001, "10.0.2.15");
    http.createServer(answer("unix")).listen("/tmp/web.sock");
    http.createServer(answer("abstract")).listen("\\0web");
  `);
  const wanted = [{ port: 4000 }, { port: 4001, host: "10.0.2.15" }, { path: "@web" }];
  await Promise.all(wanted.map((each) => rt.waitForListener(each)));
  expect((await rt.fetch(4000)).body).toBe("six localhost:4000");
  expect((await rt.fetch({ port: 4000, host: "::1" })).body).toBe("six [::1]:4000");
  await expect(rt.fetch(4001)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect((await rt.fetch({ port: 4001, host: "10.0.2.15" })).body).toBe("own 10.0.2.15:4001");
  expect((await rt.fetch({ path: "/tmp/web.sock" })).body).toBe("unix localhost");
  expect(await (await rt.fetchResponse({ path: "@web" })).text()).toBe("abstract localhost");
  expect(await rt.findListener({ path: "/tmp/web.sock" })).toEqual({
    protocol: "unix",
    path: "/tmp/web.sock",
  });
  expect(await rt.findListener({ port: 4000 })).toEqual({
    protocol: "tcp",
    port: 4000,
    host: "::1",
  });
  await expect(rt.fetch({ port: 80, host: "example.com" })).rejects.toMatchObject({
    code: "EADDRNOTAVAIL",
  });
  for (const wrong of [0, 65_536, 1.5, { port: 1, path: "/x" }, {}]) {
    await expect(rt.fetch(wrong)).rejects.toMatchObject({ code: "EINVAL" });
  }

  const exposed = await rt.expose({ port: 4000 });
  expect(exposed.host).toBe("127.0.0.1");
  expect(await (await fetch(exposed.url)).text()).toBe(`six 127.0.0.1:${exposed.port}`);
  const empty = await rt.expose(4999);
  const refused = connect(empty.port, "127.0.0.1");
  expect(await once(refused, "error")).toMatchObject([{ code: "ECONNRESET" }]);
  await expect(rt.expose(4000, { port: exposed.port })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  const open = connect(exposed.port, "127.0.0.1");
  await once(open, "connect");
  await exposed.close();
  open.on("error", () => {});
  await once(open, "close");
  await exposed.close();
  await expect(fetch(exposed.url)).rejects.toThrow();
  const forgotten = await rt.expose(4000);
  const waiting = expect(rt.waitForListener({ port: 1 })).rejects.toMatchObject({ code: "ESRCH" });
  await rt.dispose();
  await waiting;
  await expect(fetch(forgotten.url)).rejects.toThrow();
  await expect(rt.expose(4000)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});
