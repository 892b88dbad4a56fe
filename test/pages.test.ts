// The snippets of the pages are tests (test/fixtures/page-programs.ts), and the recipes
// are the examples: the same text, so that what a page shows is what runs.

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hasNodeRuntime } from "./boot.js";
import { checkProgram, pagePrograms, pageText } from "./fixtures/page-programs.js";

const isNodeThere = await hasNodeRuntime();

describe.each([
  "docs/quickstart.md",
  "docs/cli.md",
  "docs/ai.md",
  "docs/mcp.md",
  "docs/recipes.md",
  "docs/networking.md",
  "docs/permissions.md",
])("%s", (page) => {
  test.for(pagePrograms(page))("program $number prints what the page says", (program, { skip }) => {
    skip(!isNodeThere, "isolated-vm is not for this Node");
    checkProgram(program);
  });
});

test("the recipes are the examples", () => {
  const recipes = pagePrograms("docs/recipes.md").map(({ source }) => source);
  // first-light.mjs is what `npm start` runs.
  const names = readdirSync(new URL("../examples", import.meta.url))
    .filter((name) => name.endsWith(".mjs") && name !== "first-light.mjs")
    .sort();
  expect(names.map((name) => pageText(`examples/${name}`)).sort()).toEqual([...recipes].sort());
  for (const name of names) expect(pageText("docs/recipes.md")).toContain(`examples/${name}`);
});
