// CPU time of guests is real: what computes has it, what sleeps has not, and parents get their children's.

import { expect, test } from "vitest";
import { bootNode, nodeInGuest } from "./node/node-kernel.js";

/** Computes until its own clock has gone on by 100 ms; then sleeps, which costs nothing. */
const program = `
const total = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const began = total();
while (total() - began < 100) for (let i = 0; i < 1e6; i++);
const computed = total();
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
const slept = total() - computed;
console.log(slept < 300, process.resourceUsage().userCPUTime / 1000 >= 50);
`;

/** A shell that computes for 50 ms, and a child of its that does. */
const script = `
  used=0
  until [ $used -ge 5 ]; do
    i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); done
    read -r line < /proc/$$/stat; set -- $line; used=\${14}
  done
  node -e 'while (process.cpuUsage().user < 50000);'
  read -r line < /proc/$$/stat; set -- $line; [ $((\${16} + \${17})) -ge 5 ] && echo both`;

test.each(["process", "thread"] as const)("isolation: %s", async (isolation) => {
  const kernel = await bootNode({ isolation });
  const outcome = await nodeInGuest(kernel, ["-e", program]);
  expect(outcome).toMatchObject({ stdout: "true true\n", stderr: "", exitCode: 0 });
  expect(await kernel.exec(script)).toMatchObject({ stdout: "both\n", stderr: "" });
});
