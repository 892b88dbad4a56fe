// The layering rule (docs/architecture.md) is a lint rule in biome.json. This proves that the rule bites:
// one lint run over a throw-away tree with an import a file, then one look at each file's diagnostics.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const allowed: [file: string, source: string][] = [
  ["src/kernel/a.ts", "./errno.js"],
  ["src/kernel/b.ts", "memfs"],
  ["src/bridge/a.ts", "../kernel/pipe.js"],
  ["src/bridge/guest/a.ts", "../ring.js"],
  ["src/drivers/wasmvm/a.ts", "../../bridge/channel.js"],
  ["src/drivers/wasmvm/b.ts", "../../kernel/kernel-interface.js"],
  ["src/drivers/wasmvm/worker.ts", "node:worker_threads"],
  ["src/drivers/host/a.host.ts", "node:fs"],
  ["src/wasmvm.ts", "./drivers/wasmvm/driver.js"],
  ["src/runtime/a.ts", "../drivers/node/driver.js"],
  ["src/plugs/mcp/a.ts", "../../runtime/node-runtime.js"],
  ["src/plugs/mcp/a.host.ts", "node:http"],
  ["src/cli/a.host.ts", "../plugs/mcp/a.host.js"],
];

const forbidden: [file: string, source: string][] = [
  ["src/kernel/n.ts", "node:fs"],
  ["src/kernel/o.ts", "fs"],
  ["src/kernel/p.ts", "isolated-vm"],
  ["src/kernel/q.ts", "../bridge/syscalls.js"],
  ["src/kernel/r.ts", "../drivers/host/x.host.js"],
  ["src/kernel/s.ts", "../index.js"],
  ["src/bridge/n.ts", "node:worker_threads"],
  ["src/bridge/o.ts", "../drivers/wasmvm/driver.js"],
  ["src/bridge/guest/n.ts", "../../index.js"],
  ["src/drivers/wasmvm/n.ts", "node:fs"],
  ["src/drivers/wasmvm/o.ts", "../../kernel/pipe.js"],
  ["src/drivers/python/worker.ts", "../../kernel/process-table.js"],
  ["src/drivers/host/n.host.ts", "../../kernel/fd-table.js"],
  ["src/drivers/host/o.host.ts", "../../index.js"],
  ["src/drivers/host/p.host.ts", "../../runtime/errors.js"],
  ["src/runtime/n.ts", "../plugs/mcp/a.js"],
  ["src/runtime/o.ts", "node:fs"],
  ["src/plugs/ai/n.ts", "../../drivers/node/driver.js"],
  ["src/plugs/ai/o.ts", "../../cli/main.host.js"],
  ["src/cli/n.ts", "node:fs"],
  ["src/node.ts", "node:fs"],
];

/** Lints every case in one run and returns the files that the linter has something against. */
function lintCases(): Set<string> {
  const tree = mkdtempSync(join(tmpdir(), "secure-exec-layering-"));
  try {
    cpSync(join(root, "biome.json"), join(tree, "biome.json"));
    for (const [file, source] of [...allowed, ...forbidden]) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), `export { a } from "${source}";\n`);
    }
    const { stdout, error } = spawnSync(
      join(root, "node_modules/.bin/biome"),
      ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."],
      { cwd: tree, encoding: "utf8" },
    );
    if (error) throw error;
    const report: { diagnostics: { category: string; location: { path: string } }[] } =
      JSON.parse(stdout);
    return new Set(
      report.diagnostics
        .filter(({ category }) => category.startsWith("lint/"))
        .map(({ location }) => location.path),
    );
  } finally {
    rmSync(tree, { recursive: true });
  }
}

const rejected = lintCases();

test.each(allowed)("%s may import %s", (file) => {
  expect(rejected).not.toContain(file);
});

test.each(forbidden)("%s may not import %s", (file) => {
  expect(rejected).toContain(file);
});
