// A098: a credential that the host adds to requests for one https origin, and the ways to get to see it.

import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { gzipSync } from "node:zlib";
import { NodeRuntime } from "secure-exec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixtures } from "../drivers/node/crypto/fixtures.js";
import { attackNetwork } from "./network-guest.js";
import { isolations } from "./node-guest.js";

const SECRET = "sk-live-4f9a+/2c81d07e";
const BASIC = `Basic ${btoa(`user:${SECRET}-password`)}`;
/** Every form of them that the origin echoes here. */
const forms = [
  SECRET,
  btoa(SECRET),
  btoa(`Bearer ${SECRET}`),
  encodeURIComponent(SECRET),
  BASIC.slice(6),
  `${SECRET}-password`,
];

/** Says all that it got, in every way it can. */
const echo: RequestListener = (request, response) => {
  const { url = "", method, headers } = request;
  const said = `${method} ${url} ${JSON.stringify(headers)} ${forms.join(" ")}`;
  const { searchParams, pathname } = new URL(url.replace(/^\/+/, "/"), "https://origin");
  if (pathname === "/redirect") {
    response
      .writeHead(307, { location: searchParams.get("to") ?? "", "x-echo": SECRET })
      .end(SECRET);
  } else if (pathname === "/gzip") {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(said));
  } else if (pathname === "/status") {
    response
      .writeHead(500, SECRET, { "set-cookie": [`a=${SECRET}`, `b=${btoa(SECRET)}`] })
      .end(said);
  } else if (pathname === "/drip") {
    // One byte at a time: a secret is in no piece.
    const bytes = [...said];
    const next = (): void => {
      const byte = bytes.shift();
      if (byte === undefined) response.end();
      else response.write(byte, next);
    };
    next();
  } else if (pathname === "/cut") response.write(said, () => response.destroy());
  else if (pathname === "/garbage") request.socket.end(`HTTP/1.1 200 OK\r\n${SECRET}\r\n\r\n`);
  else if (pathname === "/length") {
    let length = 0;
    request.on("data", (data) => {
      length += data.length;
    });
    request.on("end", () =>
      response.end(`${length} ${headers.authorization === `Bearer ${SECRET}`}`),
    );
  } else if (pathname === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: first\n\n");
    request.socket.on("close", () => closings.push("events"));
  } else response.writeHead(200, { "x-echo": `${SECRET}, ${BASIC}` }).end(said);
};

const closings: string[] = [];
const seenByOther: string[] = [];
let origin: Server;
let other: Server;

