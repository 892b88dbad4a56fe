// Many runtimes: one after the other, at once, and ready before they are asked for.

import { readdirSync, readlinkSync } from "node:fs";
import { NodeRuntime } from "secure-exec";
import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()) || process.platform !== "linux");

/** What this process has open, but for what comes and goes by itself. */
const openDescriptors = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return !readlinkSync(`/proc/self/fd/${fd}`).startsWith("/proc/");
    } catch {
      return false;
    }
  }).length;

describe("many runtimes", () => {
  test("200 one after the other leave no descriptor and no memory behind", async () => {
    // So that none of them has to start a process of the host.
    await using warm = await NodeRuntime.warmUp();
    expect(warm).toBeDefined();
    const once = async (index: number): Promise<void> => {
      await using rt = await NodeRuntime.create({ files: { "/data": `of ${index}` } });
      expect(await rt.readFile("/data", { encoding: "utf8" })).toBe(`of ${index}`);
      if (index % 40 === 0) expect((await rt.shell("cat /data")).stdout).toBe(`of ${index}`);
    };
    for (let index = 0; index < 10; index++) await once(index);
    const [descriptors, memory] = [openDescriptors(), process.memoryUsage.rss()];
    for (let index = 10; index < 200; index++) await once(index);
    // A few belong to processes that the pool has just made or given up; a leak would be one a runtime.
    expect(openDescriptors()).toBeLessThan(descriptors + 10);
    expect(process.memoryUsage.rss() - memory).toBeLessThan(64 * 1024 * 1024);
  });

  test("50 at once, each with its own files and guests", async () => {
    const runtimes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        NodeRuntime.create({ files: { "/me": `${index}` } }),
      ),
    );
    try {
      for (const [index, rt] of runtimes.entries()) {
        expect(await rt.readFile("/me", { encoding: "utf8" })).toBe(`${index}`);
      }
      const some = runtimes.slice(0, 12);
      const seen = await Promise.all(
        some.map(async (rt) => (await rt.shell("cat /me; echo x > /mine; ls /mine")).stdout),
      );
      expect(seen).toEqual(some.map((_, index) => `${index}/mine\n`));
      expect(await runtimes[12]?.exists("/mine")).toBe(false);
      const few = runtimes.slice(0, 3);
      const values = await Promise.all(
        few.map(async (rt) => {
          const code = `import fs from "node:fs"; export default fs.readFileSync("/me", "utf8")`;
          return (await rt.run<string>(code)).value;
        }),
      );
      expect(values).toEqual(few.map((_, index) => `${index}`));
    } finally {
      await Promise.all(runtimes.map((rt) => rt.dispose()));
    }
  });

  test("an abort of warming up, and of a start", async () => {
    const enough = new AbortController();
    const starting = NodeRuntime.create({ signal: enough.signal });
    enough.abort(new Error("no more"));
    await expect(starting).rejects.toThrow("no more");
    await expect(NodeRuntime.create({ signal: enough.signal })).rejects.toThrow("no more");
    const controller = new AbortController();
    const warming = NodeRuntime.warmUp({ guests: 1, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(warming).rejects.toThrow("enough");
  });
});
