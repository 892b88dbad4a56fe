import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import webpack from "webpack";

mkdirSync("src");
writeFileSync(
  "src/index.js",
  'import { used } from "./lib.js";\nimport data from "./data.json";\nconsole.log(used(data.n));\nimport("./lazy.js").then((m) => console.log(m.default));\n',
);
writeFileSync(
  "src/lib.js",
  "export const used = (n) => n * 2;\nexport const unused = () => 'never in the bundle';\n",
);
writeFileSync("src/lazy.js", "export default 'lazy chunk';\n");
writeFileSync("src/data.json", '{"n": 21}');
const compiler = webpack({
  mode: "production",
  target: "node",
  context: process.cwd(),
  entry: "./src/index.js",
  output: { path: path.resolve("dist"), filename: "bundle.js", chunkFilename: "[id].js" },
});
const stats = await new Promise((resolve, reject) => {
  compiler.run((error, result) => (error ? reject(error) : resolve(result)));
});
await new Promise((resolve) => compiler.close(resolve));
const { errors, warnings, assets } = stats.toJson({
  all: false,
  errors: true,
  warnings: true,
  assets: true,
});
console.log(
  errors,
  warnings,
  assets.map(({ name, size }) => [name, size]),
);
console.log(execFileSync(process.execPath, ["dist/bundle.js"], { encoding: "utf8" }));
