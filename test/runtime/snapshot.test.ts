// Snapshots of runtimes: taking, restoring, forking, and their bytes.

import { NodeRuntime, RuntimeSnapshot } from "secure-exec";
import { describe as describeAlways, expect, onTestFinished, test } from "vitest";
import { hasNodeRuntime } from "../boot.js";
import { bootRuntime } from "./boot.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

/** What a shell sees of some files. */
const look = async (rt: NodeRuntime): Promise<string> => {
  const script =
    "cd /work; stat -c '%n %a %h %Y %F' *; readlink link; cat file; pwd; echo $A; ls /data";
  const { stdout, stderr } = await rt.shell(script);
  return stdout + stderr;
};

async function furnished(): Promise<NodeRuntime> {
  const rt = await bootRuntime({
    env: { A: "variable" },
    cwd: "/work",
    files: { "/data/first": "1" },
    limits: { processes: 20 },
    tools: { answer: { execute: () => 42 } },
  });
  await rt.shell(
    "echo text > file; chmod 640 file; ln file second; ln -s file link; mkdir dir; touch -d @1000 file; mkfifo p",
  );
  return rt;
}

describe("snapshots", () => {
  test("a fork has the same files and settings, and goes its own way", async () => {
    const rt = await furnished();
    const fork = await rt.fork();
    onTestFinished(() => fork.dispose());
    expect(await look(fork)).toBe(await look(rt));
    expect(await look(fork)).toContain("file 640 2 1000 regular file\n");
    expect(fork.cwd).toBe("/work");
    expect((await fork.shell("answer")).stdout).toBe("42\n");
    expect(fork.resources().processes.limit).toBe(20);
    await fork.shell("echo changed >> file; rm -r dir");
    await rt.writeFile("own", "x");
    expect(await fork.readFile("second", { encoding: "utf8" })).toBe("text\nchanged\n");
    expect(await rt.readFile("second", { encoding: "utf8" })).toBe("text\n");
    expect([await rt.exists("dir"), await fork.exists("dir")]).toEqual([true, false]);
    expect(await fork.exists("own")).toBe(false);
  });

  test("bytes, and back", async () => {
    const rt = await furnished();
    const snapshot = await rt.snapshot();
    expect(snapshot.settings).toEqual({
      env: { A: "variable" },
      cwd: "/work",
      limits: { processes: 20 },
    });
    await rt.shell("rm -r /work/* /data");
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot.serialize()) chunks.push(chunk);
    const bytes = new Uint8Array(Buffer.concat(chunks));
    const again = await NodeRuntime.restore(await RuntimeSnapshot.parse(bytes));
    onTestFinished(() => again.dispose());
    expect(await look(again)).toContain("file 640 2 1000 regular file\n");
    expect(await look(again)).toMatch(/\nfile\ntext\n\/work\nvariable\nfirst\n$/);
    const options = { env: { A: "other" }, files: { "/data/second": "2" } };
    const other = await NodeRuntime.restore(
      await RuntimeSnapshot.parse([bytes.subarray(0, 5), bytes.subarray(5)]),
      options,
    );
    onTestFinished(() => other.dispose());
    expect(await look(other)).toMatch(/\nother\nfirst\nsecond\n$/);
    const broken = (change: (copy: Uint8Array) => Uint8Array) =>
      RuntimeSnapshot.parse(change(bytes.slice()));
    await expect(broken((copy) => copy.subarray(0, 12))).rejects.toMatchObject({
      reason: "truncated",
    });
    await expect(broken((copy) => copy.subarray(0, -1))).rejects.toMatchObject({
      reason: "truncated",
    });
    await expect(broken((copy) => copy.fill(0, 0, 3))).rejects.toMatchObject({
      reason: "malformed",
    });
    await expect(broken((copy) => copy.fill(255, 10, 14))).rejects.toMatchObject({
      reason: "malformed",
    });
    await expect(broken((copy) => copy.fill(7, 14, 20))).rejects.toMatchObject({
      code: "ERR_SNAPSHOT",
    });
    await expect(NodeRuntime.restore(snapshot, { limits: { inodes: 3 } })).rejects.toMatchObject({
      code: "ENOSPC",
    });
    await expect(NodeRuntime.restore({} as RuntimeSnapshot)).rejects.toMatchObject({
      code: "ERR_OPTION",
    });
  });

  test("rules that were added, and settings that are data, go along", async () => {
    const permissions = { fs: [true, "!/work/kept/**"], childProcess: () => true } as const;
    const rt = await bootRuntime({ cwd: "/work", timing: "coarse", permissions });
    await rt.mkdir("/work/kept");
    const write = "echo x > kept/file && cat kept/file";
    const refused = expect.objectContaining({ stdout: "" });
    expect(await rt.shell(write)).toEqual(refused);
    rt.allow({ scope: "fs", rule: "/work/kept/**" });
    const bytes: Uint8Array[] = [];
    for await (const chunk of (await rt.snapshot()).serialize()) bytes.push(chunk);
    const snapshot = await RuntimeSnapshot.parse(bytes);
    expect(snapshot.settings).toEqual({
      cwd: "/work",
      timing: "coarse",
      permissions: { fs: permissions.fs },
      allowed: [{ scope: "fs", rule: "/work/kept/**" }],
    });
    const others = await Promise.all([
      rt.fork(),
      NodeRuntime.restore(snapshot),
      NodeRuntime.restore(snapshot, { permissions: { fs: permissions.fs } }),
    ]);
    onTestFinished(async () => void (await Promise.all(others.map((other) => other.dispose()))));
    const results = await Promise.all(others.map((other) => other.shell(write)));
    const allowed = expect.objectContaining({ stdout: "x\n" });
    expect(results).toEqual([allowed, allowed, refused]);
    const again = await others[0].fork();
    onTestFinished(() => again.dispose());
    expect((await again.snapshot()).settings.allowed).toHaveLength(1);
  });

  test("programs that run are named, or ignored; an abort", async () => {
    const rt = await bootRuntime();
    const process = await rt.spawnCommand("sleep", ["1000"]);
    const error = await rt.snapshot().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "EBUSY", pids: [process.pid] });
    expect(error.message).toContain(`${process.pid} (sleep)`);
    const fork = await rt.fork({ processes: "ignore" });
    onTestFinished(() => fork.dispose());
    expect(fork.resources().processes.used).toBe(0);
    expect(rt.resources().byProcess).toMatchObject([{ pid: process.pid, command: "sleep" }]);
    const controller = new AbortController();
    const forking = rt.fork({ processes: "ignore", signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(forking).rejects.toThrow("enough");
    await expect(rt.snapshot({ signal: controller.signal })).rejects.toThrow("enough");
  });
});
