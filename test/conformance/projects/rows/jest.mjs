import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

writeFileSync(
  "package.json",
  '{"name":"j","jest":{"testEnvironment":"node","haste":{"enableSymlinks":false},"watchman":false}}',
);
writeFileSync("sum.cjs", "module.exports = (a, b) => a + b;\n");
writeFileSync(
  "sum.test.js",
  `const sum = require("./sum.cjs");
jest.mock("./other.cjs", () => 5, { virtual: true });
test("adds", () => expect(sum(1, 2)).toBe(3));
test("mocks", () => expect(require("./other.cjs")).toBe(5));
test("fails", () => expect({ a: 1 }).toEqual({ a: 2 }));
test("snapshots", () => expect({ b: [1] }).toMatchInlineSnapshot(\`
{
  "b": [
    1,
  ],
}
\`));
`,
);
const bin = createRequire(import.meta.url)
  .resolve("jest/package.json")
  .replace("package.json", "bin/jest.js");
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [bin, "--json", "--runInBand", "--ci", "--no-cache"],
  { encoding: "utf8" },
);
const start = stdout.indexOf("{");
if (start < 0) console.log(stdout, stderr);
const report = JSON.parse(stdout.slice(start));
console.log(status, report.numTotalTests, report.numFailedTests);
for (const { title, status: state } of report.testResults[0].assertionResults)
  console.log(title, state);
