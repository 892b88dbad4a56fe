// The battery over the other stores that can hold all it asks for.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { createOverlayFileSystem } from "../../src/kernel/overlay-file-system.js";
import type { VirtualFileSystem } from "../../src/kernel/virtual-file-system.js";
import { batteryCases, runBatteryCase } from "./posix-battery.js";

const memory = createInMemoryFileSystem;

/** The directories that a kernel makes are in the lower store already. */
function furnished(): VirtualFileSystem {
  const store = memory();
  const node = { mode: 0o755, uid: 0, gid: 0 };
  for (const path of ["/tmp", "/etc", "/usr"]) store.mkdir(path, node);
  return store;
}

const stores: [string, () => VirtualFileSystem][] = [
  ["an overlay", () => createOverlayFileSystem({ lower: memory(), upper: memory() })],
  ["an overlay over files", () => createOverlayFileSystem({ lower: furnished(), upper: memory() })],
];

describe.each(stores)("%s", (_, make) => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test.each(batteryCases().map((each) => [each.name, each] as const))("%s", (_, each) => {
    const tick = () => void vi.setSystemTime(Date.now() + 15);
    expect(runBatteryCase(make(), each, tick)).toEqual([]);
  });
});
