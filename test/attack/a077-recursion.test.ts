// A077, A086, A087: recursion without end, arguments without measure and bombs of text are errors of the language or a limit.

import { expect, test } from "vitest";
import { inProcesses, inThreads, withKernel } from "./limit-probe.js";

const recursions = [
  "(function again() { again(); })();",
  "JSON.parse('['.repeat(1e5)); ",
  "new RegExp('('.repeat(1e5));",
  "eval('('.repeat(1e5));",
  "let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; JSON.stringify(deep);",
];

test("A077 in both isolations: an exception of the language, and exit code 1", async () => {
  const limits = { wallMs: 20_000 };
  const expected = recursions.map(() => ({ exitCode: 1, limit: null }));
  expect(await inProcesses(recursions, limits)).toMatchObject(expected);
  const { outcomes } = await inThreads(recursions.slice(0, 2), limits);
  expect(outcomes).toMatchObject(expected.slice(0, outcomes.length));
});

test("A077, A086, A087: the shell, WASM programs, long arguments and bombs of text", () =>
  withKernel(
    async (kernel, saw) => {
      const outcomes: Record<string, number> = {};
      const limits = { wallMs: 4000, wasmBytes: 64 * 1024 * 1024, capturedBytes: 100_000 };
      const lines = {
        functions: "f() { f; }; f",
        substitutions: `${"echo $(".repeat(2000)}echo${")".repeat(2000)}`,
        subshells: `${"( ".repeat(5000)}:${" )".repeat(5000)}`,
        "jq's input": "head -c 200000 /dev/zero | tr '\\0' '[' | jq .",
        "jq's functions": "jq -n 'def f: 1 + f; f'",
        "grep's groups": `echo | grep -E "$(head -c 5000 /dev/zero | tr '\\0' '(')"`,
        "awk's functions": "awk 'function f() { return f() + 1 } BEGIN { f() }'",
        braces: "echo {1..99999999}",
        "nested braces":
          "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        seq: "seq 1000000000000",
        printf: "printf '%1000000000s'",
        dd: "dd if=/dev/zero of=/dev/null bs=4G count=1",
      };
      const tooLong =
        "node -e \"process.exit(require('child_process').spawnSync('true', ['x'.repeat(1e7)]).error.code === 'E2BIG' ? 0 : 1)\"";
      expect(await kernel.exec(tooLong)).toMatchObject({ exitCode: 0 });
      await Promise.all(
        Object.entries(lines).map(async ([name, line]) => {
          const { exitCode, stdout, stderr } = await kernel.exec(line, { limits });
          saw(stdout.slice(0, 1000) + stderr);
          outcomes[name] = exitCode;
        }),
      );
      // None goes on, and none takes the host with it; deep nesting that a parser can do is fine.
      for (const code of Object.values(outcomes))
        expect([0, 1, 2, 5, 126, 127, 134, 143]).toContain(code);
      expect([outcomes.functions, outcomes.seq, outcomes.dd]).not.toContain(0);
    },
    { argumentBytes: 200 * 1024 },
  ));
