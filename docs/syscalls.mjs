// Makes docs/syscalls.md from the table in src/bridge/syscalls.ts: `npm run docs`. A test compares the two.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const page = fileURLToPath(new URL("./syscalls.md", import.meta.url));

/** The table, from its TypeScript source. */
async function loadTable() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/bridge/syscalls.ts", import.meta.url))],
    format: "esm",
    write: false,
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  const { syscalls } = await import(`data:text/javascript;base64,${source}`);
  return Object.entries(syscalls).sort(([, a], [, b]) => a.number - b.number);
}

function describeRow([name, row]) {
  const args = Object.entries(row.arguments).map(([key, kind]) => `${key}: ${kind}`);
  const waits = row.blocks ? (row.restarts ? "yes, restarts" : "yes") : "no";
  const cells = [
    row.number,
    `\`${name}(${args.join(", ")})\``,
    row.result,
    row.summary,
    waits,
    row.permission,
    row.status,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The page's text. */
export async function syscallsPage() {
  const rows = (await loadTable()).map(describeRow);
  return `<!-- Made by docs/syscalls.mjs from src/bridge/syscalls.ts. Run \`npm run docs\` to make it anew. -->
# System calls

What guests ask the kernel. The kinds of arguments and results are explained at the top of
\`src/bridge/syscalls.ts\`; \`waits\` says whether a call may block, and whether it goes on after a handled signal.

| nr | call | result | what it does | waits | permission | status |
|---|---|---|---|---|---|---|
${rows.join("\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, await syscallsPage());
