// Servers written in Python, of the standard library alone, asked by everybody: the host's application (fetch,
// fetchResponse, expose), Node programs, the shell's curl, Python itself.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeRuntime, type NodeRuntimeProcess } from "secure-exec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** What Flask is: routes, JSON, cookies, errors; over wsgiref. */
const application = `
import io, json, sys, traceback, urllib.parse, wsgiref.simple_server, http.cookies
routes = {}
def route(path, methods=("GET",)):
    def add(view):
        for method in methods: routes[method, path] = view
        return view
    return add
class Abort(Exception): pass
def app(environ, start_response):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode()
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    try:
        view = routes.get((method, path))
        if view is None:
            known = [m for m, p in routes if p == path]
            raise Abort("405 Method Not Allowed" if known else "404 Not Found")
        status, body = "200 OK", view(environ, headers)
    except Abort as reason: status, body = str(reason), str(reason)
    except Exception: status, body = "500 Internal Server Error", "broken"; traceback.print_exc()
    if isinstance(body, dict):
        headers[0] = ("Content-Type", "application/json"); body = json.dumps(body)
    if isinstance(body, str): body = body.encode()
    if isinstance(body, bytes):
        headers.append(("Content-Length", str(len(body)))); body = [body]
    start_response(status, headers)
    return body
def content(environ): return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
@route("/")
def index(environ, headers): return "hello"
@route("/ä ö")
def umlauts(environ, headers): return "found"
@route("/query")
def query(environ, headers): return urllib.parse.parse_qs(environ["QUERY_STRING"])
@route("/json", ["POST", "PUT"])
def echo(environ, headers): return {"method": environ["REQUEST_METHOD"], "got": json.loads(content(environ))}
@route("/length", ["POST"])
def length(environ, headers): return str(len(content(environ)))
@route("/bytes")
def raw(environ, headers): headers[0] = ("Content-Type", "application/octet-stream"); return bytes([0, 255, 128, 10])
@route("/login")
def login(environ, headers): headers += [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")]; return "in"
@route("/who")
def who(environ, headers): return ",".join(sorted(http.cookies.SimpleCookie(environ.get("HTTP_COOKIE", "")))) + " " + environ["HTTP_HOST"]
@route("/broken")
def broken(environ, headers): return 1 / 0
@route("/rows")
def rows(environ, headers): return (f"data: {n}\\n\\n".encode() for n in range(3))
class Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *words): pass
with wsgiref.simple_server.make_server("0.0.0.0", 5000, app, handler_class=Quiet) as server:
    import signal
    signal.signal(signal.SIGTERM, lambda *a: sys.exit("stopped in order"))
    print("serving", flush=True)
    server.serve_forever()
`;

const decoder = new TextDecoder();
let rt: NodeRuntime;
beforeAll(async () => {
  rt = await NodeRuntime.create({
    python: true,
    files: {
      "/site/index.html": "<h1>site</h1>",
      "/site/data.txt": "0123456789",
      "/site/sub/a": "a",
    },
  });
});
afterAll(() => rt.dispose());

/** Starts a Python program that listens on a port. */
async function serve(args: string[], port: number) {
  const said: string[] = [];
  const note = (data: Uint8Array): void => void said.push(decoder.decode(data));
  const server = await rt.spawnCommand("python3", args, { onStdout: note, onStderr: note });
  expect(await rt.waitForListener({ port })).toMatchObject({ protocol: "tcp", port });
  return { server, said: () => said.join("") };
}

