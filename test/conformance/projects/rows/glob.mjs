import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { glob, globSync, hasMagic } from "glob";

for (const name of [
  "src/a.ts",
  "src/b.js",
  "src/deep/er/c.ts",
  "src/.hidden/d.ts",
  "test/a.test.ts",
]) {
  mkdirSync(name.slice(0, name.lastIndexOf("/")), { recursive: true });
  writeFileSync(name, "");
}
symlinkSync("src", "link");
const sorted = (names) => names.map(String).sort();
console.log(
  sorted(await glob("**/*.ts")),
  sorted(globSync("**/*.{js,ts}", { dot: true, ignore: "test/**" })),
);
console.log(
  sorted(await glob("link/*", { follow: true })),
  sorted(await glob("*/", { mark: true })),
);
console.log(hasMagic("a[b]"), hasMagic("ab"));
