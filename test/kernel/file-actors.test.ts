// Who processes are to the file system.

import { describe, expect, test } from "vitest";
import { descriptorCalls } from "../../src/bridge/descriptor-calls.js";
import { fileCalls } from "../../src/bridge/file-calls.js";
import { hostActor, realActorOf } from "../../src/kernel/actor.js";
import { AT_FDCWD, O_CREAT, O_RDONLY, O_WRONLY } from "../../src/kernel/constants.js";
import type { KernelUser } from "../../src/kernel/credentials.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { codeOf, IdleDriver, ok, openIn, start } from "./tables.js";

const ann: KernelUser = {
  uid: 1000,
  gid: 2000,
  groups: [3000],
  name: "ann",
  home: "/home/ann",
  shell: "/bin/sh",
};

function bootAs(user?: KernelUser): KernelTables {
  const tables = new KernelTables(createInMemoryFileSystem(), { ...defaultLimits }, user);
  tables.commands.register(new IdleDriver());
  return tables;
}

describe("processes of the host application", () => {
  test("are root when nothing is said", () => {
    const { credentials } = start(bootAs());
    expect(credentials).toMatchObject({ realUid: 0, effectiveUid: 0, realGid: 0, groups: [] });
  });

  test("are the kernel's user, and so are their children", () => {
    const tables = bootAs(ann);
    const parent = start(tables);
    const child = start(tables, { parent });
    for (const { credentials } of [parent, child]) {
      expect(credentials).toMatchObject({
        realUid: 1000,
        effectiveUid: 1000,
        savedUid: 1000,
        effectiveGid: 2000,
        groups: [3000],
      });
    }
    child.credentials.effectiveUid = 5;
    expect(parent.credentials.effectiveUid).toBe(1000);
  });

  test("own what they make, and may not touch what is the host application's", () => {
    const tables = bootAs(ann);
    const process = start(tables);
    openIn(tables, process, "/tmp/mine", O_WRONLY | O_CREAT);
    expect(ok(tables.vfs.stat(hostActor, "/", "/tmp/mine"))).toMatchObject({
      uid: 1000,
      gid: 2000,
    });
    const open = fileCalls.open(
      { tables, process },
      { directory: AT_FDCWD, path: "/etc/new", flags: O_WRONLY | O_CREAT, mode: 0o644, minimum: 0 },
    );
    expect(codeOf(open as never)).toBe("EACCES");
    ok(tables.vfs.mkdir(hostActor, "/", "/etc/new", 0o700));
    expect(codeOf(tables.vfs.rmdir(process.actor, "/", "/etc/new") ?? "ok")).toBe("EACCES");
  });
});

test("access(2) answers for the real ids, opening for the effective ones", () => {
  const tables = bootAs();
  const process = start(tables);
  ok(tables.vfs.mknod(hostActor, "/", "/tmp/f", 0o100600));
  process.credentials.realUid = 1000;
  const call = { directory: AT_FDCWD, path: "/tmp/f", mode: 4 };
  expect(codeOf(fileCalls.access({ tables, process }, { ...call, flags: 0 }) ?? "ok")).toBe(
    "EACCES",
  );
  expect(fileCalls.access({ tables, process }, { ...call, flags: 0x200 })).toBeUndefined();
  expect(realActorOf(process).uid).toBe(1000);
  openIn(tables, process, "/tmp/f", O_RDONLY);
});

test("a directory of 5000 names is read page by page, each name once, also by who deletes as it goes", () => {
  const tables = bootAs();
  const process = start(tables);
  ok(tables.vfs.mkdir(hostActor, "/", "/tmp/d", 0o755));
  for (let count = 0; count < 5000; count++) {
    ok(tables.vfs.mknod(hostActor, "/", `/tmp/d/f${count}`, 0o100644));
  }
  const fd = openIn(tables, process, "/tmp/d", O_RDONLY);
  const seen: string[] = [];
  const target = new Uint8Array(30_000);
  for (let position = 0; ; ) {
    const filled = ok(
      descriptorCalls.read_directory({ tables, process }, { fd, position, target }) as number,
    );
    if (filled === 0) break;
    const view = new DataView(target.buffer, 0, filled);
    for (let at = 0; at + 24 <= filled; ) {
      const length = view.getUint32(at + 16, true);
      if (at + 24 + length > filled) break;
      position = Number(view.getBigUint64(at, true));
      const name = new TextDecoder().decode(target.subarray(at + 24, at + 24 + length));
      seen.push(name);
      if (name.startsWith("f")) ok(tables.vfs.unlink(hostActor, "/", `/tmp/d/${name}`));
      at += 24 + length;
    }
  }
  expect(seen.length).toBe(5002);
  expect(new Set(seen).size).toBe(5002);
  ok(tables.vfs.rmdir(hostActor, "/", "/tmp/d"));
});

test("who makes a name for each one read comes to an end", () => {
  const tables = bootAs();
  const store = tables.vfs;
  ok(store.mkdir(hostActor, "/", "/tmp/d", 0o755));
  for (let count = 0; count < 10; count++) {
    ok(store.mknod(hostActor, "/", `/tmp/d/f${count}`, 0o100644));
  }
  const location = ok(store.resolveExisting(hostActor, "/", "/tmp/d", true));
  let seen = 0;
  for (const { name } of ok(store.entries(location))) {
    seen++;
    ok(store.mknod(hostActor, "/", `/tmp/d/${name}-copy`, 0o100644));
  }
  expect(seen).toBeGreaterThanOrEqual(10);
  expect(seen).toBeLessThanOrEqual(12);
});

test("held directories are let go with their holder", () => {
  const tables = bootAs();
  const before = tables.vfs.held.size;
  const process = start(tables, { cwd: "/tmp" });
  openIn(tables, process, "/tmp", O_RDONLY);
  expect(tables.vfs.held.size).toBe(before + 2);
  tables.processes.end(process, 0);
  expect(tables.vfs.held.size).toBe(before);
});