describe("an application as with Flask, over wsgiref", () => {
  let server: NodeRuntimeProcess;
  let said: () => string;
  beforeAll(async () => {
    await rt.kernel.writeFile("/app.py", application);
    ({ server, said } = await serve(["/app.py"], 5000));
  }, 60_000);

  test("routes, queries, names, missing ones", async () => {
    expect(await rt.fetch(5000)).toMatchObject({
      status: 200,
      body: "hello",
      headers: { "content-type": "text/plain; charset=utf-8", "content-length": "5" },
    });
    expect((await rt.fetch(5000, { path: "/%C3%A4%20%C3%B6" })).body).toBe("found");
    expect(JSON.parse((await rt.fetch(5000, { path: "/query?a=1&a=2&b=%C3%BC" })).body)).toEqual({
      a: ["1", "2"],
      b: ["ü"],
    });
    const missing = await rt.fetch(5000, { path: "/nothing" });
    expect([missing.status, missing.statusText]).toEqual([404, "Not Found"]);
    expect((await rt.fetch(5000, { method: "DELETE" })).status).toBe(405);
  });

  test("JSON, uploads, bytes, cookies", async () => {
    const body = JSON.stringify({ list: [1, null, "ü"] });
    for (const method of ["POST", "PUT"]) {
      const answer = await rt.fetch(5000, { method, path: "/json", body });
      expect(JSON.parse(answer.body)).toEqual({ method, got: { list: [1, null, "ü"] } });
    }
    const upload = { method: "POST", path: "/length", body: new Uint8Array(1_000_000) };
    expect((await rt.fetch(5000, upload)).body).toBe("1000000");
    expect((await rt.fetch(5000, { path: "/bytes" })).bytes).toEqual(
      Buffer.from([0, 255, 128, 10]),
    );
    expect((await rt.fetch(5000, { path: "/login" })).headers["set-cookie"]).toBe(
      "a=1; Path=/, b=2",
    );
    const cookies = { path: "/who", headers: { cookie: "b=2; a=1" } };
    expect((await rt.fetch(5000, cookies)).body).toBe("a,b localhost:5000");
  });

  test("an error is 500 for one and a traceback for the other", async () => {
    expect(await rt.fetch(5000, { path: "/broken" })).toMatchObject({
      status: 500,
      body: "broken",
    });
    await expect.poll(said).toContain("ZeroDivisionError: division by zero");
    expect((await rt.fetch(5000)).body).toBe("hello");
  });

  test("a body that is made bit by bit is a stream", async () => {
    const response = await rt.fetchResponse(5000, { path: "/rows" });
    let text = "";
    for await (const piece of response.body ?? []) text += decoder.decode(piece);
    expect(text).toBe("data: 0\n\ndata: 1\n\ndata: 2\n\n");
  });

  test("Node, curl and urllib ask it; it is exposed to the host", async () => {
    const node = await rt.exec(
      'const r = await fetch("http://localhost:5000/json", { method: "POST", body: "[1]" }); console.log(r.status, JSON.stringify(await r.json()));',
    );
    expect(node).toMatchObject({ stdout: '200 {"method":"POST","got":[1]}\n', stderr: "" });
    expect(
      await rt.shell("curl -s -d '{\"a\":2}' -X PUT http://127.0.0.1:5000/json | tr a-z A-Z"),
    ).toMatchObject({ stdout: '{"METHOD": "PUT", "GOT": {"A": 2}}' });
    const client =
      "import urllib.request as u; r = u.urlopen('http://localhost:5000/rows'); print(r.status, r.read())";
    expect((await rt.python(client)).stdout).toBe(
      "200 b'data: 0\\n\\ndata: 1\\n\\ndata: 2\\n\\n'\n",
    );
    const exposed = await rt.expose(5000);
    expect(await (await fetch(`${exposed.url}/query?from=host`)).json()).toEqual({
      from: ["host"],
    });
    await exposed.close();
  });

  test("SIGTERM ends it in order, and the port is free", async () => {
    server.kill("SIGTERM");
    expect(await server.wait()).toBe(1);
    expect(said()).toMatch(/^serving\n[\s\S]*stopped in order\n$/);
    expect((await rt.shell("curl -s http://127.0.0.1:5000/ || echo refused")).stdout).toBe(
      "refused\n",
    );
  });
});

