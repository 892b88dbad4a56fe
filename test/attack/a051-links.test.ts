// A051: links to host files, to the mount's parent, to /proc/self/{root,cwd,fd/N}, /dev/fd/N → resolved in the VFS only.

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { O_CREAT, O_TRUNC, O_WRONLY } from "../../src/kernel/constants.js";
import { utf8 } from "../kernel/tables.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

test("links of the host that lead out lead into the guest's own tree", () =>
  underOracle((saw) => {
    const { attacker, inside, outside, secret } = hostMount();
    symlinkSync("/etc/machine-id", join(inside, "host-file"));
    symlinkSync("..", join(inside, "parent"));
    symlinkSync(outside, join(inside, "absolute"));
    symlinkSync("../outside/secret", join(inside, "relative"));
    for (const name of ["host-file", "absolute/secret", "relative", "parent/outside/secret"]) {
      saw(attacker.cat(`/mnt/${name}`));
      expect(attacker.cat(`/mnt/${name}`)).toBe("ENOENT");
    }
    expect(attacker.ls("/mnt/parent")).toEqual(attacker.ls("/"));
    attacker.open("/mnt/relative", O_WRONLY | O_CREAT | O_TRUNC);
    expect(secret()).toBe("outside");
  }));

test.each(["/proc/self/root", "/proc/self/cwd", "/proc/1/root", "/proc/self/fd/0", "/dev/fd/0"])(
  "a guest's link to %s shows nothing of the host",
  (target) =>
    underOracle((saw) => {
      const { attacker, outside } = hostMount();
      attacker.guest.do("symlink", { target: utf8(target), ...attacker.at("/mnt/link") });
      for (const below of ["", `${outside}/secret`, "/etc/machine-id", "/../../etc/machine-id"]) {
        const seen = attacker.cat(`/mnt/link${below}`);
        saw(seen);
        expect(seen).toMatch(/^E[A-Z]+$/);
      }
    }),
);
