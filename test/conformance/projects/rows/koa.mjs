import Koa from "koa";

const app = new Koa();
app.use(async (ctx, next) => {
  await next();
  ctx.set("x-order", "outer");
});
app.use(async (ctx) => {
  if (ctx.path === "/stream") {
    const { Readable } = await import("node:stream");
    ctx.body = Readable.from(["a", "b", "c"]);
    return;
  }
  ctx.body = { method: ctx.method, query: ctx.query };
});
const server = app.listen(0);
const base = `http://127.0.0.1:${server.address().port}`;
const response = await fetch(`${base}/?x=1`);
console.log(response.status, response.headers.get("x-order"), await response.json());
console.log(await (await fetch(`${base}/stream`)).text());
server.closeAllConnections();
server.close();
