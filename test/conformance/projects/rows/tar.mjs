import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as tar from "tar";

mkdirSync("in/d", { recursive: true });
writeFileSync("in/a.txt", "hello");
writeFileSync("in/d/b.txt", "x".repeat(10_000));
await tar.create({ gzip: true, file: "x.tgz", cwd: "in", portable: true }, ["."]);
const names = [];
await tar.list({ file: "x.tgz", onReadEntry: ({ path, size }) => names.push([path, size]) });
console.log(names.sort());
mkdirSync("out");
await tar.extract({ file: "x.tgz", cwd: "out" });
console.log(readdirSync("out", { recursive: true }).sort(), readFileSync("out/a.txt", "utf8"));
