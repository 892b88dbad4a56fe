// The battery over the default store, and on this machine's Linux, where it may act as several users.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { batteryCases, batteryFile, runBatteryCase } from "./posix-battery.js";

const oracle = fileURLToPath(new URL("posix-battery.py", import.meta.url));
const cases = batteryCases();

/** Cases and lines that other Linux versions answer otherwise than the one the battery was written on. */
const isRootOnLinux =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("python3", ["--version"]).status === 0;

test("the battery has at least 400 assertions", () => {
  expect(cases.flatMap(({ lines }) => lines).length).toBeGreaterThanOrEqual(400);
});

describe("the memory store", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test.each(cases.map((each) => [each.name, each] as const))("%s", (_, each) => {
    const tick = () => void vi.setSystemTime(Date.now() + 15);
    expect(runBatteryCase(createInMemoryFileSystem(), each, tick)).toEqual([]);
  });
});

test.skipIf(!isRootOnLinux)("Linux gives the same", { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = spawnSync("python3", [oracle, batteryFile], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({});
});
