import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

mkdirSync("src");
writeFileSync("src/bad.js", "var a = 1;\nundefinedCall();\n");
writeFileSync("src/good.js", "export const a = 1;\n");
writeFileSync(
  "eslint.config.mjs",
  'export default [{ rules: { "no-var": "error", "no-undef": "error", "no-unused-vars": "warn" } }];\n',
);
const bin = createRequire(import.meta.url)
  .resolve("eslint/package.json")
  .replace("package.json", "bin/eslint.js");
const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "src", "--format", "json"], {
  encoding: "utf8",
});
for (const { filePath, messages } of JSON.parse(stdout || "[]")) {
  console.log(
    filePath.split("/").pop(),
    messages.map(({ ruleId, line, message }) => [ruleId, line, message]),
  );
}
console.log(status, stderr);
