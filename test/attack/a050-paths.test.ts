// A050: `../`×50, `//`, `/./`, `%2e`, 4,096-byte names, 40-deep link loops → inside the root; ENAMETOOLONG; ELOOP.

import { expect, test } from "vitest";
import { O_CREAT, O_WRONLY } from "../../src/kernel/constants.js";
import { utf8 } from "../kernel/tables.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

const up = "../".repeat(50);

test.each([
  [`/mnt/${up}outside/secret`, "ENOENT"],
  [`/mnt/${up}etc/passwd-of-the-host`, "ENOENT"],
  ["/mnt//..//outside//secret", "ENOENT"],
  ["/mnt/./../outside/./secret", "ENOENT"],
  ["/mnt/%2e%2e/outside/secret", "ENOENT"],
  ["/mnt/..%2foutside/secret", "ENOENT"],
  ["/mnt/..\\outside\\secret", "ENOENT"],
  ["/mnt/file/../../outside/secret", "ENOTDIR"],
  [`/mnt/${"n".repeat(256)}`, "ENAMETOOLONG"],
  [`/mnt/${"n".repeat(4096)}`, "ENAMETOOLONG"],
  [`/mnt/${"d/".repeat(3000)}`, "ENAMETOOLONG"],
])("%.40s stays inside", (path, code) =>
  underOracle((saw) => {
    const { attacker, secret } = hostMount();
    saw(attacker.cat(path));
    expect(attacker.cat(path)).toBe(code);
    // Some are good names, of a file of the guest's own.
    const fd = attacker.open(path, O_WRONLY | O_CREAT);
    if (typeof fd === "number") attacker.guest.do("close", { fd });
    expect(secret()).toBe("outside");
  }),
);

test("the root's parent is the root", () =>
  underOracle((saw) => {
    const { attacker } = hostMount();
    expect(attacker.ls(`/mnt/${up}`)).toEqual(attacker.ls("/"));
    saw(String(attacker.ls(up)));
  }));

test.each([
  ["a link to itself", 1],
  ["a ring of two", 2],
  ["a ring of forty-one", 41],
])("%s is ELOOP", (_, length) =>
  underOracle(() => {
    const { attacker } = hostMount();
    for (let index = 0; index < length; index++) {
      const target = utf8(`/mnt/l${(index + 1) % length}`);
      attacker.guest.do("symlink", { target, ...attacker.at(`/mnt/l${index}`) });
    }
    expect(attacker.cat("/mnt/l0")).toBe("ELOOP");
    expect(attacker.open("/mnt/l0/x", O_WRONLY | O_CREAT)).toBe("ELOOP");
  }),
);
