import express from "express";

const app = express();
app.use(express.json());
app.use((request, response, next) => {
  response.set("x-path", request.path);
  next();
});
app.get("/users/:id", (request, response) =>
  response.json({ id: request.params.id, q: request.query }),
);
app.post("/echo", (request, response) => response.status(201).send(request.body));
app.get("/broken", () => {
  throw new Error("broken on purpose");
});
app.use((error, _request, response, _next) => response.status(500).send(error.message));
const server = app.listen(0);
await new Promise((resolve) => server.on("listening", resolve));
const base = `http://127.0.0.1:${server.address().port}`;
const first = await fetch(`${base}/users/7?a=1`);
console.log(first.status, first.headers.get("x-path"), await first.json());
const posted = await fetch(`${base}/echo`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ hello: "world" }),
});
console.log(posted.status, await posted.json());
const broken = await fetch(`${base}/broken`);
console.log(broken.status, await broken.text());
console.log((await fetch(`${base}/nothing`)).status);
server.closeAllConnections();
server.close();
