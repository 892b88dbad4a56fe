// The README's snippets are tests: each ```js run block runs as a program of its own against dist/, prints
// exactly the ```text block that follows it, and ends by itself. Each npm command in a ```sh block exists.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hasNodeRuntime } from "./boot.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");
const fences = [...readme.matchAll(/^```(\S+)( run)?\n(.*?)^```$/gms)].map(
  ([, language, run, body]) => ({ language, isProgram: run !== undefined, body: body ?? "" }),
);

const programs = fences.flatMap((fence, index) =>
  fence.isProgram ? [{ source: fence.body, expected: fences[index + 1] }] : [],
);

const isNodeThere = await hasNodeRuntime();

test.for(programs.map((program, index) => ({ ...program, number: index + 1 })))(
  "program $number prints what the README says",
  ({ source, expected }, { skip }) => {
    skip(!isNodeThere && source.includes("secure-exec/node"), "isolated-vm is not for this Node");
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

test("the README has programs", () => {
  expect(programs.length).toBeGreaterThan(0);
});

test("every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const named = [...readme.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, script]) => script);
  expect(named).toContain("start");
  for (const script of named) {
    if (script !== "ci") expect(Object.keys(scripts)).toContain(script);
  }
});
