import express from "express";
import request from "supertest";

const app = express();
app.get("/", (_request, response) => response.set("x-a", "1").send("ok"));
const answer = await request(app).get("/").expect(200).expect("x-a", "1");
console.log(answer.text);
await request(app)
  .get("/none")
  .expect(200)
  .catch((error) => console.log(error.message));
