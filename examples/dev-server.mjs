// A development server in a sandbox: it serves the project's files, is opened from the host through `fetch` and, on a
// port of the host's loopback, by a browser; a change of a file is seen at once. Its network is the sandbox's own.

import { NodeRuntime } from "secure-exec";

const runtime = await NodeRuntime.create({
  files: { "site/index.html": "<h1>Hello</h1>\n" },
});

const server = await runtime.spawn(`
  import { readFile } from "node:fs/promises";
  import { createServer } from "node:http";
  createServer(async ({ url }, response) => {
    try {
      response.end(await readFile("site" + (url === "/" ? "/index.html" : url)));
    } catch {
      response.writeHead(404).end("not here\\n");
    }
  }).listen(3000);
`);
const { port } = await runtime.waitForListener({ port: 3000 });

const show = async (path) => {
  const { status, body } = await runtime.fetch(port, { path });
  console.log(status, body.trim());
};
await show("/");
await show("/missing");
await runtime.writeFile("site/index.html", "<h1>Changed</h1>\n");
await show("/");

// For browsers and other programs of this machine.
const exposed = await runtime.expose(port);
const response = await fetch(`http://${exposed.host}:${exposed.port}/`);
console.log(response.status, (await response.text()).trim());
await exposed.close();

server.kill();
console.log("the server ended with", await server.wait());
await runtime.dispose();
