// Time of check, time of use: a name that changes while a permission function thinks is resolved and asked
// about again; nothing is done to what was not asked about.

import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import { AT_FDCWD, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } from "../../src/kernel/constants.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import type { FileRequest, PermissionDecision } from "../../src/kernel/permissions.js";
import { IdleDriver, ok, openIn, utf8 } from "../kernel/tables.js";
import { Attacker } from "./guest.js";

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A rule that thinks until it is told; /secret is refused, all else allowed. */
class SlowRule {
  readonly asked: string[] = [];
  #waiting: (() => void)[] = [];
  /** Until then everything is allowed at once. */
  isSlow = false;

  readonly rule = (request: FileRequest): PermissionDecision | Promise<PermissionDecision> => {
    if (!this.isSlow) return true;
    this.asked.push(`${request.op} ${request.path}`);
    const allow = !request.path.startsWith("/secret");
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(allow ? true : { allow, reason: "secret" }));
    });
  };

  /** Answers what is asked now, and lets what follows happen. */
  async answer(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) resolve();
    await settle();
  }
}

/** /open/f and /secret/f, and the link /l to the first; two guests of one session. */
function boot() {
  const slow = new SlowRule();
  const policy = new PermissionPolicy({ fs: slow.rule, childProcess: true, env: true });
  const limits = { ...defaultLimits };
  const tables = new KernelTables(createInMemoryFileSystem(), limits, undefined, policy);
  tables.commands.register(new IdleDriver());
  const attacker = new Attacker(tables);
  for (const folder of ["/open", "/secret"]) {
    ok(tables.vfs.mkdir(hostActor, "/", folder, 0o777));
    const fd = openIn(tables, attacker.process, `${folder}/f`, O_RDWR | O_CREAT);
    attacker.guest.do("write", { fd, data: utf8(folder) });
    attacker.guest.do("close", { fd });
  }
  ok(tables.vfs.symlink(hostActor, "/open/f", "/", "/l"));
  const relink = (target: string): void => {
    ok(tables.vfs.unlink(hostActor, "/", "/l"));
    ok(tables.vfs.symlink(hostActor, target, "/", "/l"));
  };
  const sizeOf = (path: string): number => ok(tables.vfs.stat(hostActor, "/", path)).size;
  slow.isSlow = true;
  return { tables, slow, attacker, guest: attacker.guest, relink, sizeOf };
}

const opening = { directory: AT_FDCWD, path: utf8("/l"), flags: O_RDONLY, mode: 0, minimum: 0 };

describe("a link that is swapped while the rule thinks", () => {
  test("is asked about again, and what it leads to now is refused", async () => {
    const { slow, guest, relink } = boot();
    expect(guest.try("open", opening)).toBe("waits");
    relink("/secret/f");
    await slow.answer();
    expect(slow.asked).toEqual(["read /open/f", "read /secret/f"]);
    await slow.answer();
    expect(guest.outcome).toBe("EACCES");
  });

  test("back and forth: each place is asked about before it is opened", async () => {
    const { slow, guest, relink } = boot();
    expect(guest.try("open", opening)).toBe("waits");
    relink("/secret/f");
    await slow.answer();
    relink("/open/f");
    await slow.answer();
    await slow.answer();
    expect(slow.asked).toEqual(["read /open/f", "read /secret/f", "read /open/f"]);
    expect(guest.outcome).toBe("ok");
    guest.post("read", { fd: guest.result, target: 100 });
    expect(new TextDecoder().decode(guest.resultBytes)).toBe("/open");
  });

  test.each<[string, string, Record<string, unknown>]>([
    ["open with O_TRUNC", "open", { ...opening, flags: O_RDWR | O_TRUNC }],
    ["chmod", "chmod", { directory: AT_FDCWD, path: utf8("/l"), mode: 0 }],
  ])("%s does nothing to what was not asked about", async (_name, call, args) => {
    const { slow, guest, relink, sizeOf, tables } = boot();
    expect(guest.try(call as "open", args as never)).toBe("waits");
    relink("/secret/f");
    for (let round = 0; round < 4; round++) await slow.answer();
    expect(guest.outcome).toBe("EACCES");
    expect([sizeOf("/open/f"), sizeOf("/secret/f")]).toEqual([5, 7]);
    expect(ok(tables.vfs.stat(hostActor, "/", "/secret/f")).mode & 0o777).toBe(0o644);
  });
});

test("what is gone when the answer comes is ENOENT", async () => {
  const { slow, guest, tables } = boot();
  expect(guest.try("open", opening)).toBe("waits");
  ok(tables.vfs.unlink(hostActor, "/", "/open/f"));
  await slow.answer();
  expect(guest.outcome).toBe("ENOENT");
});

test("a rename asks its questions one after the other, and happens once", async () => {
  const { slow, guest, tables } = boot();
  const place = (path: string) => utf8(path);
  const args = { oldDirectory: AT_FDCWD, oldPath: place("/open/f"), newDirectory: AT_FDCWD };
  expect(guest.try("rename", { ...args, newPath: place("/secret/g") })).toBe("waits");
  for (let question = 0; question < 3; question++) await slow.answer();
  expect(slow.asked).toEqual(["rename /open/f", "read /open/f", "rename /secret/g"]);
  expect(guest.outcome).toBe("EACCES");
  ok(tables.vfs.stat(hostActor, "/", "/open/f"));
});

test("who ends while the rule thinks leaves nothing behind", async () => {
  const { slow, attacker, tables } = boot();
  const args = { ...opening, path: utf8("/open/new"), flags: O_RDWR | O_CREAT, mode: 0o600 };
  expect(attacker.guest.try("open", args)).toBe("waits");
  tables.processes.end(attacker.process, 0);
  await slow.answer();
  expect(tables.vfs.stat(hostActor, "/", "/open/new")).toMatchObject({ code: "ENOENT" });
  expect(tables.dump()).toMatchObject({ processes: [], openPipes: 0 });
});

test("a call that cannot wait is EAGAIN and does nothing", () => {
  const { tables, attacker } = boot();
  const stat = () => tables.vfs.stat(attacker.process.actor, "/", "/open/f");
  expect(tables.replay.runNow(stat)).toMatchObject({ code: "EAGAIN" });
});
