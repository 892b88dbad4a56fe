// Shell scripts with the output that bash gives them (shell-snippets.json). Scripts that we are known to get
// wrong stand in known-failures.json, by name and with the reason; that list only shrinks: a listed script
// that passes fails here until its row is removed.

import { readFileSync } from "node:fs";
import type { Kernel } from "secure-exec/kernel";
import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { describe, expect, test } from "vitest";

interface Snippet {
  readonly name: string;
  readonly script: string;
  readonly stdin?: string;
  readonly stdout: string;
  readonly exitCode: number;
}

const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const snippets: Snippet[] = readJson("shell-snippets.json");
const knownFailures: Record<string, string> = readJson("known-failures.json");

/** Runs one script in a kernel of its own. */
async function run({ script, stdin }: Snippet): Promise<Pick<Snippet, "stdout" | "exitCode">> {
  const kernel: Kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    const options = stdin === undefined ? {} : { stdin };
    const { stdout, exitCode } = await kernel.exec(script, { ...options, timeout: 10_000 });
    return { stdout, exitCode };
  } finally {
    await kernel.dispose();
  }
}

describe("shell snippets", () => {
  for (const snippet of snippets) {
    const { name, stdout, exitCode } = snippet;
    if (name in knownFailures) {
      test(`${name} (known to fail)`, async () => {
        const actual = await run(snippet).catch((error: unknown) => ({ error: String(error) }));
        expect(actual, "passes now: remove it from known-failures.json").not.toEqual({
          stdout,
          exitCode,
        });
      });
    } else {
      test(name, async () => {
        expect(await run(snippet)).toEqual({ stdout, exitCode });
      });
    }
  }

  test("every known failure is a snippet, with a reason", () => {
    const names = new Set(snippets.map(({ name }) => name));
    expect(Object.keys(knownFailures).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.values(knownFailures).filter((reason) => reason.length < 10)).toEqual([]);
  });
});
