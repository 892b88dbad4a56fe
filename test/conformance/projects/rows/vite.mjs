import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "vite";

mkdirSync("src");
writeFileSync(
  "index.html",
  '<!doctype html><title>t</title><div id="app"></div><script type="module" src="/src/main.ts"></script>\n',
);
writeFileSync(
  "src/main.ts",
  'import "./style.css";\nimport { greet } from "./greet";\nconst name: string = "vite";\ndocument.querySelector("#app")!.textContent = greet(name);\n',
);
writeFileSync(
  "src/greet.ts",
  'export const greet = (name: string): string => "hello " + name;\nexport enum Unused { A }\n',
);
writeFileSync("src/style.css", "#app { color: red; }\n");
await build({
  root: process.cwd(),
  logLevel: "warn",
  configFile: false,
  build: { outDir: "dist", minify: "esbuild" },
});
for (const name of readdirSync("dist", { recursive: true }).sort()) {
  if (/\.(html|css)$/.test(name)) console.log(name, readFileSync(`dist/${name}`, "utf8"));
  else if (/\.js$/.test(name))
    console.log(name, readFileSync(`dist/${name}`, "utf8").includes("hello "));
}
