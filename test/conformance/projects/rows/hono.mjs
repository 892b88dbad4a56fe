import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.get("/", (c) => c.text("hono"));
app.get("/json/:id", (c) => c.json({ id: c.req.param("id") }));
app.notFound((c) => c.text("nothing here", 404));
console.log(await (await app.request("/json/1")).json());
await new Promise((resolve) => {
  const server = serve({ fetch: app.fetch, port: 0 }, async ({ port }) => {
    const base = `http://127.0.0.1:${port}`;
    console.log(await (await fetch(base)).text());
    console.log(await (await fetch(`${base}/json/2`)).json());
    const missing = await fetch(`${base}/x`);
    console.log(missing.status, await missing.text());
    server.closeAllConnections();
    server.close(resolve);
  });
});
