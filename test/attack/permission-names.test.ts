// Rules about files are rules about paths: no rename and no link gets a file out of reach of the rule that denies it.

import { NodeRuntime } from "secure-exec";
import { createInMemoryFileSystem, createKernel, type Kernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";
import type { FileRequest } from "../../src/kernel/permissions.js";
import { underOracle } from "./universal-oracle.js";

/** Attacks on /data/secret/key, and what else leads to /data2 or /tmp. */
const attacks = [
  "mv /data /data2; cat /data2/secret/key",
  "mv /data/secret /tmp/s; cat /tmp/s/key",
  "mv /data/secret/key /tmp/k; cat /tmp/k",
  "ln /data/secret/key /tmp/l; cat /tmp/l",
  "mkdir /tmp/d; mv /data /tmp/d; cat /tmp/d/data/secret/key",
  "ln -s /data /tmp/link; mv /tmp/link/secret /tmp/s2; cat /tmp/s2/key",
  'cd /; node -e \'fs.renameSync("data", "data3"); console.log(fs.readFileSync("data3/secret/key", "utf8"))\'',
  // Nor into a place where it would have been refused to be made.
  "mkdir -p /tmp/n/secret; echo PLANTED > /tmp/n/secret/key; rm -r /data; mv /tmp/n /data; cat /data/secret/key",
];

const hidden = ["/data/secret", (path: string) => path.startsWith("/data/secret")] as const;

test("no new name leads around a rule: lists of rules", () =>
  underOracle(async (saw) => {
    const [path] = hidden;
    for (const denied of [`!${path}`, { path, access: "read", allow: false }] as const) {
      await using rt = await NodeRuntime.create({
        files: { "/data/secret/key": "SECRET", "/data/open": "open" },
        permissions: { fs: ["/", denied] },
      });
      for (const attack of attacks) {
        const { stdout, stderr } = await rt.shell(attack);
        saw(stdout + stderr);
        expect([attack, stdout]).toEqual([attack, expect.not.stringMatching(/SECRET|PLANTED/)]);
      }
      expect(await rt.readFile("/data/secret/key", { encoding: "utf8" })).toBe("SECRET");
      expect((await rt.shell("mkdir -p /tmp/a/b; mv /tmp/a /tmp/c; ls /tmp/c")).stdout).toBe("b\n");
    }
  }));

test("no new name leads around a rule: functions", () =>
  underOracle(async (saw) => {
    const [, isHidden] = hidden;
    for (const isSlow of [false, true]) {
      const fs = ({ path }: FileRequest) =>
        isSlow ? Promise.resolve(!isHidden(path)) : !isHidden(path);
      const kernel: Kernel = createKernel({
        filesystem: createInMemoryFileSystem(),
        permissions: { fs, childProcess: true, env: true },
      });
      await kernel.mount(createWasmVmRuntime());
      await kernel.writeFile("/data/secret/key", "SECRET");
      for (const attack of attacks) {
        const { stdout, stderr } = await kernel.exec(attack);
        saw(stdout + stderr);
        expect([attack, stdout]).toEqual([attack, expect.not.stringMatching(/SECRET|PLANTED/)]);
      }
      await kernel.dispose();
    }
  }));

test("a directory with too much in it to be asked about is moved file by file", () =>
  underOracle(async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5001 }, (_, index) => [`/many/${index}`, ""]),
    );
    await using rt = await NodeRuntime.create({ files, permissions: { fs: ["/", "!/elsewhere"] } });
    const refused = "try { fs.renameSync('/many', '/all') } catch ({ code }) { console.log(code) }";
    expect((await rt.execCommand("node", ["-e", refused])).stdout).toBe("EXDEV\n");
  }));
