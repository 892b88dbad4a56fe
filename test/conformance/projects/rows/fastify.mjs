import fastify from "fastify";

const app = fastify({ logger: false });
const schema = {
  body: { type: "object", required: ["n"], properties: { n: { type: "integer" } } },
};
app.post("/double", { schema }, async ({ body }) => ({ result: body.n * 2 }));
app.get("/hello/:name", async ({ params }) => `hello ${params.name}`);
const injected = await app.inject({ url: "/hello/inject" });
console.log(injected.statusCode, injected.body);
const address = await app.listen({ port: 0, host: "127.0.0.1" });
const post = (body) =>
  fetch(`${address}/double`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
console.log(await (await post({ n: 21 })).json());
const wrong = await post({ n: "x" });
console.log(wrong.status, await wrong.json());
console.log(await (await fetch(`${address}/hello/net`)).text());
await app.close();
