// Stores that the host application mounts and takes away.

import { describe, expect, onTestFinished, test } from "vitest";
import { O_RDONLY, O_RDWR } from "../../src/kernel/constants.js";
import { createKernel } from "../../src/kernel/kernel.js";
import { createInMemoryFileSystem } from "../../src/kernel/memfs-file-system.js";
import { answeringLater } from "../async-store.js";
import { bootKernel, Puppets } from "./drivers.js";
import { textOf } from "./tables.js";

const memory = createInMemoryFileSystem;

async function boot() {
  const puppets = new Puppets();
  const { kernel } = await bootKernel([puppets]);
  return { kernel, puppets, ki: puppets.ki };
}

describe("mountFs", () => {
  test("covers a directory with a store, which is shown above", async () => {
    const { kernel } = await boot();
    await kernel.writeFile("/mnt/below", "x");
    await kernel.mountFs("/mnt", memory());
    await kernel.writeFile("/mnt/f", "mounted");
    expect(await kernel.readdir("/mnt")).toEqual(["f"]);
    expect((await kernel.stat("/mnt")).dev).not.toBe((await kernel.stat("/")).dev);
    await kernel.unmountFs("/mnt");
    expect(await kernel.readdir("/mnt")).toEqual(["below"]);
  });

  test("shows itself in its parent when there is no such directory", async () => {
    const { kernel } = await boot();
    await kernel.mountFs("/data", memory());
    expect(await kernel.readdir("/")).toContain("data");
    await kernel.unmountFs("/data");
    expect(await kernel.exists("/data")).toBe(false);
  });

  test("mounts in mounts, each taken away from the inside", async () => {
    const { kernel } = await boot();
    await kernel.mountFs("/a", memory());
    await kernel.mountFs("/a/b", memory());
    await kernel.writeFile("/a/b/f", "inner");
    await expect(kernel.unmountFs("/a")).rejects.toMatchObject({ code: "EBUSY" });
    await kernel.unmountFs("/a/b");
    await kernel.unmountFs("/a");
  });

  test("read-only refuses every change with EROFS", async () => {
    const { kernel } = await boot();
    const store = memory();
    await kernel.mountFs("/rw", store);
    await kernel.writeFile("/rw/f", "text");
    await kernel.mountFs("/ro", store, { readOnly: true });
    expect(textOf(await kernel.readFile("/ro/f"))).toBe("text");
    await expect(kernel.writeFile("/ro/f", "x")).rejects.toMatchObject({ code: "EROFS" });
    await expect(kernel.mkdir("/ro/d")).rejects.toMatchObject({ code: "EROFS" });
  });

  test("beneath a directory: what that holds is seen above, and takes every change", async () => {
    const { kernel } = await boot();
    const lower = memory();
    await kernel.mountFs("/seed", lower);
    for (const name of ["kept", "changed"]) await kernel.writeFile(`/seed/${name}`, "l");
    await kernel.mkdir("/lib/inner", { recursive: true });
    await kernel.writeFile("/lib/inner/own", "u");
    await kernel.mountFs("/lib", lower, { beneath: true });
    await kernel.writeFile("/lib/changed", "u");
    await kernel.writeFile("/lib/inner/new", "u");
    expect((await kernel.readdir("/lib")).sort()).toEqual(["changed", "inner", "kept"]);
    expect(textOf(await kernel.readFile("/lib/kept"))).toBe("l");
    expect(textOf(await kernel.readFile("/lib/changed"))).toBe("u");
    expect(textOf(await kernel.readFile("/seed/changed"))).toBe("l");
    expect((await kernel.readdir("/seed")).sort()).toEqual(["changed", "kept"]);
    await kernel.unmountFs("/lib");
    expect((await kernel.readdir("/lib")).sort()).toEqual(["changed", "inner"]);
    expect((await kernel.readdir("/lib/inner")).sort()).toEqual(["new", "own"]);
    await expect(kernel.mountFs("/nothing", lower, { beneath: true })).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  test("a store that answers later is a store like any other", async () => {
    const { kernel } = await boot();
    await kernel.mountFs("/later", answeringLater(memory()));
    await kernel.writeFile("/later/d/f", "text");
    expect(textOf(await kernel.readFile("/later/d/f"))).toBe("text");
    await kernel.unmountFs("/later");
  });

  test.each([
    ["/", "EBUSY"],
    ["/none/x", "ENOENT"],
    ["/file", "ENOTDIR"],
    ["/mounted", "EBUSY"],
    ["relative", "EINVAL"],
    ["/dev", "EBUSY"],
  ])("on %s is %s", async (path, code) => {
    const { kernel } = await boot();
    await kernel.writeFile("/file", "");
    await kernel.mountFs("/mounted", memory());
    await expect(kernel.mountFs(path, memory())).rejects.toMatchObject({ code });
  });

  test("after dispose is ESRCH", async () => {
    const kernel = createKernel({ filesystem: memory() });
    await kernel.dispose();
    await expect(kernel.mountFs("/x", memory())).rejects.toMatchObject({ code: "ESRCH" });
  });
});

describe("unmountFs", () => {
  test.each([
    ["/tmp", "EINVAL"],
    ["/none", "EINVAL"],
    ["/dev", "EBUSY"],
    ["/", "EBUSY"],
  ])("of %s is %s", async (path, code) => {
    const { kernel } = await boot();
    await expect(kernel.unmountFs(path)).rejects.toMatchObject({ code });
  });

  test("waits for nobody: an open file, an open directory or a process in it is EBUSY", async () => {
    const { kernel, puppets, ki } = await boot();
    await kernel.mountFs("/m", memory());
    await kernel.writeFile("/m/f", "");
    const { pid } = kernel.spawn("puppet", []);
    for (const [path, flags] of [
      ["/m/f", O_RDWR],
      ["/m", O_RDONLY],
    ] as const) {
      const fd = ki.fdOpen(pid, path, flags);
      await expect(kernel.unmountFs("/m")).rejects.toMatchObject({ code: "EBUSY" });
      ki.fdClose(pid, fd);
    }
    const inside = kernel.spawn("puppet", [], { cwd: "/m" });
    await expect(kernel.unmountFs("/m")).rejects.toMatchObject({ code: "EBUSY" });
    puppets.last.exit(0);
    await inside.wait();
    await kernel.unmountFs("/m");
  });

  test("a file that is unlinked and open keeps its store", async () => {
    const { kernel, ki } = await boot();
    await kernel.mountFs("/m", answeringLater(memory()));
    await kernel.writeFile("/m/f", "");
    const { pid } = kernel.spawn("puppet", []);
    onTestFinished(() => kernel.dispose());
    const fd = await ki.fdOpenAsync(pid, "/m/f", O_RDWR);
    await ki.vfs.removeFile("/m/f");
    await expect(kernel.unmountFs("/m")).rejects.toMatchObject({ code: "EBUSY" });
    ki.fdClose(pid, fd);
    await kernel.unmountFs("/m");
  });
});
