// Callbacks that are set late: what was kept first, each promise awaited before the next chunk.

import { expect, test } from "vitest";
import { bootKernel, Puppets, turn } from "./drivers.js";

test("a late callback's promise is awaited before the next chunk, and by wait()", async () => {
  const puppets = new Puppets();
  const { kernel } = await bootKernel([puppets]);
  const handle = kernel.spawn("puppet", []);
  puppets.last.write("early");
  const seen: string[] = [];
  let release = () => {};
  handle.onStdout = (data) => {
    seen.push(new TextDecoder().decode(data));
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  };
  puppets.last.write("next");
  puppets.last.exit(0);
  let isOver = false;
  const waiting = handle.wait().then(() => {
    isOver = true;
  });
  await turn();
  expect([seen, isOver]).toEqual([["early"], false]);
  release();
  await turn();
  expect([seen, isOver]).toEqual([["early", "next"], false]);
  release();
  await waiting;
});

test("wait() resolves only when a late callback is through with what was kept", async () => {
  const puppets = new Puppets();
  const { kernel } = await bootKernel([puppets]);
  const handle = kernel.spawn("puppet", []);
  puppets.last.write("early");
  puppets.last.exit(0);
  await turn();
  let release = () => {};
  handle.onStdout = () =>
    new Promise<void>((resolve) => {
      release = resolve;
    });
  let isOver = false;
  const waiting = handle.wait().then(() => {
    isOver = true;
  });
  await turn();
  expect(isOver).toBe(false);
  release();
  await waiting;
});
