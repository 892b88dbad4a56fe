import { mkdirSync, writeFileSync } from "node:fs";
import { rollup } from "@rollup/wasm-node";

mkdirSync("src");
writeFileSync(
  "src/main.js",
  'import { twice } from "./math.js";\nexport default twice(21);\nexport const lazy = () => import("./lazy.js");\n',
);
writeFileSync(
  "src/math.js",
  "export const twice = (n) => n * 2;\nexport const thrice = (n) => n * 3;\n",
);
writeFileSync("src/lazy.js", "export const x = 'lazy';\n");
const bundle = await rollup({ input: "src/main.js" });
const { output } = await bundle.generate({
  format: "es",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-chunk.js",
});
for (const { fileName, code } of output) console.log(fileName, code);
await bundle.close();
writeFileSync("src/broken.js", "export const = 1;\n");
await rollup({ input: "src/broken.js" }).catch(({ code, message }) =>
  console.log(code, message.replaceAll(process.cwd(), "")),
);
