import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

writeFileSync("sum.ts", "export const sum = (a: number, b: number): number => a + b;\n");
writeFileSync(
  "sum.test.ts",
  `import { expect, test, vi } from "vitest";
import { sum } from "./sum";
test("adds", () => expect(sum(1, 2)).toBe(3));
test("mocks", () => { const f = vi.fn(() => 7); expect(f()).toBe(7); expect(f).toHaveBeenCalledOnce(); });
test("fails", () => expect({ a: 1 }).toEqual({ a: 2 }));
`,
);
const bin = createRequire(import.meta.url)
  .resolve("vitest/package.json")
  .replace("package.json", "vitest.mjs");
const args = [bin, "run", "--reporter=json", "--pool=forks", "--no-file-parallelism"];
const { status, stdout, stderr } = spawnSync(process.execPath, args, {
  encoding: "utf8",
  env: { ...process.env, CI: "1" },
});
const start = stdout.indexOf("{");
if (start < 0) console.log(stdout, stderr);
const report = JSON.parse(stdout.slice(start));
console.log(status, report.numTotalTests, report.numFailedTests);
for (const { title, status: state } of report.testResults[0].assertionResults)
  console.log(title, state);
