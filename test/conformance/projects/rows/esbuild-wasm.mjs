import { writeFileSync } from "node:fs";
import { build, initialize, transform } from "esbuild-wasm";

await initialize({ worker: false }).catch(() => {});
const { code } = await transform("const a: number = 1 ?? 2; export { a }", {
  loader: "ts",
  target: "es2019",
  minify: true,
});
console.log(code);
writeFileSync("a.ts", 'import { b } from "./b"; console.log(b satisfies number);');
writeFileSync("b.ts", "export const b = 7; export const dead = 8;");
const { outputFiles } = await build({
  entryPoints: ["a.ts"],
  bundle: true,
  write: false,
  format: "esm",
});
console.log(outputFiles[0].text);
await transform("let x = ;").catch(({ errors }) =>
  console.log(errors.map(({ text, location }) => [text, location.line, location.column])),
);
process.exit(0);
