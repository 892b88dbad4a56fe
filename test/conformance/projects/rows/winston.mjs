import { readFile } from "node:fs/promises";
import winston from "winston";

const { combine, printf, splat, json } = winston.format;
const log = winston.createLogger({
  level: "info",
  format: combine(
    splat(),
    printf(({ level, message }) => `${level}: ${message}`),
  ),
  transports: [
    new winston.transports.Console(),
    new winston.transports.File({ filename: "app.log", format: json() }),
  ],
});
log.info("hello %s", "winston");
log.debug("not shown");
log.error("failed", { code: 7 });
await new Promise((resolve) => {
  log.transports[1].on("finish", resolve);
  log.end();
});
console.log((await readFile("app.log", "utf8")).trim().split("\n").map(JSON.parse));
