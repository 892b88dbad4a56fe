// Programs over HTTP that say the same on the host's Node and in the sandbox: no ports, no times.

/** Runs `run(port, server)` beside a server of `handler`; closes it when that is done. */
const beside = (handler: string, run: string, options = "{}"): string => `
  const http = require("http"); const net = require("net");
  const get = (options, body) => new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      let text = ""; response.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () => resolve({ status: response.statusCode, headers: response.headers, trailers: response.trailers, text }));
    }).on("error", reject);
    request.end(body);
  });
  const raw = (port, ...parts) => new Promise((resolve) => {
    let text = ""; const socket = net.connect(port, "127.0.0.1");
    socket.setEncoding("utf8").on("data", (part) => { text += part; }).on("close", () => resolve(text.replace(/Date: .*/g, "Date: D")));
    for (const part of parts) socket.write(part);
  });
  const server = http.createServer(${options}, ${handler});
  server.listen(0, "127.0.0.1", async () => {
    const { port } = server.address();
    try { await (${run})(port); } catch (error) { console.log("failed", error); }
    server.close(() => console.log("closed")); server.closeAllConnections();
  });`;

export const httpPrograms: Record<string, string> = {
  "a request, its answer, and headers as they came": beside(
    `(q, r) => { r.setHeader("X-One", "1"); r.setHeader("Set-Cookie", ["a=1", "b=2"]); r.end(q.method + " " + q.url + " " + q.headers["x-two"] + " " + q.rawHeaders.length); }`,
    `async (port) => { const { status, headers, text } = await get({ port, host: "127.0.0.1", path: "/p?q=1", headers: { "X-Two": "zwei" } }); delete headers.date; console.log(status, headers, text); }`,
  ),
  "keep-alive: one connection for many requests": beside(
    `(q, r) => { r.end(String(connections)); }`,
    `async (port) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (let turn = 0; turn < 5; turn++) console.log((await get({ port, host: "127.0.0.1", agent })).text);
      agent.destroy();
      console.log(await raw(port, "GET / HTTP/1.0\\r\\n\\r\\n"));
    }`,
  ).replace(
    "server.listen",
    'let connections = 0; server.on("connection", () => connections++); server.listen',
  ),
  "chunked both ways, with trailers": beside(
    `(q, r) => { r.writeHead(200, { Trailer: "X-Sum" }); let sum = 0; q.on("data", (d) => { sum += d.length; r.write(d); }).on("end", () => { r.addTrailers({ "X-Sum": String(sum) }); r.end(); }); }`,
    `async (port) => {
      const answer = await new Promise((resolve) => {
        const request = http.request({ port, host: "127.0.0.1", method: "POST" }, (response) => { let text = ""; response.on("data", (d) => { text += d; }).on("end", () => resolve([text, response.headers["transfer-encoding"], response.trailers])); });
        request.write("one "); request.write("two "); request.end("three");
      });
      console.log(answer);
      console.log(await raw(port, "POST / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3;ext=1\\r\\na", "bc\\r\\n", "0\\r\\nT: v\\r\\n\\r\\n"));
    }`,
  ),
  "pipelining keeps the order": beside(
    `(q, r) => { setTimeout(() => r.end(q.url), q.url === "/1" ? 20 : 0); }`,
    `async (port) => console.log((await raw(port, "GET /1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /2 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /3 HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")).match(/^\\/\\d$/gm))`,
  ),
  "Expect: 100-continue": beside(
    `(q, r) => q.pipe(r)`,
    `async (port) => { await new Promise((resolve) => {
      const request = http.request({ port, host: "127.0.0.1", method: "PUT", headers: { Expect: "100-continue" } }, (response) => { response.on("data", (d) => console.log(String(d))).on("end", resolve); });
      request.on("continue", () => { console.log("continue"); request.end("body"); }); request.flushHeaders();
    }); }`,
  ),
  "information before the answer": beside(
    `(q, r) => { r.writeEarlyHints({ link: "</a.css>; rel=preload" }); r.writeProcessing(); r.end("x"); }`,
    `async (port) => { await new Promise((resolve) => http.get({ port, host: "127.0.0.1" }, (response) => { console.log(response.statusCode); response.resume().on("end", resolve); }).on("information", (i) => console.log(i.statusCode, i.headers))); }`,
  ),
  "a large body both ways": beside(
    `(q, r) => { const hash = require("crypto").createHash("sha1"); q.on("data", (d) => hash.update(d)).on("end", () => { r.setHeader("x-sha1", hash.digest("hex")); r.end(Buffer.alloc(8e6, "z")); }); }`,
    `async (port) => { const { headers, text } = await get({ port, host: "127.0.0.1", method: "POST" }, Buffer.alloc(8e6, "abc")); console.log(headers["x-sha1"], text.length, headers["content-length"]); }`,
  ),
  "bad requests": beside(
    `(q, r) => r.end()`,
    `async (port) => {
      for (const text of ["NONSENSE\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\nHost: x\\r\\nX: " + "y".repeat(20000) + "\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: -1\\r\\n\\r\\n"]) console.log(await raw(port, text));
    }`,
  ),
  "errors of the parser": beside(
    `(q, r) => r.end()`,
    `async (port) => { server.on("clientError", (error, socket) => { console.log(error.code, error.reason, error.bytesParsed, error.message); socket.end("HTTP/1.1 400 No\\r\\n\\r\\n"); }); console.log(await raw(port, "GET / HTTP/9.9\\r\\n\\r\\n")); }`,
  ),
  "an answer that is no HTTP": `
    const http = require("http");
    const server = require("net").createServer((s) => s.end("SSH-2.0\\r\\n")).listen(0, "127.0.0.1", () => http.get({ port: server.address().port, host: "127.0.0.1" }).on("error", (e) => { console.log(e.code, e.bytesParsed); server.close(); }));`,
  "an answer that ends early": beside(
    `(q, r) => { r.writeHead(200, { "Content-Length": 100 }); r.write("part"); setImmediate(() => r.socket.destroy()); }`,
    `async (port) => { await new Promise((resolve) => http.get({ port, host: "127.0.0.1" }, (response) => { response.on("data", (d) => console.log(String(d))).on("aborted", () => console.log("aborted")).on("error", (e) => console.log(e.code, e.message)).on("close", () => { console.log(response.complete); resolve(); }); })); }`,
  ),
  "a request that is aborted": beside(
    `(q, r) => { r.on("close", () => { console.log("server: close", r.writableEnded); told(); }); r.write("x"); }`,
    `async (port) => {
      const end = new Promise((resolve) => { told = resolve; }); const stop = new AbortController();
      await new Promise((resolve) => { const request = http.get({ port, host: "127.0.0.1", signal: stop.signal }, (response) => { response.on("error", (e) => console.log("response", e.code)); response.once("data", () => stop.abort()); }); request.on("error", (e) => console.log("request", e.code)); request.on("close", resolve); });
      await end; }`,
  ).replace("const server", "let told; const server"),
  "timeouts of a client and of a server": beside(
    `(q, r) => {}`,
    `async (port) => {
      await new Promise((resolve) => { const request = http.get({ port, host: "127.0.0.1", timeout: 20 }); request.on("timeout", () => { console.log("timeout"); request.destroy(); }); request.on("error", (e) => { console.log(e.code); resolve(); }); });
      console.log(await raw(port, "GET / HTTP/1.1\\r\\nHost"));
    }`,
    "{ headersTimeout: 1000, requestTimeout: 1000, connectionsCheckingInterval: 10 }",
  ),
  "upgrade: a WebSocket that echoes": `
    const http = require("http"); const crypto = require("crypto");
    const server = http.createServer().on("upgrade", (request, socket, head) => {
      const accept = crypto.createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
      socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n");
      const frame = (data) => {
        const mask = data.subarray(2, 6); const length = data[1] & 127; const body = Buffer.from(data.subarray(6, 6 + length)).map((byte, index) => byte ^ mask[index % 4]);
        console.log("server:", String(body)); socket.write(Buffer.concat([Buffer.from([0x81, length]), body]));
      };
      socket.on("data", frame); if (head.length > 0) frame(head);
    }).listen(0, "127.0.0.1", () => {
      const request = http.get({ port: server.address().port, host: "127.0.0.1", headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": Buffer.alloc(16, 1).toString("base64") } });
      request.on("upgrade", (response, socket, head) => {
        console.log(response.statusCode, response.headers.upgrade, response.headers["sec-websocket-accept"]);
        const body = Buffer.from("hello"); const mask = Buffer.from([1, 2, 3, 4]);
        socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | body.length]), mask, body.map((byte, index) => byte ^ mask[index % 4])]));
        socket.on("data", (data) => { console.log("client:", data[0], data[1], String(data.subarray(2))); socket.destroy(); server.close(() => console.log("closed")); });
      });
    });`,
  "CONNECT makes a tunnel": beside(
    `(q, r) => r.end("through")`,
    `async (port) => {
      server.on("connect", (request, socket, head) => { const [host, to] = request.url.split(":"); const far = net.connect(to, host, () => { socket.write("HTTP/1.1 200 OK\\r\\n\\r\\n"); far.write(head); far.pipe(socket).pipe(far); }); });
      await new Promise((resolve) => http.request({ port, host: "127.0.0.1", method: "CONNECT", path: "127.0.0.1:" + port }).on("connect", (response, socket) => { console.log(response.statusCode); let text = ""; socket.on("data", (d) => { text += d; }).on("end", () => { console.log(text.split("\\r\\n").at(-1)); resolve(); }); socket.write("GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"); }).end());
    }`,
  ),
  "a server that closes waits for its requests": beside(
    `(q, r) => { server.close(() => console.log("closed first")); setTimeout(() => r.end("late"), 20); }`,
    `async (port) => { console.log((await get({ port, host: "127.0.0.1", agent: false })).text); }`,
  ),
  "fetch: texts, streams, redirects, failures and aborts": beside(
    `(q, r) => { if (q.url === "/r") { r.writeHead(302, { Location: "/to" }); r.end(); } else if (q.url === "/slow") r.write("x"); else q.pipe(r); }`,
    `async (port) => {
      const base = "http://127.0.0.1:" + port; const redirected = await fetch(base + "/r"); console.log(redirected.status, redirected.redirected, redirected.url === base + "/to");
      const echoed = await fetch(base, { method: "POST", body: JSON.stringify({ a: [1] }), headers: { "Content-Type": "application/json" } }); console.log(await echoed.json());
      const stream = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("one ")); c.enqueue(new TextEncoder().encode("two")); c.close(); } });
      console.log(await (await fetch(base, { method: "POST", body: stream, duplex: "half" })).text());
      const form = new FormData(); form.set("a", "b"); console.log((await (await fetch(base, { method: "POST", body: form })).text()).includes('name="a"'));
      const stop = new AbortController(); const slow = await fetch(base + "/slow", { signal: stop.signal }); setImmediate(() => stop.abort()); await slow.text().catch((e) => console.log(e.name));
      const gone = net.createServer().listen(0, "127.0.0.1"); await require("events").once(gone, "listening"); const closed = gone.address().port; await new Promise((resolve) => gone.close(resolve));
      await fetch("http://127.0.0.1:" + closed).catch((e) => console.log(e.message, e.cause.code, e.cause.message.replace(closed, "PORT")));
      await fetch("http://name.invalid/").catch((e) => console.log(e.message, e.cause.code));
    }`,
  ),
  "the context of a request's callbacks": beside(
    `(q, r) => als.run(q.url, async () => { await 1; setTimeout(() => r.end(als.getStore()), 1); })`,
    `async (port) => { const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }); console.log(await Promise.all(["/a", "/b"].map((path) => als.run("client " + path, async () => { const { text } = await get({ port, host: "127.0.0.1", path, agent }); return [text, als.getStore()]; })))); agent.destroy(); }`,
  ).replace(
    "const server",
    'const als = new (require("async_hooks").AsyncLocalStorage)(); const server',
  ),
};
