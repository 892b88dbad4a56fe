/** The generated page is the one the table makes. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { syscallsPage } from "../docs/syscalls.mjs";

test("docs/syscalls.md is what `npm run docs` makes", async () => {
  const page = readFileSync(new URL("../docs/syscalls.md", import.meta.url), "utf8");
  expect(page).toBe(await syscallsPage());
});
