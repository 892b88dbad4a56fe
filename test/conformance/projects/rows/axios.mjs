import { createServer } from "node:http";
import axios from "axios";

const server = createServer((request, response) => {
  if (request.url === "/fail") {
    response.statusCode = 503;
    response.end("busy");
    return;
  }
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method: request.method, url: request.url, body }));
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = axios.create({ baseURL: `http://127.0.0.1:${server.address().port}` });
console.log((await client.get("/a", { params: { x: "1 2" } })).data);
console.log((await client.post("/b", { y: 2 })).data);
await client
  .get("/fail")
  .catch((error) => console.log(error.code, error.response.status, error.response.data));
server.closeAllConnections();
server.close();
