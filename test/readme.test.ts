// The snippets of the README and of the quickstart are tests (test/fixtures/page-programs.ts). Each npm command in a ```sh block exists.

import { expect, test } from "vitest";
import { hasNodeRuntime } from "./boot.js";
import { checkProgram, pagePrograms, pageText } from "./fixtures/page-programs.js";

const programs = ["README.md", "docs/quickstart.md"].flatMap((page) =>
  pagePrograms(page).map((program) => ({ ...program, page })),
);
const isNodeThere = await hasNodeRuntime();

test.for(programs)("program $number of $page prints what the page says", (program, { skip }) => {
  const needsNode = /secure-exec\/node|NodeRuntime/.test(program.source);
  skip(!isNodeThere && needsNode, "isolated-vm is not for this Node");
  checkProgram(program);
});

test("both pages have programs", () => {
  expect(new Set(programs.map(({ page }) => page)).size).toBe(2);
});

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(pageText("package.json"));
  const named = [...pageText("README.md").matchAll(/npm (?:run )?([a-z]+)/g)].map(
    ([, script]) => script,
  );
  expect(named).toContain("start");
  for (const script of named) {
    if (script !== "ci") expect(Object.keys(scripts)).toContain(script);
  }
});
