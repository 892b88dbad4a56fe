// node:crypto of guests, family by family: what a program prints is what it prints on the host's Node, errors included.

import { expect, test } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "../node-kernel.js";
import { fixtures } from "./fixtures.js";
import { programs } from "./programs.js";

test.each(programs(fixtures))("%s", async (_name, program) => {
  const kernel = await bootNode();
  const host = nodeOnHost(["-e", program], "/");
  const guest = await nodeInGuest(kernel, ["-e", program]);
  expect(guest.stdout).toBe(host.stdout);
  expect(guest.exitCode).toBe(0);
  expect(host.exitCode).toBe(0);
});

test("what a guest leaves lying is dropped, and it goes on", async () => {
  const kernel = await bootNode();
  const program = `const c = require('crypto'); const first = c.createCipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16)); const many = [];
    for (let i = 0; i < 5000; i++) many.push(c.createCipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16)));
    console.log(many.at(-1).update('x'.repeat(16), 'utf8', 'hex')); try { first.update('x'); } catch (e) { console.log(e.code); }`;
  const { stdout } = await nodeInGuest(kernel, ["-e", program]);
  expect(stdout).toMatch(/^[0-9a-f]{32}\nERR_CRYPTO_INVALID_STATE\n$/);
});
