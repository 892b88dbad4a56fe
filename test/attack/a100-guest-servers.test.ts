// A100, A102: servers of guests that attack who talks to them: floods, and what is no HTTP.

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { attackNetwork } from "./network-guest.js";
import { isolations } from "./node-guest.js";

/** Answers raw bytes by path: `once` and closes, or for as long as they are taken. */
const hostile = `
  import net from "node:net";
  import { gzipSync } from "node:zlib";
  const head = "HTTP/1.1 200 OK\\r\\n";
  const once = {
    "/cl-te": head + "Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
    "/two-lengths": head + "Content-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nhello!",
    "/bad-length": head + "Content-Length: +5\\r\\n\\r\\nhello",
    "/bare-lf": "HTTP/1.1 200 OK\\nContent-Length: 0\\n\\n",
    "/bare-cr": head + "A: b\\rC: d\\r\\n\\r\\n",
    "/nul": head + "A: b\\0c\\r\\nContent-Length: 0\\r\\n\\r\\n",
    "/space-name": head + "A : b\\r\\nContent-Length: 0\\r\\n\\r\\n",
    "/bad-chunk": head + "Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n",
    "/huge-chunk": head + "Transfer-Encoding: chunked\\r\\n\\r\\nffffffffffffffffff\\r\\n",
    "/short": head + "Content-Length: 100\\r\\n\\r\\nhello",
    "/version": "HTTP/9.9 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
    "/status": "HTTP/1.1 99999 OK\\r\\n\\r\\n",
    "/upgrade": "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: x\\r\\nConnection: Upgrade\\r\\n\\r\\n",
    "/nothing": "",
    "/many-headers": head + "A: b\\r\\n".repeat(20_000) + "\\r\\n",
    "/long-header": head + "A: " + "b".repeat(1_000_000) + "\\r\\n\\r\\n",
    "/accept": "HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: x\\r\\n\\r\\n",
  };
  const forever = {
    "/endless-headers": [head, "A: b\\r\\n".repeat(1000)],
    "/endless-body": [head + "\\r\\n", "x".repeat(65_536)],
    "/endless-chunks": [head + "Transfer-Encoding: chunked\\r\\n\\r\\n", ("400\\r\\n" + "x".repeat(1024) + "\\r\\n").repeat(64)],
  };
  net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => {
      const path = String(data).split(" ")[1];
      if (path === "/twice") {
        const answer = (text) => head + "Content-Length: 6\\r\\n\\r\\n" + text;
        socket.write(answer("first ") + answer("stolen"));
        socket.on("data", () => socket.write(answer("second")));
      } else if (path === "/bomb") {
        socket.end(Buffer.concat([Buffer.from(head + "Content-Encoding: gzip\\r\\nConnection: close\\r\\n\\r\\n"), gzipSync(Buffer.alloc(20_000_000))]));
      } else if (path in once) socket.end(once[path]);
      else if (path in forever) {
        const [first, more] = forever[path];
        socket.write(first);
        const go = () => { while (!socket.destroyed && socket.write(more)); };
        socket.on("drain", go);
        go();
      } else socket.end(head + "Content-Length: 5\\r\\nConnection: close\\r\\n\\r\\nright");
    });
  }).listen(3000, "127.0.0.1");
`;

const broken = [
  ...["/cl-te", "/two-lengths", "/bad-length", "/bare-lf", "/bare-cr", "/nul", "/space-name"],
  ...["/bad-chunk", "/huge-chunk", "/short", "/version", "/status", "/upgrade", "/nothing"],
  ...["/many-headers", "/long-header", "/endless-headers"],
];

