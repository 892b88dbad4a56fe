import { createServer } from "node:http";
import got from "got";

let calls = 0;
const server = createServer((request, response) => {
  calls++;
  if (request.url === "/flaky" && calls < 3) {
    response.statusCode = 503;
    response.end();
    return;
  }
  response.end(JSON.stringify({ url: request.url, calls }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const prefixUrl = `http://127.0.0.1:${server.address().port}`;
const retry = { limit: 3, calculateDelay: ({ computedValue }) => (computedValue ? 1 : 0) };
console.log(await got("flaky", { prefixUrl, retry }).json());
server.closeAllConnections();
server.close();
