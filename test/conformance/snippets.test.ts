// Scripts with the output that bash and the GNU tools give them: snippets/shell by topic, snippets/commands by command.
// record.mjs makes each .json from the .sh beside it; shell/general.json was written with its answers. Scripts that we are
// known to get wrong stand in known-failures.json, by name and with the reason; that list only shrinks: a listed
// script that passes fails here until its row is removed.

import { readdirSync, readFileSync } from "node:fs";
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
  /** Nothing came on stderr; what came there differs in details. */
  readonly isSilent?: boolean;
}

type Result = Pick<Snippet, "stdout" | "exitCode" | "isSilent">;

const readJson = (file: string) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const topics = readdirSync(new URL("snippets", import.meta.url), {
  recursive: true,
  encoding: "utf8",
})
  .filter((name) => name.endsWith(".json"))
  .sort();
const snippets: Snippet[] = topics.flatMap((file) =>
  readJson(`snippets/${file}`).map((snippet: Snippet) => ({
    ...snippet,
    name: `${file.replace(/^.*\/(.*)\.json$/, "$1")}: ${snippet.name}`,
  })),
);

const knownFailures: Record<string, string> = readJson("known-failures.json");

const cwd = "/tmp/snippet";

/** Runs one script in a kernel of its own, in an empty directory as it was recorded. */
async function run({ script, stdin, isSilent }: Snippet): Promise<Result> {
  const kernel: Kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mkdir(cwd);
    const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
    // `sh` is in POSIX mode; the scripts were recorded with bash.
    const child = kernel.spawn("bash", ["-c", script], {
      cwd,
      onStdout: (data) => void output.stdout.push(data.slice()),
      onStderr: (data) => void output.stderr.push(data.slice()),
    });
    if (stdin !== undefined) await child.writeStdin(stdin);
    child.closeStdin();
    const exitCode = await child.wait();
    const stdout = Buffer.concat(output.stdout).toString("utf8");
    if (isSilent === undefined) return { stdout, exitCode };
    return { stdout, exitCode, isSilent: output.stderr.length === 0 };
  } finally {
    await kernel.dispose();
  }
}

describe("snippets", () => {
  for (const snippet of snippets) {
    const { name, stdout, exitCode, isSilent } = snippet;
    const expected: Result =
      isSilent === undefined ? { stdout, exitCode } : { stdout, exitCode, isSilent };
    if (name in knownFailures) {
      test(`${name} (known to fail)`, async () => {
        const actual = await run(snippet).catch((error: unknown) => ({ error: String(error) }));
        expect(actual, "passes now: remove it from known-failures.json").not.toEqual(expected);
      });
    } else {
      test(name, async () => {
        expect(await run(snippet)).toEqual(expected);
      });
    }
  }

  test("every known failure is a snippet, with a reason", () => {
    const names = new Set(snippets.map(({ name }) => name));
    expect(Object.keys(knownFailures).filter((name) => !names.has(name))).toEqual([]);
    expect(Object.values(knownFailures).filter((reason) => reason.length < 10)).toEqual([]);
  });
});
