import fs from "fs-extra";

await fs.outputFile("a/b/c.txt", "hello");
await fs.outputJson("a/data.json", { x: [1, 2] }, { spaces: 2 });
await fs.copy("a", "copy");
await fs.move("copy/b", "moved/b");
await fs.ensureSymlink("a/data.json", "links/data.json");
console.log(
  await fs.readJson("links/data.json"),
  await fs.pathExists("copy/b"),
  fs.readdirSync("moved"),
);
await fs.emptyDir("a");
console.log(await fs.readdir("a"), (await fs.readdir(".")).sort());
await fs.remove("moved");
await fs.copy("nothing", "x").catch((error) => console.log(error.code, error.syscall));
