import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import chokidar from "chokidar";

mkdirSync("watched/deep", { recursive: true });
writeFileSync("watched/first", "1");
const watcher = chokidar.watch("watched");
const seen = (event, path) =>
  new Promise((resolve) => {
    watcher.on(event, (name) => {
      if (name === path) resolve(`${event} ${name}`);
    });
  });
await new Promise((resolve) => watcher.on("ready", resolve));
const added = seen("add", "watched/deep/new");
writeFileSync("watched/deep/new", "x");
console.log(await added);
const changed = seen("change", "watched/first");
writeFileSync("watched/first", "22");
console.log(await changed);
const removed = seen("unlink", "watched/deep/new");
rmSync("watched/deep/new");
console.log(await removed);
await watcher.close();
