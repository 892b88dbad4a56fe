// child_process: fork and its channel, stdio arrays, users, sync forms. The same program here and on the host's Node.

import { describe, expect, test } from "vitest";
import { bootNode, nodeInGuest } from "../node-kernel.js";
import { expectAsHost } from "./beside-host.js";

const PRELUDE =
  "const { fork, spawn, spawnSync, execFileSync, exec } = require('child_process');\n";

const programs: Record<string, string> = {
  "fork: messages, callbacks and disconnect": `
    if (process.argv[2] === 'child') {
      process.on('message', (message) => { process.send({ echo: message }); if (message.end) process.disconnect(); });
      process.on('disconnect', () => console.error('child disconnected', process.connected));
    } else {
      const child = fork(__filename, ['child']);
      child.on('message', (message) => console.log(JSON.stringify(message))); child.on('disconnect', () => console.log('disconnected'));
      child.on('exit', (code, signal) => console.log(code, signal));
      child.send({ text: 'grüße\\n', n: [1, null] }, (error) => console.log('sent', error)); child.send({ end: true });
    }`,
  "fork: a large message, and one after the end": `
    if (process.argv[2] === 'child') { process.on('message', (text) => { process.send(text.length); process.disconnect(); }); }
    else {
      const child = fork(__filename, ['child']); child.send('x'.repeat(1_000_000)); child.on('message', (length) => console.log(length));
      child.on('disconnect', () => child.send('late', (error) => console.log(error.code)));
    }`,
  "fork: what is not cloned": `
    if (process.argv[2] !== 'child') { const child = fork(__filename, ['child']);
      for (const value of [undefined, () => {}, Symbol('s')]) try { child.send(value); } catch (error) { console.log(error.code); }
      child.disconnect(); child.on('exit', (code) => console.log(code)); } else process.on('message', () => {});`,
  "stdio arrays: descriptors beyond the standard ones go both ways": `
    if (process.argv[2] === 'child') { const fs = require('fs'); const b = Buffer.alloc(9); fs.writeSync(3, 'from child'); b.fill(' '); const n = fs.readSync(4, b); console.error(b.toString('utf8', 0, n)); }
    else {
      const child = spawn(process.execPath, [__filename, 'child'], { stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'] });
      child.stdio[3].on('data', (data) => console.log(String(data))); child.stdio[4].end('to child');
      child.on('close', (code) => console.log('close', code));
    }`,
  "a program that is not there": `
    const child = spawn('no-such-program', ['a']); console.log(child.pid); child.on('error', (error) => console.log(error.code, error.syscall, error.path, error.spawnargs));
    const { error, status, pid } = spawnSync('no-such-program'); console.log(error.code, status, pid);`,
  "sync forms: maxBuffer, timeout, input": `
    console.log(spawnSync('cat', { input: 'abc' }).stdout.toString());
    const big = spawnSync(process.execPath, ['-e', 'console.log("x".repeat(100))'], { maxBuffer: 10 }); console.log(big.error.code, big.stdout.length);
    const slow = spawnSync('sleep', ['20'], { timeout: 50 }); console.log(slow.error.code, slow.signal, slow.status);
    try { execFileSync('sh', ['-c', 'echo out; exit 3'], { stdio: 'pipe' }); } catch (error) { console.log(error.status, String(error.stdout)); }`,
  "signals and AbortSignal": `
    const child = spawn('sleep', ['20']); child.on('exit', (code, signal) => console.log(code, signal)); console.log(child.kill('SIGTERM'), child.killed);
    const controller = new AbortController(); const other = spawn('sleep', ['20'], { signal: controller.signal, killSignal: 'SIGKILL' });
    other.on('error', (error) => console.log(error.name)); other.on('exit', (code, signal) => console.log(code, signal)); child.on('exit', () => controller.abort());`,
};

describe("as on the host", () => {
  test.for(Object.entries(programs))("%s", async ([, program]) => {
    await expectAsHost(PRELUDE + program);
  });
});

test("a child has the user, the group and the session that it is given", async () => {
  const kernel = await bootNode();
  const program = `const { execFileSync, spawn } = require('child_process');
    console.log(execFileSync('id', ['-u'], { uid: 1000, gid: 1001 }).toString().trim(), execFileSync('id', ['-g'], { uid: 1000, gid: 1001 }).toString().trim());
    const child = spawn(process.execPath, ['-e', "try { process.setuid(0) } catch (error) { console.log(error.code, process.getgroups()) }"], { uid: 1000, gid: 1001, stdio: 'inherit', detached: true });
    child.on('exit', () => { try { process.setegid('nogroup'); process.setgroups([]); console.log(process.getegid()); } catch (error) { console.log(error.message); } });`;
  const { stdout, stderr, exitCode } = await nodeInGuest(kernel, ["-e", program]);
  expect({ stdout, stderr, exitCode }).toEqual({
    stdout: "1000 1001\nEPERM [ 1001 ]\n65534\n",
    stderr: "",
    exitCode: 0,
  });
});
