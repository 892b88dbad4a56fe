// The rows of `rt.fetch`: requests to a guest's HTTP server, beside undici's to a server in a Node process of the host.
// A row's time is that of one request while so many are under way: 3,000 requests a second are 333 µs.

import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { NodeRuntime } from "secure-exec";
import { Agent } from "undici";

const requests = 3000;

/** The same server in both places, at the port and with what it does when it listens. */
const serverAt = (port, listening) =>
  `import http from "node:http";
   const server = http.createServer((request, response) => response.end("hello"));
   server.listen(${port}, "127.0.0.1", () => { ${listening} });`;

/** Sends all requests, so many at a time, and answers the milliseconds that one took of it. */
async function timed(concurrency, ask) {
  let left = requests;
  const began = performance.now();
  const one = async () => {
    while (left-- > 0) if ((await ask()) !== "hello") throw new Error("a wrong answer");
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  return { overriddenDuration: (performance.now() - began) / requests };
}

export async function fetchRows(folder) {
  const rt = await NodeRuntime.create();
  await rt.spawn(serverAt(3000, ""));
  await rt.waitForListener({ port: 3000 });
  const program = join(folder, "server.mjs");
  writeFileSync(program, serverAt(0, "process.send(server.address().port)"));
  const child = fork(program);
  const port = await new Promise((resolve) => child.once("message", resolve));
  const agent = new Agent({ connections: 64 });
  const origin = `http://127.0.0.1:${port}`;
  const askHost = async () =>
    (await agent.request({ origin, path: "/", method: "GET" })).body.text();
  const askGuest = async () => (await rt.fetch(3000)).body;
  return {
    rows: [1, 32].map((concurrency) => ({
      title: `rt.fetch to a guest's server, ${concurrency} at once`,
      rounds: 5,
      ours: () => timed(concurrency, askGuest),
      host: () => timed(concurrency, askHost),
    })),
    async dispose() {
      await agent.destroy();
      child.kill();
      await rt.dispose();
    },
  };
}
