// A052: a directory of a host mount swapped for a link that leads out, between check and use → 0 escapes.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { O_CREAT, O_TRUNC, O_WRONLY } from "../../src/kernel/constants.js";
import { utf8 } from "../kernel/tables.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

/** Swaps the directory `d` and the link `l` for ever, as another program of the host. */
const swapper = `
  const { renameSync } = require("node:fs");
  process.chdir(process.argv[1]);
  process.on("message", () => process.exit());
  process.send("ready");
  const swap = () => {
    for (let index = 0; index < 500; index++) {
      renameSync("d", "x"); renameSync("l", "d"); renameSync("d", "l"); renameSync("x", "d");
    }
    setImmediate(swap);
  };
  swap();
`;

const ATTEMPTS = 100_000;
const LONGEST_MS = 6000;

test.skipIf(process.platform !== "linux")("the race is never won", { timeout: 60_000 }, () =>
  underOracle(async () => {
    const { attacker, inside, outside, secret } = hostMount();
    mkdirSync(join(inside, "d"));
    writeFileSync(join(inside, "d", "secret"), "inside");
    symlinkSync(outside, join(inside, "l"));
    const racer = spawn(process.execPath, ["-e", swapper, inside], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: {},
    });
    onTestFinished(() => void racer.kill("SIGKILL"));
    await new Promise((resolve) => racer.once("message", resolve));
    const answers = new Map<string, number>();
    const endMs = performance.now() + LONGEST_MS;
    let attempts = 0;
    for (; attempts < ATTEMPTS && performance.now() < endMs; attempts += 4) {
      const read = attacker.cat("/mnt/d/secret");
      answers.set(read, (answers.get(read) ?? 0) + 1);
      const fd = attacker.open("/mnt/d/secret", O_WRONLY | O_TRUNC);
      if (typeof fd === "number") {
        attacker.guest.do("write", { fd, data: utf8("inside") });
        attacker.guest.do("close", { fd });
      }
      const made = attacker.open("/mnt/d/new", O_WRONLY | O_CREAT);
      if (typeof made === "number") attacker.guest.do("close", { fd: made });
      attacker.guest.try("unlink", { ...attacker.at("/mnt/d/new"), flags: 0 });
    }
    const ended = new Promise((resolve) => racer.once("exit", resolve));
    racer.send("end");
    await ended;
    // What was not there in that moment, or a link to nothing in the guest's tree.
    for (const answer of answers.keys()) expect(answer).toMatch(/^(inside|)$|^E[A-Z]+$/);
    expect(secret()).toBe("outside");
    expect(readdirSync(outside)).toEqual(["secret"]);
    expect(existsSync(join(outside, "new"))).toBe(false);
    expect(attempts).toBeGreaterThan(1000);
  }),
);
