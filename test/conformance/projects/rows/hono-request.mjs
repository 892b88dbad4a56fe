import { stripVTControlCharacters } from "node:util";
import { Hono } from "hono";
import { logger } from "hono/logger";
import { validator } from "hono/validator";

const app = new Hono();
app.use(logger((line) => console.log(stripVTControlCharacters(line).replace(/\d+m?s/, "Nms"))));
app.post(
  "/add",
  validator("json", (value, c) => (typeof value.a === "number" ? value : c.text("bad", 400))),
  (c) => c.json({ sum: c.req.valid("json").a + 1 }),
);
const post = (body) =>
  app.request("/add", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
console.log(await (await post({ a: 1 })).json());
console.log((await post({ a: "x" })).status);
