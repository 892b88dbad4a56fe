// A runner of checks on code that nobody has read: the project is mounted read-only, each job works on a copy of its
// own, with a time limit, and the report says what happened.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeRuntime } from "secure-exec";

const project = mkdtempSync(join(tmpdir(), "project-"));
writeFileSync(join(project, "sum.mjs"), "export const sum = (a, b) => a + b;\n");
writeFileSync(
  join(project, "sum.test.mjs"),
  `import assert from "node:assert";
import { sum } from "./sum.mjs";
assert.equal(sum(1, 2), 3);
console.log("1 test passed");
`,
);

const jobs = [
  { name: "test", script: "node sum.test.mjs" },
  { name: "build", script: "mkdir out && tar czf out/sum.tgz *.mjs && tar tzf out/sum.tgz" },
  { name: "lint", script: "! grep -n 'console.log' *.mjs" },
  { name: "hangs", script: "sleep 1000", timeoutMs: 1000 },
  { name: "vandal", script: "rm -rf /project/*; ls /project" },
];

const runtime = await NodeRuntime.create({
  mounts: [{ guestPath: "/project", hostPath: project }],
});

for (const { name, script, timeoutMs = 30_000 } of jobs) {
  const cwd = `/jobs/${name}`;
  await runtime.shell(`mkdir -p ${cwd} && cp /project/* ${cwd}`);
  const { exitCode, stdout } = await runtime
    .shell(`cd ${cwd}; ${script}`, { timeoutMs })
    .catch(({ code, stdout }) => ({ exitCode: code, stdout }));
  console.log(`${exitCode === 0 ? "passed" : `failed (${exitCode})`} ${name}`);
  for (const line of stdout.split("\n").filter(Boolean)) console.log(`  ${line}`);
}

rmSync(project, { recursive: true });

await runtime.dispose();
