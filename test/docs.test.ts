/** The generated pages are what the table of system calls and the manifests of the WASM programs make. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandsPage } from "../docs/commands.mjs";
import { nodeCompatibilityPage } from "../docs/node-compatibility.mjs";
import { sdkPage } from "../docs/sdk.mjs";
import { syscallsPage } from "../docs/syscalls.mjs";

const page = (name: string) => readFileSync(new URL(`../docs/${name}`, import.meta.url), "utf8");

test("docs/syscalls.md is what `npm run docs` makes", async () => {
  expect(page("syscalls.md")).toBe(await syscallsPage());
});

test("docs/sdk.md is what `npm run docs` makes", () => {
  expect(page("sdk.md")).toBe(sdkPage());
});

/** Sizes change with each build, and with the zlib that compresses: the rest has to be as written. */
const rows = (text: string) => text.replaceAll(/\d+(\.\d\d MB)?/g, "").split("\n");

test("docs/commands.md is what `npm run docs` makes", () => {
  expect(rows(page("commands.md"))).toEqual(rows(commandsPage()));
});

test("docs/node-compatibility.md is what `npm run docs` makes", () => {
  expect(page("node-compatibility.md")).toBe(nodeCompatibilityPage());
});

test("what docs/commands-differences.json tells is of commands that exist", () => {
  const differences = JSON.parse(page("commands-differences.json"));
  const commands = commandsPage();
  const unknown = Object.keys(differences).filter(
    (name) => name !== "" && !commands.includes(`| \`${name}\` |`),
  );
  expect(unknown).toEqual([]);
});
