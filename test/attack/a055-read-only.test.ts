// A055: read-only mount: chmod, utimes, truncate, O_TRUNC|O_RDONLY, rename-over, link → EROFS.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  AT_FDCWD,
  O_CREAT,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from "../../src/kernel/constants.js";
import { utf8 } from "../kernel/tables.js";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

test("every way to change something is EROFS", () =>
  underOracle(() => {
    const { attacker, inside } = hostMount(true);
    const { guest } = attacker;
    const before = statSync(join(inside, "file"));
    const file = attacker.at("/mnt/file");
    const two = (from: string, to: string) => ({
      oldDirectory: AT_FDCWD,
      oldPath: utf8(from),
      newDirectory: AT_FDCWD,
      newPath: utf8(to),
    });
    for (const flags of [O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC]) {
      expect(attacker.open("/mnt/file", flags)).toBe("EROFS");
    }
    expect(attacker.open("/mnt/new", O_WRONLY | O_CREAT)).toBe("EROFS");
    expect(guest.try("chmod", { ...file, mode: 0o777 })).toBe("EROFS");
    const times = new Uint8Array(32);
    expect(guest.try("utimes", { ...file, times, set: 3, flags: 0 })).toMatch(/^(EROFS|EINVAL)$/);
    expect(guest.try("rename", two("/mnt/file", "/mnt/other"))).toBe("EROFS");
    expect(guest.try("link", { ...two("/mnt/file", "/mnt/other"), flags: 0 })).toBe("EROFS");
    expect(guest.try("symlink", { target: utf8("x"), ...attacker.at("/mnt/l") })).toBe("EROFS");
    expect(guest.try("mkdir", { ...attacker.at("/mnt/d"), mode: 0o755 })).toBe("EROFS");
    expect(guest.try("unlink", { ...file, flags: 0 })).toBe("EROFS");
    const fd = attacker.open("/mnt/file") as number;
    expect(guest.try("ftruncate", { fd, size: 0 })).toBe("EINVAL");
    expect(guest.try("fchmod", { fd, mode: 0 })).toBe("EROFS");
    guest.do("close", { fd });
    expect(attacker.cat("/mnt/file")).toBe("inside");
    const after = statSync(join(inside, "file"));
    expect([after.mode, after.mtimeMs, after.ctimeMs]).toEqual([
      before.mode,
      before.mtimeMs,
      before.ctimeMs,
    ]);
    expect(readdirSync(inside)).toEqual(["file"]);
  }));
