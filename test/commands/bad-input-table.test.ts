// Every command of docs/commands.md with bad input: no operand, options that are none, missing files, a closed or full stdout, and junk
// for what parses. bad-input.json has the lines, bad-input-oracle.json what the host's tools make of them (record-bad-input.mjs): the
// exit code, whether something is on stdout and on stderr, and whether the message names the command. What differs stands in
// bad-input-differences.json with the reason; a listed line that does as the host fails here until its row is removed.

import { readFileSync } from "node:fs";
import type { Kernel } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { badInputLines } from "./bad-input-lines.mjs";

interface Outcome {
  readonly exitCode: number;
  readonly hasOutput: boolean;
  /** The first line on stderr. */
  readonly message: string;
}

const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const table = readJson("bad-input.json");
const oracle: Record<string, Record<string, Outcome>> = readJson("bad-input-oracle.json");
/** By command and line. */
const differences: Record<string, string> = readJson("bad-input-differences.json");

let kernel: Kernel;
let count = 0;

beforeAll(async () => {
  kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  await kernel.mount(createWasmVmRuntime());
  const { exitCode, stderr } = await kernel.exec(
    `mkdir /tmp/base && cd /tmp/base && ${table.setup}`,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
});

afterAll(() => kernel.dispose());

/** Runs a line in a folder of its own. */
async function run(line: string): Promise<Outcome> {
  const folder = `/tmp/line${count++}`;
  const result = await kernel.exec(`cp -a /tmp/base ${folder}; cd ${folder}; ${line}`);
  const message = result.stderr.split("\n")[0] ?? "";
  return { exitCode: result.exitCode, hasOutput: result.stdoutBytes.length > 0, message };
}

/** What is compared of an outcome: the words of a message may differ, but not whom it names. */
function essence(command: string, { exitCode, hasOutput, message }: Outcome) {
  return {
    exitCode,
    hasOutput,
    isSilent: message === "",
    namesItself: message.startsWith(`${command}:`),
  };
}

describe.each(Object.keys(oracle))("%s", (command) => {
  test("does with bad input as the host's", async () => {
    const wrong: string[] = [];
    for (const [name, line] of badInputLines(table, command)) {
      const expected = oracle[command]?.[name];
      if (expected === undefined) throw new Error(`not recorded: ${line}`);
      const outcome = await run(line);
      // A trap of the program's: never, whatever the list says.
      if (outcome.exitCode === 134) wrong.push(`${name}: exit code 134`);
      const [ours, theirs] = [essence(command, outcome), essence(command, expected)];
      // What names itself where the host's does not is no fault.
      if (!theirs.namesItself) ours.namesItself = false;
      const isSame = JSON.stringify(ours) === JSON.stringify(theirs);
      const isListed = Object.hasOwn(differences, `${command}: ${name}`);
      if (!isSame && !isListed) {
        wrong.push(`${name}: ${JSON.stringify(outcome)} for ${JSON.stringify(expected)}`);
      }
      if (isSame && isListed) wrong.push(`${name}: as the host's now; remove its row`);
    }
    expect(wrong).toEqual([]);
  });
});
