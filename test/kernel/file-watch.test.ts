// What the battery does not show of watches: waiting, cookies, bounds.

import { expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import {
  IN_CREATE,
  IN_DELETE,
  IN_MODIFY,
  IN_MOVED_FROM,
  O_CREAT,
  O_RDWR,
  POLLIN,
} from "../../src/kernel/constants.js";
import { FileApi } from "../../src/kernel/file-api.js";
import type { KernelTables } from "../../src/kernel/kernel-tables.js";
import { eventsIn } from "./posix-battery.js";
import { blocked, bootTables, codeOf, ok, openIn, start, utf8 } from "./tables.js";

const IN_MOVED_TO = 0x80;

function watching(tables: KernelTables, path: string, mask: number) {
  const queue = tables.vfs.watches.open(0).retain();
  ok(tables.vfs.watch(hostActor, "/", path, queue, mask));
  const events = (bytes = 65536): string[] => {
    const target = new Uint8Array(bytes);
    return eventsIn(target.subarray(0, ok(queue.read(target))));
  };
  return { queue, events };
}

test("a read waits for the first event; poll tells of it", () => {
  const tables = bootTables();
  const { queue } = watching(tables, "/tmp", IN_CREATE);
  const target = new Uint8Array(100);
  const waiting = blocked(queue.read(target));
  expect(queue.poll()).toBe(0);
  ok(tables.vfs.mkdir(hostActor, "/", "/tmp/d", 0o755));
  expect(queue.poll()).toBe(POLLIN);
  expect(waiting.retry()).toBe(32);
});

test("the two events of a rename have one cookie, another rename another", () => {
  const tables = bootTables();
  const { queue } = watching(tables, "/tmp", IN_MOVED_FROM | IN_MOVED_TO);
  ok(tables.vfs.mkdir(hostActor, "/", "/tmp/a", 0o755));
  ok(tables.vfs.rename(hostActor, "/", "/tmp/a", "/", "/tmp/b"));
  ok(tables.vfs.rename(hostActor, "/", "/tmp/b", "/", "/tmp/c"));
  const target = new Uint8Array(1000);
  const filled = ok(queue.read(target));
  const view = new DataView(target.buffer, 0, filled);
  const cookies = [0, 32, 64, 96].map((at) => view.getUint32(at + 8, true));
  expect(cookies[0]).toBe(cookies[1]);
  expect(cookies[2]).toBe(cookies[3]);
  expect(cookies[0]).not.toBe(cookies[2]);
  expect(cookies[0]).toBeGreaterThan(0);
});

test("a reader gets whole events, as many as there is room for", () => {
  const tables = bootTables();
  const { queue, events } = watching(tables, "/tmp", IN_CREATE);
  for (const name of ["a", "b", "c"]) ok(tables.vfs.mkdir(hostActor, "/", `/tmp/${name}`, 0o755));
  expect(queue.length).toBe(96);
  expect(events(70)).toEqual(["1:create+dir:a", "1:create+dir:b"]);
  expect(codeOf(queue.read(new Uint8Array(31)) as never)).toBe("EINVAL");
  expect(events(32)).toEqual(["1:create+dir:c"]);
});

test("100,000 writes nobody reads of are one event; a storm of names is bounded and says so", () => {
  const tables = bootTables({ watchEvents: 100 });
  const process = start(tables);
  const file = ok(process.fds.get(openIn(tables, process, "/tmp/f", O_RDWR | O_CREAT)));
  const { queue, events } = watching(tables, "/tmp/f", IN_MODIFY);
  for (let count = 0; count < 100_000; count++) file.pwrite(utf8("x"), 0);
  expect(events()).toEqual(["1:modify"]);
  ok(tables.vfs.watch(hostActor, "/", "/tmp", queue, IN_CREATE | IN_DELETE));
  for (let count = 0; count < 1000; count++) {
    ok(tables.vfs.mkdir(hostActor, "/", `/tmp/d${count}`, 0o755));
  }
  const seen = events();
  expect(seen).toHaveLength(101);
  expect(seen.at(-1)).toBe("-1:overflow");
  ok(tables.vfs.mkdir(hostActor, "/", "/tmp/after", 0o755));
  expect(events()).toEqual(["2:create+dir:after"]);
});

test("too many watches are ENOSPC; closing the descriptor gives all of its back", () => {
  const tables = bootTables({ watches: 2 });
  const { queue } = watching(tables, "/tmp", IN_CREATE);
  ok(tables.vfs.watch(hostActor, "/", "/etc", queue, IN_CREATE));
  expect(codeOf(tables.vfs.watch(hostActor, "/", "/", queue, IN_CREATE))).toBe("ENOSPC");
  queue.release();
  expect(tables.vfs.watches.size).toBe(0);
});

test("what the host application writes is noticed, too", async () => {
  const tables = bootTables();
  const files = new FileApi(tables.vfs);
  const { events } = watching(tables, "/tmp", IN_CREATE | IN_MODIFY | IN_DELETE);
  await files.writeFile("/tmp/f", "text");
  await files.removeFile("/tmp/f");
  expect(events()).toEqual(["1:create:f", "1:modify:f", "1:delete:f"]);
});

test("watches of one process are told of what another one does, and go with their process", () => {
  const tables = bootTables();
  const [watcher, other] = [start(tables), start(tables)];
  const queue = tables.vfs.watches.open(0);
  ok(watcher.fds.allocate(queue));
  ok(tables.vfs.watch(watcher.actor, "/", "/tmp", queue, IN_CREATE));
  openIn(tables, other, "/tmp/f", O_RDWR | O_CREAT);
  expect(queue.poll()).toBe(POLLIN);
  tables.processes.end(watcher, 0);
  expect(tables.vfs.watches.size).toBe(0);
});
