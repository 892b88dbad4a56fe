import { writeFileSync } from "node:fs";
import { $, execa, execaNode } from "execa";

console.log((await execa("echo", ["hello", "world"])).stdout);
const failed = await execa("sh", ["-c", "echo out; echo err >&2; exit 3"], { reject: false });
console.log(failed.exitCode, failed.stdout, failed.stderr, failed.shortMessage);
const missing = await execa("no-such-command", { reject: false });
console.log(missing.code, missing.failed);
console.log((await execa("cat", { input: "from input" })).stdout);
console.log((await $`printf %s\\n b a`.pipe`sort`).stdout);
const timed = await execa("sleep", ["10"], { timeout: 50, reject: false });
console.log(timed.timedOut, timed.signal);
const lines = [];
for await (const line of execa("printf", ["1\n2\n3\n"])) lines.push(line);
console.log(lines);
writeFileSync(
  "child.mjs",
  "process.once('message', (m) => process.send(m + 1, () => process.disconnect()));",
);
const child = execaNode("child.mjs", { ipc: true });
await child.sendMessage(41);
console.log(await child.getOneMessage());
await child;
