// The README's snippets are tests (test/fixtures/page-programs.ts). Each npm command in a ```sh block exists.

import { expect, test } from "vitest";
import { hasNodeRuntime } from "./boot.js";
import { checkProgram, pagePrograms, pageText } from "./fixtures/page-programs.js";

const programs = pagePrograms("README.md");
const isNodeThere = await hasNodeRuntime();

test.for(programs)("program $number prints what the README says", (program, { skip }) => {
  const needsNode = /secure-exec\/node|NodeRuntime/.test(program.source);
  skip(!isNodeThere && needsNode, "isolated-vm is not for this Node");
  checkProgram(program);
});

test("the README has programs", () => {
  expect(programs.length).toBeGreaterThan(0);
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
