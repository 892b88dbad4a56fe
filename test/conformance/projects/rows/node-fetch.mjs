import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import fetch, { Headers } from "node-fetch";

const server = createServer((request, response) => {
  if (request.url === "/moved") {
    response.writeHead(302, { location: "/target" }).end();
    return;
  }
  response.setHeader("content-encoding", "gzip");
  response.end(gzipSync(`body of ${request.url}`));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}`;
const response = await fetch(`${base}/moved`);
console.log(response.status, response.redirected, await response.text());
console.log([...new Headers({ b: "2", a: "1" })]);
server.closeAllConnections();
server.close();
