import { createServer } from "node:http";
import { MockAgent, Pool, request, setGlobalDispatcher } from "undici";

const server = createServer((incoming, response) => {
  incoming.resume();
  incoming.on("end", () => response.end(`${incoming.method} ${incoming.url}`));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const { statusCode, body } = await request(`${origin}/one`);
console.log(statusCode, await body.text());
const pool = new Pool(origin, { connections: 2 });
const answers = await Promise.all(
  ["/a", "/b", "/c"].map(async (path) =>
    (await pool.request({ path, method: "PUT", body: "x" })).body.text(),
  ),
);
console.log(answers);
await pool.close();
server.closeAllConnections();
server.close();
const agent = new MockAgent();
agent.disableNetConnect();
setGlobalDispatcher(agent);
agent.get("http://mock.test").intercept({ path: "/" }).reply(200, { mocked: true });
console.log(await (await request("http://mock.test/")).body.json());
