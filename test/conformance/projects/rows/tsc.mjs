import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

mkdirSync("src");
writeFileSync(
  "tsconfig.json",
  JSON.stringify({
    compilerOptions: {
      target: "ES2020",
      module: "NodeNext",
      outDir: "out",
      declaration: true,
      strict: true,
      types: [],
    },
    include: ["src"],
  }),
);
writeFileSync(
  "src/shape.ts",
  "export interface Shape { area(): number }\nexport class Square implements Shape {\n  constructor(readonly side: number) {}\n  area() { return this.side ** 2; }\n}\n",
);
writeFileSync(
  "src/main.ts",
  'import { Square } from "./shape.js";\nconst s: Square = new Square(3);\nexport const answer: number = s.area();\n',
);
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const run = () => {
  const { status, stdout } = spawnSync(process.execPath, [tsc, "--pretty", "false"], {
    encoding: "utf8",
  });
  console.log(status, stdout);
};
run();
for (const name of readdirSync("out").sort())
  console.log(name, readFileSync(`out/${name}`, "utf8"));
writeFileSync(
  "src/main.ts",
  'import { Square } from "./shape.js";\nexport const wrong: string = new Square("3").area();\n',
);
run();
