// Makes docs/commands.md from the manifests beside the WASM artifacts: `npm run docs`. A test compares the two. What
// differs from GNU is written in docs/commands-differences.json, by command, and stands beside the command here.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const page = fileURLToPath(new URL("./commands.md", import.meta.url));
const dist = new URL("../wasm/dist/", import.meta.url);
const readJson = (url) => JSON.parse(readFileSync(url, "utf8"));

/** The manifests, the shell's first, each with its artifact's compressed size. */
function programs() {
  return readdirSync(dist)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const manifest = readJson(new URL(name, dist));
      const program = manifest.file.replace(/\.wasm$/, "");
      const gzipBytes = gzipSync(readFileSync(new URL(manifest.file, dist)), { level: 9 }).length;
      return { ...manifest, program, gzipBytes };
    })
    .sort((a, b) => a.program.length - b.program.length || (a.program < b.program ? -1 : 1));
}

/** Two digits hide what another zlib makes of the same bytes. */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The page's text. */
export function commandsPage() {
  const all = programs();
  const differences = readJson(new URL("./commands-differences.json", import.meta.url));
  const rows = all
    .flatMap(({ program, commands }) => commands.map((command) => ({ program, command })))
    .sort((a, b) => (a.command < b.command ? -1 : 1))
    .map(
      ({ program, command }) => `| \`${command}\` | ${program} | ${differences[command] ?? ""} |`,
    );
  const sizes = all.map(
    ({ program, commands, sizeBytes, gzipBytes }) =>
      `| ${program} | ${commands.length} | ${megabytes(sizeBytes)} | ${megabytes(gzipBytes)} |`,
  );
  const total = [all.map(({ sizeBytes }) => sizeBytes), all.map(({ gzipBytes }) => gzipBytes)];
  return `<!-- Made by docs/commands.mjs from the manifests in wasm/dist. Run \`npm run docs\` to make it anew. -->
# Commands

The commands that \`createWasmVmRuntime()\` mounts, and the program that each is in. Options, output, exit codes and
messages are GNU's, the shell is bash; what differs is said here. A program is loaded when one of its commands is first run.

| program | commands | size | gzip |
|---|---|---|---|
${sizes.join("\n")}
| all | ${rows.length} | ${megabytes(sum(total[0]))} | ${megabytes(sum(total[1]))} |

## Everywhere

${differences[""].map((line) => `- ${line}`).join("\n")}

## By command

| command | program | what differs |
|---|---|---|
${rows.join("\n")}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, commandsPage());
