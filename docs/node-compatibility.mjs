// Makes docs/node-compatibility.md from the results of Node's own tests (test/conformance/node/results.json, written by
// `npm run conformance -- node`): `npm run docs`. A test compares the two.

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { modules as aims } from "../test/conformance/node/modules.mjs";

const page = fileURLToPath(new URL("./node-compatibility.md", import.meta.url));
const results = new URL("../test/conformance/node/results.json", import.meta.url);
const NAMED_MAX = 12;

/** The page's text. */
export function nodeCompatibilityPage() {
  const { generatedBy, node, total, modules, failures } = JSON.parse(readFileSync(results, "utf8"));
  const rows = aims
    .filter(([name]) => modules[name])
    .map(([name, , aim]) => {
      const { host, guest, share } = modules[name];
      return `| ${name} | ${host} | ${guest} | ${share} | ${aim === 0 ? "" : `${aim} %`} |`;
    });
  return `<!-- Made by docs/node-compatibility.mjs from test/conformance/node/results.json. Run \`npm run docs\` to make it anew. -->
# Node compatibility

Node's own tests (\`test/parallel\` for Node ${node}), each file run on the host's Node and in the sandbox by \`${generatedBy}\`${isSample(generatedBy) ? ", a fixed sample of 400 files" : ""}. Of the files that the host passes:

| module | host | sandbox | share | aim |
|---|---|---|---|---|
${rows.join("\n")}
| all | ${total.host} | ${total.guest} | ${total.share} | 75 % |

## Why files fail

What the failing files say first, the commonest causes before the rest; every file stands in \`test/conformance/node/results.json\`.

| files | what they say |
|---|---|
${causes(failures).join("\n")}
`;
}

const isSample = (command) => command.endsWith("sample");

function causes(failures) {
  const counts = new Map();
  for (const { reason } of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort(([a, some], [b, other]) => other - some || (a < b ? -1 : 1))
    .slice(0, NAMED_MAX)
    .map(([reason, count]) => `| ${count} | ${cell(reason)} |`);
}

/** Text that stands in a table's cell as it is. */
const cell = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(page, nodeCompatibilityPage());
}
