// A054: writing through a dangling link that points out → no file of the host appears.

import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { O_CREAT, O_EXCL, O_WRONLY } from "../../src/kernel/constants.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

test.each([
  ["relative", () => "../outside/new"],
  ["absolute", (outside: string) => join(outside, "new")],
])("a %s one makes nothing outside", (_, target) =>
  underOracle(() => {
    const { attacker, inside, outside } = hostMount();
    symlinkSync(target(outside), join(inside, "dangling"));
    expect(attacker.open("/mnt/dangling", O_WRONLY | O_CREAT)).toBe("ENOENT");
    expect(attacker.open("/mnt/dangling", O_WRONLY | O_CREAT | O_EXCL)).toBe("EEXIST");
    expect(attacker.guest.try("mkdir", { ...attacker.at("/mnt/dangling"), mode: 0o755 })).toBe(
      "EEXIST",
    );
    expect(readdirSync(outside)).toEqual(["secret"]);
  }),
);