test.each(isolations)("A100, A102: answers that attack; %s isolation", (isolation) =>
  attackNetwork({ isolation }, async ({ rt }) => {
    const guest = await rt.spawn(hostile);
    await rt.waitForListener({ port: 3000 });
    const outcomes: Record<string, string> = {};
    for (const path of broken) {
      outcomes[path] = await rt.fetch(3000, { path }).then(
        ({ status, body }) => `${status} ${body}`,
        (error: Error & { code?: string }) => error.code ?? error.name,
      );
    }
    const answered = Object.entries(outcomes).filter(([, outcome]) => /^\d/.test(outcome));
    expect(answered).toEqual([]);
    for (const path of ["/endless-body", "/endless-chunks"]) {
      await expect(rt.fetch(3000, { path })).rejects.toMatchObject({ code: "EMSGSIZE" });
    }
    // A stream is taken as far as its reader wants it.
    for (const path of ["/endless-body", "/bomb"]) {
      const response = await rt.fetchResponse(3000, { path });
      const reader = response.body?.getReader();
      expect((await reader?.read())?.value?.length).toBeLessThan(1_000_000);
      await reader?.cancel();
    }
    // What a server says without being asked is nobody's answer.
    expect((await rt.fetch(3000, { path: "/twice" })).body).toBe("first ");
    for (let count = 0; count < 3; count++) expect((await rt.fetch(3000)).body).toBe("right");
    for (const path of ["/accept", "/upgrade", "/cl-te", "/nothing"]) {
      const init = { path, headers: { upgrade: "websocket" } };
      await expect(rt.fetchResponse(3000, init)).rejects.toThrow();
    }
    // Headers that would split a request.
    const splitting = { headers: { "x-a": "b\r\nX-C: d" } };
    await expect(rt.fetch(3000, splitting)).rejects.toThrow();
    await expect(rt.fetchResponse(3000, splitting)).rejects.toThrow();
    await expect(rt.fetch(3000, { path: "/ HTTP/1.1\r\nX: y" })).rejects.toThrow();
    await expect(rt.fetch(3000, { method: "GET / HTTP/1.1\r\nX: y" })).rejects.toThrow();
    guest.kill("SIGKILL");
    await guest.wait();
  }),
);

test("A095: what a guest's server redirects to is the guest's, for the host as well", () =>
  attackNetwork({}, async ({ rt, run }) => {
    const server = await rt.spawn(`
      import http from "node:http";
      http.createServer((request, response) => {
        const to = decodeURIComponent(request.url.slice(2));
        if (to) response.writeHead(302, { location: to }).end();
        else response.end("inside " + (request.headers.authorization ?? "nobody"));
      }).listen(3000);
      http.createServer((request, response) => response.end("other " + (request.headers.authorization ?? "nobody"))).listen(3001);
    `);
    await Promise.all([3000, 3001].map((port) => rt.waitForListener({ port })));
    const ask = (to: string) =>
      rt.fetchResponse(3000, {
        path: `/?${encodeURIComponent(to)}`,
        headers: { authorization: "mine" },
      });
    const outside = [
      ...["http://93.184.216.34/", "http://example.com/", "http://169.254.169.254/"],
      ...[
        "https://localhost:3001/",
        "http://10.0.2.2/",
        "http://host.internal/",
        "ftp://localhost/",
      ],
      ...["file:///etc/passwd", "http://localhost:1/", "http://2f.unix.invalid/"],
    ];
    for (const to of outside) await expect(ask(to)).rejects.toThrow();
    expect(await (await ask("/?")).text()).toBe("inside mine");
    expect(await (await ask("http://localhost:3001/")).text()).toBe("other nobody");
    expect(await run(`console.log("alive")`)).toEqual(["alive"]);
    server.kill("SIGKILL");
    await server.wait();
  }));

test("A100: more connections to an exposed port than it takes", () =>
  attackNetwork({}, async ({ rt }) => {
    const server = await rt.spawn(`
      import net from "node:net";
      net.createServer((socket) => socket.on("error", () => {}).write("hello")).listen(3000);
    `);
    await rt.waitForListener({ port: 3000 });
    const exposed = await rt.expose(3000, { connections: 2 });
    const open = () => connect(exposed.port, "127.0.0.1").on("error", () => {});
    const taken = [open(), open()];
    for (const socket of taken) expect(String((await once(socket, "data"))[0])).toBe("hello");
    const refused = open();
    await once(refused, "close");
    expect(refused.bytesRead).toBe(0);
    for (const socket of taken) socket.destroy();
    await exposed.close();
    server.kill("SIGKILL");
    await server.wait();
  }));
