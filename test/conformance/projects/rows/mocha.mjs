import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

writeFileSync(
  "a.test.cjs",
  `const assert = require("node:assert");
describe("numbers", () => {
  before(() => {});
  it("adds", () => assert.strictEqual(1 + 1, 2));
  it("waits", async () => { await new Promise((r) => setTimeout(r, 5)); });
  it("fails", () => assert.deepStrictEqual({ a: 1 }, { a: 2 }));
  it.skip("is skipped", () => {});
});
`,
);
const bin = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [bin, "a.test.cjs", "--reporter", "json"],
  { encoding: "utf8" },
);
const { stats, failures, passes } = JSON.parse(stdout);
console.log(
  status,
  stderr,
  stats.tests,
  stats.failures,
  stats.pending,
  passes.map(({ fullTitle }) => fullTitle),
  failures.map(({ err }) => err.message),
);
const spec = spawnSync(
  process.execPath,
  [bin, "a.test.cjs", "--reporter", "dot", "--grep", "adds"],
  { encoding: "utf8" },
);
console.log(spec.status, spec.stdout.replace(/\(\d+ms\)/, "(Nms)"));
