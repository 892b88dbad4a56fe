// A060: chown, setuid bits, sticky directories and umask, as uid 1000 and as the guest's root → POSIX's answers;
// nothing of it means anything on the host.

import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import { O_CREAT, O_RDONLY, O_RDWR, O_WRONLY } from "../../src/kernel/constants.js";
import { rootUser } from "../../src/kernel/credentials.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import type { DirectGuest } from "../bridge/direct-guest.js";
import { IdleDriver, ok, openIn, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";
import { underOracle } from "./universal-oracle.js";

/** Files of root's, /tmp/own of uid 1000's, and an attacker with that uid. */
function boot(uid: number) {
  const user = { ...rootUser, uid, gid: uid, groups: uid === 0 ? [] : [1001] };
  const tables = new KernelTables(createInMemoryFileSystem(), { ...defaultLimits }, user);
  tables.commands.register(new IdleDriver());
  const attacker = new Attacker(tables);
  const make = (path: string, mode: number, owner: number, content = ""): void => {
    const file = ok(
      tables.vfs.create(hostActor, ok(tables.vfs.resolve(hostActor, "/", path, true)), mode, true),
    );
    ok(file.write(utf8(content), 0));
    file.close();
    ok(tables.vfs.setAttributes(hostActor, "/", path, { uid: owner, gid: owner }, true));
    ok(tables.vfs.setAttributes(hostActor, "/", path, { mode }, true));
  };
  make("/tmp/own", 0o755, 1000);
  make("/tmp/roots", 0o644, 0);
  make("/root/secret", 0o600, 0, "secret");
  make("/tmp/suid", 0o4755, 0, "#!/bin/idle\n");
  const { guest } = attacker;
  const chown = (path: string, owner: number, group: number): string =>
    guest.try("chown", { ...attacker.at(path), uid: owner, gid: group, flags: 0 });
  const chmod = (path: string, mode: number): string =>
    guest.try("chmod", { ...attacker.at(path), mode });
  const stat = (path: string) => ok(tables.vfs.stat(hostActor, "/", path));
  return { tables, attacker, guest, chown, chmod, stat };
}

describe("uid 1000", () => {
  test("gives no file away, and takes none", () =>
    underOracle(() => {
      const { chown, stat } = boot(1000);
      expect(chown("/tmp/own", 0, -1)).toBe("EPERM");
      expect(chown("/tmp/own", 1001, -1)).toBe("EPERM");
      expect(chown("/tmp/roots", 1000, -1)).toBe("EPERM");
      expect(chown("/tmp/suid", 1000, 1000)).toBe("EPERM");
      expect(stat("/tmp/own")).toMatchObject({ uid: 1000, gid: 1000 });
      expect(stat("/tmp/suid")).toMatchObject({ uid: 0, mode: 0o104755 });
    }));

  test("gives its file to groups that it is in only", () =>
    underOracle(() => {
      const { chown, stat } = boot(1000);
      expect(chown("/tmp/own", -1, 0)).toBe("EPERM");
      expect(chown("/tmp/own", -1, 1001)).toBe("ok");
      expect(stat("/tmp/own").gid).toBe(1001);
    }));

  test("changes the mode of its own files only; chown takes setuid and setgid bits away", () =>
    underOracle(() => {
      const { chown, chmod, stat } = boot(1000);
      expect(chmod("/tmp/roots", 0o777)).toBe("EPERM");
      expect(chmod("/tmp/own", 0o6755)).toBe("ok");
      expect(stat("/tmp/own").mode & 0o7777).toBe(0o6755);
      expect(chown("/tmp/own", -1, 1001)).toBe("ok");
      expect(stat("/tmp/own").mode & 0o7777).toBe(0o755);
    }));

  test("sets no setgid bit for a group that it is not in", () =>
    underOracle(() => {
      const { tables, chmod, stat } = boot(1000);
      ok(tables.vfs.setAttributes(hostActor, "/", "/tmp/own", { gid: 0 }, true));
      expect(chmod("/tmp/own", 0o2755)).toBe("ok");
      expect(stat("/tmp/own").mode & 0o7777).toBe(0o755);
    }));

  test("a setuid program of root's runs as uid 1000", () =>
    underOracle(() => {
      const { attacker, guest } = boot(1000);
      const none = new Uint8Array(0);
      const args = { path: utf8("/tmp/suid"), argv: utf8("x\0"), env: none, actions: none };
      const pid = guest.do("spawn", { ...args, flags: 0, attributes: none });
      expect(attacker.cat(`/proc/${pid}/status`)).toContain("\nUid:\t1000\t1000\t1000\t1000\n");
    }));

  test("in a sticky directory removes and renames its own files only", () =>
    underOracle(() => {
      const { attacker, guest, tables } = boot(1000);
      expect(guest.try("unlink", { ...attacker.at("/tmp/roots"), flags: 0 })).toBe("EPERM");
      const { directory, path } = attacker.at("/tmp/roots");
      const target = attacker.at("/tmp/stolen");
      const rename = { oldDirectory: directory, oldPath: path, newDirectory: directory };
      expect(guest.try("rename", { ...rename, newPath: target.path })).toBe("EPERM");
      const over = { ...rename, oldPath: utf8("/tmp/own"), newPath: utf8("/tmp/roots") };
      expect(guest.try("rename", over)).toBe("EPERM");
      expect(guest.try("unlink", { ...attacker.at("/tmp/own"), flags: 0 })).toBe("ok");
      ok(tables.vfs.stat(hostActor, "/", "/tmp/roots"));
    }));

  test("reads and writes what the bits let it", () =>
    underOracle((saw) => {
      const { attacker } = boot(1000);
      saw(attacker.cat("/root/secret"));
      expect(attacker.cat("/root/secret")).toBe("EACCES");
      expect(attacker.open("/tmp/roots", O_WRONLY)).toBe("EACCES");
      expect(attacker.open("/root/new", O_RDWR | O_CREAT)).toBe("EACCES");
      expect(attacker.open("/etc/new", O_RDWR | O_CREAT)).toBe("EACCES");
      expect(attacker.cat("/proc/self/environ")).toBe("");
    }));
});

describe("setuid and its like", () => {
  const ids = (guest: DirectGuest): number[] => {
    guest.do("get_ids", {});
    return [...new Uint32Array(guest.resultBytes.slice().buffer)];
  };

  test("uid 1000 becomes nobody else", () =>
    underOracle(() => {
      const { guest } = boot(1000);
      expect(guest.try("set_user", { id: 0 })).toBe("EPERM");
      expect(guest.try("set_group", { id: 0 })).toBe("EPERM");
      expect(guest.try("set_user_ids", { real: -1, effective: 0, saved: -1 })).toBe("EPERM");
      expect(guest.try("set_group_ids", { real: -1, effective: 0, saved: -1 })).toBe("EPERM");
      expect(guest.try("set_groups", { groups: new Uint8Array(4) })).toBe("EPERM");
      expect(ids(guest)).toEqual(Array(6).fill(1000));
    }));

  test("who has given root up for good does not get it back, and loses what root may", () =>
    underOracle(() => {
      const { attacker, guest, chown } = boot(0);
      expect(guest.try("set_user", { id: 1000 })).toBe("ok");
      expect(ids(guest).slice(0, 3)).toEqual([1000, 1000, 1000]);
      expect(guest.try("set_user", { id: 0 })).toBe("EPERM");
      expect(guest.try("set_user_ids", { real: -1, effective: 0, saved: -1 })).toBe("EPERM");
      expect(attacker.cat("/root/secret")).toBe("EACCES");
      expect(chown("/tmp/roots", 1000, -1)).toBe("EPERM");
    }));

  test("who keeps root as saved id may return, and is held to the other until then", () =>
    underOracle(() => {
      const { attacker, guest } = boot(0);
      guest.do("set_user_ids", { real: -1, effective: 1000, saved: -1 });
      expect(attacker.cat("/root/secret")).toBe("EACCES");
      guest.do("set_user_ids", { real: -1, effective: 0, saved: -1 });
      expect(attacker.cat("/root/secret")).toBe("secret");
    }));

  test("another user of the same session sees nothing of a process of root's in /proc", () =>
    underOracle(() => {
      const { tables, attacker, guest } = boot(0);
      const child = new Attacker(tables, { parent: attacker.process, env: { SECRET: "x" } });
      expect(attacker.cat(`/proc/${child.process.pid}/environ`)).toBe("SECRET=x\0");
      guest.do("set_user", { id: 1000 });
      expect(attacker.cat(`/proc/${child.process.pid}/environ`)).toBe("EACCES");
      expect(attacker.ls(`/proc/${child.process.pid}/fd`)).toBe("EACCES");
    }));
});

describe("the guest's root", () => {
  test("owns what it likes; setuid bits go with the owner", () =>
    underOracle(() => {
      const { chown, stat } = boot(0);
      expect(chown("/tmp/suid", 7, 8)).toBe("ok");
      expect(stat("/tmp/suid")).toMatchObject({ uid: 7, gid: 8 });
      expect(stat("/tmp/suid").mode & 0o7777).toBe(0o755);
      expect(chown("/tmp/own", 2 ** 31 - 1, 2 ** 31 - 1)).toBe("ok");
    }));

  test("reads what has no bits, runs nothing without an x", () =>
    underOracle(() => {
      const { attacker, chmod, guest } = boot(0);
      expect(chmod("/root/secret", 0)).toBe("ok");
      expect(attacker.cat("/root/secret")).toBe("secret");
      const none = new Uint8Array(0);
      const args = { path: utf8("/root/secret"), argv: utf8("x\0"), env: none, actions: none };
      expect(guest.try("spawn", { ...args, flags: 0, attributes: none })).toBe("EACCES");
    }));

  test("makes no device nodes", () =>
    underOracle(() => {
      const { attacker, guest } = boot(0);
      for (const type of [0o020000, 0o060000]) {
        const args = { ...attacker.at("/tmp/device"), mode: type | 0o666 };
        expect(guest.try("mknod", args)).toBe("EPERM");
      }
      expect(attacker.open("/tmp/device")).toBe("ENOENT");
    }));
});

describe.each([0, 1000])("uid %d", (uid) => {
  test("umask keeps permission bits only, and is held against new files and directories", () =>
    underOracle(() => {
      const { attacker, guest, stat } = boot(uid);
      guest.do("umask", { mask: 0o37777077 });
      expect(guest.do("umask", { mask: 0o077 })).toBe(0o077);
      attacker.open("/tmp/new", O_RDWR | O_CREAT, 0o7777);
      guest.do("mkdir", { ...attacker.at("/tmp/dir"), mode: 0o777 });
      expect(stat("/tmp/new")).toMatchObject({ uid, gid: uid });
      expect(stat("/tmp/new").mode & 0o777).toBe(0o700);
      expect(stat("/tmp/dir").mode & 0o777).toBe(0o700);
    }));

  test("a new file in a setgid directory has the directory's group", () =>
    underOracle(() => {
      const { tables, attacker, stat } = boot(uid);
      ok(tables.vfs.mkdir(hostActor, "/", "/tmp/g", 0o777));
      ok(tables.vfs.setAttributes(hostActor, "/", "/tmp/g", { gid: 1001 }, true));
      ok(tables.vfs.setAttributes(hostActor, "/", "/tmp/g", { mode: 0o2777 }, true));
      attacker.open("/tmp/g/f", O_RDWR | O_CREAT);
      expect(stat("/tmp/g/f").gid).toBe(1001);
    }));

  test("an id is 32 bits without a sign", () =>
    underOracle(() => {
      const { chown, stat } = boot(uid);
      expect(chown("/tmp/own", -2, -1)).toBe(uid === 0 ? "ok" : "EPERM");
      expect(stat("/tmp/own").uid).toBe(uid === 0 ? 2 ** 32 - 2 : 1000);
    }));

  test("reading its own files works as ever", () =>
    underOracle(() => {
      const { attacker, tables } = boot(uid);
      const fd = openIn(tables, attacker.process, "/tmp/mine", O_RDWR | O_CREAT, 0o600);
      attacker.guest.do("write", { fd, data: utf8("mine") });
      expect(attacker.cat("/tmp/mine")).toBe("mine");
      expect(attacker.open("/tmp/mine", O_RDONLY)).not.toBe("EACCES");
    }));
});