/** An https server of the host's loopback, and its origin. */
async function serve(listener: RequestListener): Promise<Server> {
  const { certificate: cert, key } = fixtures;
  const server = createServer({ cert, key }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function originOf(server: Server): string {
  return `https://127.0.0.1:${(server.address() as { port: number }).port}`;
}

beforeAll(async () => {
  origin = await serve(echo);
  other = await serve((request, response) => {
    seenByOther.push(JSON.stringify(request.headers));
    response.end("other");
  });
});
afterAll(() => {
  for (const server of [origin, other]) {
    server.closeAllConnections();
    server.close();
  }
});

const credential = () => ({
  origin: originOf(origin),
  headers: { authorization: `Bearer ${SECRET}`, "X-Basic": async () => BASIC },
  env: { API_URL: "" },
  ca: fixtures.certificate,
});

test.each(isolations)(
  "A098: the guest uses it and never sees it; %s isolation",
  async (isolation) => {
    const network = { credentials: [credential()] };
    await attackNetwork({ isolation, network }, async ({ rt, run }) => {
      const seen = await run(`
      import net from "node:net";
      import http from "node:http";
      const api = process.env.API_URL;
      const say = (text) => console.log(text.replaceAll(/[\\r\\n]/g, " "));
      const ask = async (path, init) => {
        const response = await fetch(api + path, init);
        return [response.status, response.statusText, JSON.stringify([...response.headers]), await response.text()].join(" ");
      };
      /** Sends bytes as they are. */
      const raw = (text) => new Promise((resolve) => {
        let got = "";
        const { hostname, port } = new URL(api);
        const socket = net.connect(port, hostname, () => socket.write(text));
        socket.on("data", (data) => { got += data; }).on("error", () => {}).on("close", () => resolve(got));
      });
      say("URL " + api);
      const body = "x".repeat(100_000);
      say(await ask("/length", { method: "POST", body, headers: { authorization: "my own" } }));
      for (const path of ["/echo", "/status", "/drip", "/redirect?to=/echo", "//127.0.0.1:1/echo"]) say(await ask(path));
      for (const path of ["/gzip", "/garbage"]) say(await ask(path));
      say("cut " + await codeOf(ask("/cut")));
      for (const method of ["TRACE", "CONNECT", "TRACK"]) say(await raw(method + " / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"));
      say(await raw("GET http://evil.test/ HTTP/1.1\\r\\nHost: evil.test\\r\\n\\r\\n"));
      say(await raw("GET /echo HTTP/1.1\\r\\nHost: evil.test\\r\\nConnection: close, authorization, x-basic\\r\\n\\r\\n"));
      // Another server's answer in the same connection would be smuggling: one of the two lengths is a lie.
      say(await raw("POST /length HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\nGET /x HTTP/1.1\\r\\n\\r\\n"));
      say(await raw("GET /length HTTP/1.1\\nHost: a\\nX: 1\\r\\n folded\\r\\n\\r\\n"));
      // Elsewhere nothing is added: other origins are not even reached.
      for (const url of [api.replace("http", "https"), "${originOf(origin)}/", "${originOf(other)}/"]) say(await codeOf(fetch(url)));
      say(await codeOf(ask("/redirect?to=${originOf(other)}/")));
      const env = JSON.stringify(process.env);
      say("env " + env);
      const events = await fetch(api + "/events");
      const reader = events.body.getReader();
      say(new TextDecoder().decode((await reader.read()).value));
      await reader.cancel();
    `);
      const all = seen.join("\n");
      for (const form of forms) expect(all).not.toContain(form);
      expect(all).not.toContain(SECRET.slice(0, 12));
      expect(seen[0]).toBe("URL http://127.0.0.1:7400");
      expect(seen[1]).toContain("100000 true");
      // The rest of what the origin says arrives, at its length.
      expect(seen[2]).toMatch(/^200 OK .*GET \/echo .*\*{10}/);
      expect(seen[3]).toMatch(/^500 \*+ .*a=\*+.*b=\*+/);
      expect(seen[4]).toMatch(/^200 OK .*GET \/drip .*\*{10}/);
      expect(seen[5]).toMatch(/^200 OK .*GET \/echo/);
      expect(seen[6]).toContain("GET //127.0.0.1:1/echo");
      for (const line of seen.slice(7, 9))
        expect(line).toMatch(/^502 Bad Gateway .*credential broker:/);
      expect(seen[9]).not.toBe("cut ok");
      expect(seen[10]).toContain("405 Method Not Allowed");
      for (const line of seen.slice(11, 13)) expect(line).not.toContain("200 OK");
      expect(seen[13]).toContain("403 Forbidden");
      expect(seen[14]).toMatch(/200 OK.*"host":"127\.0\.0\.1:\d+"/);
      expect(seen[15]).toContain("400 Bad Request");
      expect(seen[16]).not.toContain("200 OK");
      for (const line of seen.slice(17, 21)) expect(line).not.toBe("ok");
      expect(seen.at(-1)).toBe("data: first");
      expect(await rt.findListener({ port: 7400 })).toMatchObject({ host: "127.0.0.1" });
    });
    await expect.poll(() => closings).toContain("events");
    expect(seenByOther).toEqual([]);
  },
);

test("A096, A098: only some paths, in their plainest form", async () => {
  const paths = ["/v1", "/open/"];
  const network = { credentials: [{ ...credential(), port: 9000, paths }] };
  await attackNetwork({ network }, async ({ run }) => {
    const [allowed = "", refused = ""] = await run(`
      import http from "node:http";
      const ask = (path) => new Promise((resolve) => http.get({ host: "127.0.0.1", port: 9000, path, agent: false }, (r) => resolve(r.resume().statusCode)));
      const all = async (paths) => console.log(await Promise.all(paths.map(ask)).then((each) => each.join(" ")));
      await all(["/v1", "/v1/x?y=/..", "/open/x"]);
      await all(["/v10", "/", "/open", "/v1/../admin", "/v1/%2e%2e/admin", "/v1/..%2fadmin", "/v1//x", "/v1/\\\\..", "/V1/x", "/v1/./x", "/v1/..;/admin", "/v1/..;x=1/admin", "/v1/%252e%252e/admin"]);
    `);
    expect(allowed).toBe("200 200 200");
    expect(new Set(refused.split(" "))).toEqual(new Set(["403"]));
  });
});

test("A098: an origin without its certificate gets nothing", async () => {
  const { ca, ...untrusted } = credential();
  const network = { credentials: [untrusted, { ...untrusted, origin: "https://127.0.0.1:1" }] };
  await attackNetwork({ network }, async ({ run }) => {
    const [first, second] = await run(`
      for (const port of [7400, 7401]) console.log(await (await fetch("http://127.0.0.1:" + port)).text().then((text) => text.trim()));
    `);
    expect(first).toMatch(/^credential broker: the origin could not be asked: \w*CERT\w*$/);
    expect(second).toBe("credential broker: the origin could not be asked: ECONNREFUSED");
  });
});

test("credentials that can't be", async () => {
  const good = { origin: "https://a.test", headers: { a: "b" } };
  const bad = [
    { ...good, origin: "http://a.test" },
    { ...good, origin: "https://a.test/" },
    { ...good, origin: "https://u:p@a.test" },
    { ...good, origin: "*" },
    { ...good, headers: { "a b": "c" } },
    { ...good, headers: { host: "c" } },
    { ...good, headers: { a: "c\r\nd: e" } },
    { ...good, header: {} },
    { ...good, port: 0 },
    { ...good, env: { A: "v1" } },
  ];
  for (const each of bad) {
    const made = NodeRuntime.create({ network: { credentials: [each as typeof good] } });
    await expect(made).rejects.toMatchObject({ code: "ERR_OPTION" });
  }
  const twice = {
    credentials: [
      { ...good, port: 80 },
      { ...good, port: 80 },
    ],
  };
  await expect(NodeRuntime.create({ network: twice })).rejects.toMatchObject({
    code: "ERR_OPTION",
  });
});
