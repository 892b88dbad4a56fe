// The host application at guests' servers: fetch, fetchResponse, WebSockets, expose, waiting for listeners.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import type { NodeRuntimeProcess } from "secure-exec";
import type { WebSocket } from "undici";
import { beforeAll, describe, expect, test } from "vitest";
import { BODY_BYTES_MAX } from "../../src/runtime/guest-fetch.host.js";
import { bootRuntime, shareRuntime } from "./boot.js";
import { expressServer } from "./guest-server-programs.js";

const packages = realpathSync(fileURLToPath(new URL("../../node_modules", import.meta.url)));

/** Collects what a guest prints. */
function outputs() {
  const pieces: string[] = [];
  const decode = (data: Uint8Array): void => {
    pieces.push(new TextDecoder().decode(data));
  };
  return { output: () => pieces.join(""), onStdout: decode, onStderr: decode };
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

describe("an Express server", () => {
  const runtime = shareRuntime({ nodeModules: packages });
  const { output, onStdout, onStderr } = outputs();
  let guest: NodeRuntimeProcess;

  test("requests", async () => {
    const rt = runtime();
    guest = await rt.spawn(expressServer, { onStdout, onStderr });
    expect(await rt.waitForListener({ port: 3000 })).toMatchObject({ protocol: "tcp", port: 3000 });
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
    expect((await rt.fetch(3000, { path: "/bytes" })).bytes).toEqual(
      Buffer.from([0, 255, 128, 10]),
    );
    expect((await rt.fetch(3000, { path: "/cookies" })).headers["set-cookie"]).toBe(
      "a=1; Path=/, b=2; Path=/",
    );
    const upload = { method: "POST", path: "/length", body: new Uint8Array(1_000_000) };
    expect((await rt.fetch(3000, upload)).body).toBe("1000000");
  });

  test("what is too long to keep, what never comes, what is no path", async () => {
    const rt = runtime();
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
  });

  test("WHATWG's Response", async () => {
    const rt = runtime();
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
    const large = await rt.fetchResponse(3000, { path: "/big?size=5000000" });
    for await (const piece of large.body ?? []) hash.update(piece);
    expect(hash.digest("hex")).toBe(
      createHash("sha256").update(Buffer.alloc(5_000_000, 120)).digest("hex"),
    );
    expect((await rt.fetchResponse(3000, { path: "/cookies" })).headers.getSetCookie()).toEqual([
      "a=1; Path=/",
      "b=2; Path=/",
    ]);
    const moved = await rt.fetchResponse(3000, { path: "/to?url=/items/1" });
    expect([moved.redirected, await moved.json()]).toEqual([true, { id: "1" }]);
  });

  test("server-sent events, until who listens goes away", async () => {
    const rt = runtime();
    const stop = new AbortController();
    const events = await rt.fetchResponse(3000, { path: "/events", signal: stop.signal });
    expect(await firstEvents(events.body, 3)).toEqual(["data: 1", "data: 2", "data: 3"]);
    stop.abort();
    await expect.poll(output).toContain("events closed");
  });

  test("WebSockets", async () => {
    const rt = runtime();
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
    await expect.poll(output).toContain("socket closed 4001");
    await expect(
      rt.fetchResponse(3000, { path: "/", headers: { upgrade: "websocket" } }),
    ).rejects.toThrow("the server answered 400 to a WebSocket's handshake");
  });

  test("its end", async () => {
    const rt = runtime();
    guest.kill(15);
    await guest.wait();
    expect(await rt.findListener({ port: 3000 })).toBe(undefined);
    await expect(rt.fetch(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(rt.fetchResponse(3000)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    const upgrade = { path: "/socket", headers: { upgrade: "websocket" } };
    await expect(rt.fetchResponse(3000, upgrade)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(output()).not.toContain("Error");
  });
});

// Threads of this process: guest processes have the lowest priority, and wait for whatever else the machine does.
describe("10,000 requests to an Express server", () => {
  const runtime = shareRuntime({ nodeModules: packages, isolation: "thread" });

  beforeAll(async () => {
    await runtime().spawn(expressServer);
    await runtime().waitForListener({ port: 3000 });
  });

  test.each([1, 2, 3, 4])("2,500 requests, %i", async () => {
    const rt = runtime();
    let left = 2500;
    const one = async (): Promise<void> => {
      while (left > 0) {
        const id = left--;
        const { status, body } = await rt.fetch(3000, { path: `/items/${id}` });
        if (status !== 200 || body !== `{"id":"${id}"}`) throw new Error(`${status} ${body}`);
      }
    };
    await Promise.all(Array.from({ length: 64 }, one));
  });
});

test("ports, unix sockets and ::1; a port of the host's", async () => {
  const rt = await bootRuntime();
  await rt.spawn(`
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
  const noHost = { port: 4000, host: "a@127.0.0.1" };
  for (const wrong of [0, 65_536, 1.5, { port: 1, path: "/x" }, {}, noHost]) {
    await expect(rt.fetch(wrong)).rejects.toMatchObject({ code: "EINVAL" });
  }
  await expect(rt.fetch({ prot: 4000 } as object)).rejects.toThrow('did you mean "port"?');

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
  const aborted = { signal: AbortSignal.abort(new Error("enough")) };
  await expect(rt.expose(4000, aborted)).rejects.toThrow("enough");
  await expect(rt.findListener({ port: 4000 }, aborted)).rejects.toThrow("enough");
  await expect(rt.waitForListener({ port: 1 }, aborted)).rejects.toThrow("enough");
  await expect(rt.fetch(4000, aborted)).rejects.toThrow("enough");
  await expect(rt.fetchResponse(4000, aborted)).rejects.toThrow("enough");
  const misspelt = { pth: "/" } as object;
  for (const call of [rt.fetch(4000, misspelt), rt.expose(4000, misspelt)]) {
    await expect(call).rejects.toMatchObject({ code: "ERR_OPTION" });
  }
  const forgotten = await rt.expose(4000);
  const waiting = expect(rt.waitForListener({ port: 1 })).rejects.toMatchObject({ code: "ESRCH" });
  await rt.dispose();
  await waiting;
  await expect(fetch(forgotten.url)).rejects.toThrow();
  await expect(rt.expose(4000)).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});
