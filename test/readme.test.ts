// The snippets of the README and of the quickstart are tests: each ```js run block runs as a program of its own against dist/, prints
// exactly the ```text block that follows it, and ends by itself. Each npm command in a ```sh block exists.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hasNodeRuntime } from "./boot.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

/** The programs of a page, each with what it prints. */
function programsOf(page: string) {
  const text = readFileSync(`${root}${page}`, "utf8");
  const fences = [...text.matchAll(/^```(\S+)( run)?\n(.*?)^```$/gms)].map(
    ([, language, run, body]) => ({ language, isProgram: run !== undefined, body: body ?? "" }),
  );
  return fences
    .flatMap((fence, index) =>
      fence.isProgram ? [{ source: fence.body, expected: fences[index + 1] }] : [],
    )
    .map((program, index) => ({ ...program, page, number: index + 1 }));
}

const programs = [...programsOf("README.md"), ...programsOf("docs/quickstart.md")];

const isNodeThere = await hasNodeRuntime();

test.for(programs)(
  "program $number of $page prints what the page says",
  ({ source, expected }, { skip }) => {
    const needsNode = /secure-exec\/node|NodeRuntime/.test(source);
    skip(!isNodeThere && needsNode, "isolated-vm is not for this Node");
    expect(expected?.language).toBe("text");
    // A program read from stdin resolves "secure-exec" from its working directory: this package.
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
      cwd: root,
      input: source,
      encoding: "utf8",
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expected?.body, stderr: "" });
  },
);

test("both pages have programs", () => {
  expect(new Set(programs.map(({ page }) => page)).size).toBe(2);
});

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, script]) => script);
  expect(named).toContain("start");
  for (const script of named) {
    if (script !== "ci") expect(Object.keys(scripts)).toContain(script);
  }
});
