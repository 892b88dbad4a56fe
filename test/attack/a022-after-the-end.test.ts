// A022: when a guest has ended or its time is over, nothing of it runs any more, and the host hears of no rejection.

import { expect, onTestFinished, test } from "vitest";
import { bootNode, nodeInGuest } from "../drivers/node/node-kernel.js";
import { attack, isolations } from "./node-guest.js";

test.for(isolations)("nothing runs after exit (%s)", async (isolation) => {
  const rejections: unknown[] = [];
  const hear = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", hear);
  onTestFinished(() => void process.off("unhandledRejection", hear));
  const { stdout, exitCode } = await attack(
    `const late = (name) => () => bad(name);
    const registry = new FinalizationRegistry(late('finalization')); for (let index = 0; index < 1000; index++) registry.register({ index }, index);
    process.on('exit', () => {
      setTimeout(late('timer'), 0); setImmediate(late('immediate')); Promise.resolve().then(() => {}).then(late('microtask')); process.nextTick(late('tick'));
      Promise.reject(new Error('in exit')); require('fs').readFile('/tmp/probe.cjs', late('read')); queueMicrotask(late('queued'));
      say('exiting');
    });
    setTimeout(() => {}, 1e6); Promise.reject(new Error('before')).catch(() => {});
    process.exit(5);`,
    { isolation },
  );
  expect({ stdout, exitCode, rejections }).toEqual({
    stdout: "exiting\n",
    exitCode: 5,
    rejections: [],
  });
});

test.for(isolations)("nothing runs after the time is over (%s)", async (isolation) => {
  const kernel = await bootNode({ isolation });
  const program = `const fs = require('fs'); const fd = fs.openSync('/tmp/ticks', 'w');
    new FinalizationRegistry(() => fs.writeSync(fd, 'f')).register({}, 1); process.on('exit', () => fs.writeSync(fd, 'e'));
    setInterval(() => fs.writeSync(fd, 'i'), 1); const again = () => Promise.resolve().then(() => { fs.writeSync(fd, 'm'); setImmediate(again); }); again();`;
  await kernel.writeFile("/tmp/endless.cjs", program);
  await expect(kernel.exec("node /tmp/endless.cjs", { timeout: 3000 })).rejects.toMatchObject({
    code: "ETIMEDOUT",
  });
  const then = (await kernel.readFile("/tmp/ticks")).length;
  // Another guest's whole life later.
  await nodeInGuest(kernel, ["-e", "setTimeout(() => {}, 50)"]);
  expect((await kernel.readFile("/tmp/ticks")).length).toBe(then);
});