test("python -m http.server: files, listings, dates, ranges of paths; curl, Node and the host", {
  timeout: 60_000,
}, async () => {
  const { server, said } = await serve(["-m", "http.server", "-d", "/site", "8000"], 8000);
  const page = await rt.fetch(8000);
  expect(page).toMatchObject({ status: 200, body: "<h1>site</h1>" });
  expect(page.headers.server).toMatch(/^SimpleHTTP\/0\.6 Python\/3\.14/);
  expect((await rt.fetch(8000, { path: "/sub/" })).body).toContain('<a href="a">a</a>');
  const since = { "if-modified-since": page.headers["last-modified"] ?? "" };
  expect((await rt.fetch(8000, { headers: since })).status).toBe(304);
  expect((await rt.fetch(8000, { path: "/sub" })).status).toBe(301);
  expect((await rt.fetch(8000, { path: "/../../etc/passwd" })).status).toBe(404);
  expect(await rt.fetch(8000, { method: "HEAD", path: "/data.txt" })).toMatchObject({
    body: "",
    headers: { "content-length": "10" },
  });
  const line = `curl -s http://localhost:8000/data.txt; echo; curl -sI http://localhost:8000/none | head -n 1; node -e 'fetch("http://localhost:8000/sub/a").then((r) => r.text()).then(console.log)'`;
  expect((await rt.shell(line)).stdout.replaceAll("\r", "")).toBe(
    "0123456789\nHTTP/1.0 404 File not found\na\n",
  );
  server.kill("SIGINT");
  expect(await server.wait()).toBe(0);
  expect(said()).toContain('"GET /data.txt HTTP/1.1" 200 -\n');
  expect(said()).toContain("Keyboard interrupt received, exiting.");
});

test("asyncio serves clients side by side: Node's and Python's, with backpressure", {
  timeout: 60_000,
}, async () => {
  const program = `
import asyncio
async def talk(reader, writer):
    while line := await reader.readline():
        count = int(line)
        writer.write(b"x" * count + b"\\n"); await writer.drain()
    writer.close()
async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 7000)
    async with server: await server.serve_forever()
asyncio.run(main())`;
  const { server } = await serve(["-c", program], 7000);
  const client = `
    import net from "node:net";
    const ask = (count) => new Promise((resolve) => {
      let got = 0;
      const socket = net.connect(7000, "127.0.0.1", () => socket.end(count + "\\n"));
      socket.on("data", (data) => { got += data.length; }).on("close", () => resolve(got));
    });
    console.log((await Promise.all([10, 1_000_000, 0, 300_000].map(ask))).join());`;
  expect(await rt.exec(client)).toMatchObject({ stdout: "11,1000001,1,300001\n", stderr: "" });
  server.kill("SIGKILL");
  expect(await server.wait()).toBe(137);
});

test("Python asks a Node server; the host's own ports are not to be had", {
  timeout: 60_000,
}, async () => {
  const guest = await rt.spawn(
    'import http from "node:http"; http.createServer((q, s) => { s.setHeader("x-way", q.method); q.pipe(s); }).listen(6000);',
  );
  await rt.waitForListener({ port: 6000 });
  const client = `
import http.client, urllib.request, urllib.error
connection = http.client.HTTPConnection("localhost", 6000)
for n in range(3):
    connection.request("POST", "/", body=str(n) * 3, headers={"Content-Type": "text/plain"})
    response = connection.getresponse(); print(response.status, response.headers["x-way"], response.read())
def pieces():
    for n in range(3): yield b"%d," % n
print(urllib.request.urlopen(urllib.request.Request("http://localhost:6000/", data=pieces(), headers={"Transfer-Encoding": "chunked"})).read())`;
  expect(await rt.python(client)).toMatchObject({
    stdout: "200 POST b'000'\n200 POST b'111'\n200 POST b'222'\nb'0,1,2,'\n",
    stderr: "",
  });
  guest.kill("SIGTERM");
  await guest.wait();
  const own = createServer((_, response) => response.end("the host's"));
  await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
  const { port } = own.address() as AddressInfo;
  const probe = `import socket\ntry: print(socket.create_connection(("127.0.0.1", ${port}), 5))\nexcept OSError as e: print(type(e).__name__)`;
  expect((await rt.python(probe)).stdout).toBe("ConnectionRefusedError\n");
  own.close();
});
