// A056, A103: FIFOs, sockets and devices of the host in a mount → EACCES, and nobody hangs.

import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } from "../../src/kernel/constants.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

const isRoot = process.getuid?.() === 0;

test("none can be opened, linked or bound to", async () => {
  const { attacker, inside } = hostMount();
  spawnSync("mkfifo", [join(inside, "fifo")]);
  const made = isRoot && spawnSync("mknod", [join(inside, "device"), "c", "1", "5"]).status === 0;
  let connections = 0;
  const server = createServer(() => connections++);
  await new Promise<void>((resolve) => server.listen(join(inside, "docker.sock"), resolve));
  onTestFinished(() => void server.close());
  await underOracle(() => {
    for (const name of ["fifo", "docker.sock", ...(made ? ["device"] : [])]) {
      for (const flags of [O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_NONBLOCK]) {
        expect(attacker.open(`/mnt/${name}`, flags)).toBe("EACCES");
      }
    }
    expect(attacker.ls("/mnt")).toContain("fifo");
  });
  expect(connections).toBe(0);
});
