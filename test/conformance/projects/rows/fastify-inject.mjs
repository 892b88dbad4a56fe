import fastify from "fastify";

const app = fastify();
app.decorate("answer", 42);
app.addHook("onRequest", async (request) => {
  request.stamp = "seen";
});
app.get("/", async function ({ stamp }) {
  return { stamp, answer: this.answer };
});
app.get("/fail", async () => {
  throw Object.assign(new Error("no"), { statusCode: 418 });
});
for (const url of ["/", "/fail", "/none"]) {
  const { statusCode, json } = await app.inject({ url });
  console.log(statusCode, json());
}
await app.close();
