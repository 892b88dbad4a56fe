// A sample of the project matrix (`npm run conformance -- projects`), for each kind of row one. It needs the matrix'
// packages, which that command installs into .conformance/projects; without them the rows are skipped.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { installedPackages } from "./projects/install.mjs";
import { runRow, selectRows } from "./projects/run.mjs";

const SAMPLE = ["lodash.cjs", "zod.mjs", "glob.mjs", "cross-spawn.cjs", "express.mjs", "sqljs.mjs"];
const packages = (await hasNodeRuntime()) ? await installedPackages() : null;

describe.skipIf(packages === null)("real packages do here what they do on the host", () => {
  test.each(SAMPLE)("%s", async (name) => {
    expect(await runRow(name, packages ?? "", undefined)).toMatchObject({ outcome: "equal" });
  });
});

test("the matrix has at least 40 rows, and every row that is known to fail is one of them", async () => {
  const names = await selectRows();
  expect(names.length).toBeGreaterThanOrEqual(40);
  const file = new URL("./projects/expected-failures.json", import.meta.url);
  const expected: Record<string, string> = JSON.parse(readFileSync(file, "utf8"));
  for (const name of Object.keys(expected)) expect(names).toContain(name);
});
