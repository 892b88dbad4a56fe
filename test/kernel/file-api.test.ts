import { describe, expect, test } from "vitest";
import { FileApi } from "../../src/kernel/file-api.js";
import { bootTables, textOf } from "./tables.js";

const boot = (): FileApi => new FileApi(bootTables().vfs);

describe("mkdir", () => {
  test.each(["/a/b/c", "/a/b/c/", "/a//b/./c", "/tmp/../a/b/c", "a/b/c"])(
    "recursive makes %s and what is above it, and may be repeated",
    async (path) => {
      const files = boot();
      await files.mkdir(path, { recursive: true });
      await files.mkdir(path, { recursive: true });
      expect(await files.readDir("/a/b")).toEqual(["c"]);
    },
  );

  test.each([
    ["/tmp", {}, "EEXIST"],
    ["/none/a", {}, "ENOENT"],
    ["/file", { recursive: true }, "EEXIST"],
    ["/file/a", { recursive: true }, "ENOTDIR"],
    ["", { recursive: true }, "ENOENT"],
  ])("of %j with %j is %s", async (path, options, code) => {
    const files = boot();
    await files.writeFile("/file", "");
    await expect(files.mkdir(path, options)).rejects.toMatchObject({ code });
  });
});

describe("writeFile and readFile", () => {
  test("replace and give the whole content; missing directories are made", async () => {
    const files = boot();
    await files.writeFile("/a/b/file", "a longer text");
    await files.writeFile("/a/b/file", new TextEncoder().encode("short"));
    expect(textOf(await files.readFile("/a/b/file"))).toBe("short");
    expect(await files.readTextFile("/a/b/file")).toBe("short");
  });

  test("go through links, also to a file that is not there yet", async () => {
    const files = boot();
    await files.mkdir("/real");
    await files.symlink("/real", "/link");
    await files.symlink("/real/later", "/to-file");
    await files.writeFile("/link/new/file", "1");
    await files.writeFile("/to-file", "2");
    expect(await files.readTextFile("/real/new/file")).toBe("1");
    expect(await files.readTextFile("/real/later")).toBe("2");
    expect(await files.realpath("/link/new/../new/file")).toBe("/real/new/file");
  });

  test.each([
    ["readFile", "/none", "ENOENT"],
    ["readFile", "/tmp", "EISDIR"],
    ["readFile", "/file/x", "ENOTDIR"],
    ["readFile", "/loop", "ELOOP"],
    ["writeFile", "/tmp", "EISDIR"],
    ["writeFile", "/file/x", "ENOTDIR"],
    ["readDir", "/file", "ENOTDIR"],
    ["readDir", "/none", "ENOENT"],
    ["stat", "/dangling", "ENOENT"],
    ["removeFile", "/tmp", "EISDIR"],
    ["removeDir", "/file", "ENOTDIR"],
    ["readlink", "/file", "EINVAL"],
    ["realpath", "/loop", "ELOOP"],
  ] as const)("%s of %s rejects with %s and names the path", async (call, path, code) => {
    const files = boot();
    await files.writeFile("/file", "");
    await files.symlink("/loop", "/loop");
    await files.symlink("/none", "/dangling");
    const attempt = call === "writeFile" ? files.writeFile(path, "x") : files[call](path);
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
  });
});

test("attributes: chmod, chown, utimes, truncate", async () => {
  const files = boot();
  await files.writeFile("/file", "0123456789");
  await files.chmod("/file", 0o600);
  await files.chown("/file", 1, 2);
  await files.truncate("/file", 4);
  await files.utimes("/file", 1000, 2000);
  expect(await files.stat("/file")).toMatchObject({
    mode: 0o100600,
    uid: 1,
    gid: 2,
    size: 4,
    atimeMs: 1000,
    mtimeMs: 2000,
  });
  expect(await files.readTextFile("/file")).toBe("0123");
});

test("exists follows links and never rejects", async () => {
  const files = boot();
  await files.symlink("/none", "/dangling");
  expect(await files.exists("/tmp")).toBe(true);
  expect(await files.exists("/dangling")).toBe(false);
  expect(await files.exists("/tmp\0")).toBe(false);
  expect(await files.exists("")).toBe(false);
});
