import { describe, expect, test } from "vitest";
import { hostActor } from "../../src/kernel/actor.js";
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFMT,
  SEEK_CUR,
  SEEK_END,
  SEEK_SET,
} from "../../src/kernel/constants.js";
import { openPipe } from "../../src/kernel/descriptor-pair.js";
import { Errno } from "../../src/kernel/errno.js";
import { openPath, statPath } from "../../src/kernel/open.js";
import { bootTables, codeOf, ok, openIn, start, textOf, utf8 } from "./tables.js";

/** Tables, a process of them, and calls on its descriptors. */
function boot() {
  const tables = bootTables();
  const process = start(tables);
  const open = (path: string, flags: number, mode?: number): number =>
    openIn(tables, process, path, flags, mode);
  const tryOpen = (path: string, flags: number): string => {
    const opened = openPath(tables, process, process.cwd, path, flags, 0o666);
    return opened instanceof Errno ? opened.code : "ok";
  };
  const at = (fd: number) => ok(process.fds.get(fd));
  const read = (fd: number, length = 100): string => {
    const target = new Uint8Array(length);
    return textOf(target.subarray(0, ok(at(fd).read(target))));
  };
  const write = (fd: number, text: string): number => ok(at(fd).write(utf8(text)));
  return { tables, process, open, tryOpen, at, read, write };
}

describe("an open file", () => {
  test("has a cursor, which dup shares and a second open does not", () => {
    const { process, open, at, read, write } = boot();
    const fd = open("/tmp/f", O_RDWR | O_CREAT);
    write(fd, "abcdef");
    const copy = ok(process.fds.allocate(at(fd)));
    ok(at(copy).seek(1, SEEK_SET));
    expect(read(fd, 2)).toBe("bc");
    expect(read(copy, 2)).toBe("de");
    expect(read(open("/tmp/f", O_RDONLY), 2)).toBe("ab");
  });

  test.each([
    [O_RDONLY, "read"],
    [O_WRONLY, "write"],
    [O_RDWR, "read write"],
  ])("opened with access mode %d allows: %s", (access, allowed) => {
    const { open, at } = boot();
    const file = at(open("/tmp/f", access | O_CREAT));
    const buffer = new Uint8Array(1);
    const does = (result: unknown): boolean => !(result instanceof Errno);
    expect(file.isReadable).toBe(allowed.includes("read"));
    expect(does(file.pread(buffer, 0))).toBe(allowed.includes("read"));
    expect(does(file.write(buffer))).toBe(allowed.includes("write"));
    expect(does(file.pwrite(buffer, 0))).toBe(allowed.includes("write"));
    expect(does(file.truncate(0))).toBe(allowed.includes("write"));
  });

  test("O_APPEND writes at the end, wherever the cursor and others are", () => {
    const { open, at, read, write } = boot();
    const [first, second] = [1, 2].map(() => open("/tmp/f", O_RDWR | O_CREAT | O_APPEND));
    if (first === undefined || second === undefined) throw new Error("unreachable");
    write(first, "1");
    write(second, "2");
    ok(at(first).seek(0, SEEK_SET));
    write(first, "3");
    expect(read(first)).toBe("");
    ok(at(first).seek(0, SEEK_SET));
    expect(read(first)).toBe("123");
  });

  test.each([
    [SEEK_SET, 3, 3],
    [SEEK_CUR, 3, 5],
    [SEEK_CUR, -2, 0],
    [SEEK_END, -1, 5],
    [SEEK_END, 10, 16],
    [SEEK_CUR, -3, "EINVAL"],
    [SEEK_SET, -1, "EINVAL"],
    [3, 0, "EINVAL"],
    [SEEK_CUR, Number.MAX_SAFE_INTEGER, "EOVERFLOW"],
  ])("at 2 of 6, seek with whence %d by %d gives %s", (whence, offset, expected) => {
    const { open, at, write } = boot();
    const fd = open("/tmp/f", O_RDWR | O_CREAT);
    write(fd, "abcdef");
    ok(at(fd).seek(2, SEEK_SET));
    expect(codeOf(at(fd).seek(offset, whence))).toBe(expected);
    if (typeof expected === "string") expect(at(fd).seek(0, SEEK_CUR)).toBe(2);
  });

  test("positional I/O leaves the cursor alone", () => {
    const { open, at, read, write } = boot();
    const fd = open("/tmp/f", O_RDWR | O_CREAT);
    write(fd, "abcdef");
    ok(at(fd).pwrite(utf8("XY"), 1));
    expect(at(fd).seek(0, SEEK_CUR)).toBe(6);
    ok(at(fd).seek(0, SEEK_SET));
    expect(read(fd)).toBe("aXYdef");
  });

  test("a new file's mode has the umask taken out, and no type bits of the caller's", () => {
    const { tables, process, open } = boot();
    process.umask = 0o027;
    open("/tmp/f", O_WRONLY | O_CREAT, 0o177777);
    expect(ok(tables.vfs.stat(hostActor, "/", "/tmp/f")).mode).toBe(0o107750);
  });

  test("O_CREAT with O_DIRECTORY is EINVAL and makes nothing, as since Linux 6.4", () => {
    const { tables, tryOpen } = boot();
    expect(tryOpen("/tmp/new", O_CREAT | O_DIRECTORY)).toBe("EINVAL");
    expect(tryOpen("/tmp", O_CREAT | O_DIRECTORY)).toBe("EINVAL");
    expect(codeOf(tables.vfs.stat(hostActor, "/", "/tmp/new"))).toBe("ENOENT");
  });
});

describe("an open directory", () => {
  test("is read by its entries only", () => {
    const { open, at } = boot();
    const directory = at(open("/tmp", O_RDONLY | O_DIRECTORY));
    expect(codeOf(directory.read(new Uint8Array(1)))).toBe("EISDIR");
    expect(codeOf(directory.pread(new Uint8Array(1), 0))).toBe("EISDIR");
    expect(codeOf(directory.write(new Uint8Array(1)))).toBe("EBADF");
    expect(codeOf(directory.pwrite(new Uint8Array(1), 0))).toBe("EBADF");
    expect(codeOf(directory.truncate(0) ?? "ok")).toBe("EINVAL");
  });
});

describe("devices", () => {
  test.each([
    ["null", "", "ok"],
    ["zero", "\0\0\0\0", "ok"],
    ["full", "\0\0\0\0", "ENOSPC"],
  ])("/dev/%s", (name, content, written) => {
    const { open, at, read } = boot();
    const fd = open(`/dev/${name}`, O_RDWR);
    expect(read(fd, 4)).toBe(content);
    expect(codeOf(at(fd).write(utf8("x")))).toBe(written === "ok" ? 1 : written);
    expect((ok(at(fd).stat()).mode & S_IFMT) === S_IFCHR).toBe(true);
  });

  test("/dev/urandom fills more than one chunk, never twice the same, shared memory too", () => {
    const { open, at } = boot();
    const random = at(open("/dev/urandom", O_RDONLY));
    const [first, second] = [1, 2].map(() => new Uint8Array(new SharedArrayBuffer(100_000)));
    for (const target of [first, second]) expect(random.read(target as Uint8Array)).toBe(100_000);
    expect(first).not.toEqual(second);
    expect(first?.subarray(70_000).some((byte) => byte !== 0)).toBe(true);
  });

  test.each([
    [O_RDONLY, "pwrite"],
    [O_WRONLY, "pread"],
  ] as const)("opened with access mode %d refuses %s with EBADF", (access, call) => {
    const { open, at } = boot();
    const device = at(open("/dev/null", access));
    expect(codeOf(device[call](new Uint8Array(1), 0))).toBe("EBADF");
  });

  test.each([
    ["/dev/null/x", "ENOTDIR"],
    ["/dev/null/", "ENOTDIR"],
    ["/dev/none", "ENOENT"],
  ])("%s is %s", (path, code) => {
    expect(boot().tryOpen(path, O_RDONLY)).toBe(code);
  });

  test("/dev has device nodes, links to the standard streams, and fd", () => {
    const { tables } = boot();
    const entries = ok(tables.vfs.readDir(ok(tables.vfs.resolve(hostActor, "/", "/dev", true))));
    const names = entries.map(({ name }) => name);
    const expected = ["null", "zero", "full", "random", "urandom", "stdin", "stdout", "stderr"];
    expect(names).toEqual(expect.arrayContaining([...expected, "fd"]));
    expect(ok(tables.vfs.readlink(hostActor, "/", "/dev/stdout"))).toBe("/dev/fd/1");
  });
});

describe("/dev/fd", () => {
  test("/dev/fd/N is dup(N): one cursor", () => {
    const { open, read, write } = boot();
    const fd = open("/tmp/f", O_RDWR | O_CREAT);
    write(fd, "abc");
    const copy = open(`/dev/fd/${fd}`, O_RDWR);
    expect(copy).not.toBe(fd);
    write(copy, "d");
    expect(read(fd)).toBe("");
    expect(read(open("/tmp/f", O_RDONLY))).toBe("abcd");
  });

  test("/dev/stdin is descriptor 0", () => {
    const { process, tables, open, at } = boot();
    const { readFd } = ok(openPipe(tables, process, false));
    expect(readFd).toBe(0);
    expect(at(open("/dev/stdin", O_RDONLY))).toBe(at(0));
  });

  test.each(["99", "-1", "01", "1.5", "x", "1e1", "0x1", "99999999999", " 1"])(
    "/dev/fd/%s is EBADF",
    (name) => {
      expect(boot().tryOpen(`/dev/fd/${name}`, O_RDONLY)).toBe("EBADF");
    },
  );

  test("the wrong end of a pipe is refused", () => {
    const { process, tables, tryOpen } = boot();
    const { readFd, writeFd } = ok(openPipe(tables, process, false));
    expect(tryOpen(`/dev/fd/${readFd}`, O_RDONLY)).toBe("ok");
    expect(tryOpen(`/dev/fd/${readFd}`, O_WRONLY)).toBe("EACCES");
    expect(tryOpen(`/dev/fd/${writeFd}`, O_RDONLY)).toBe("EACCES");
  });

  test("stat of /dev/fd/N is that of its file, lstat through O_NOFOLLOW a link's", () => {
    const { process, tables, tryOpen } = boot();
    const { writeFd } = ok(openPipe(tables, process, false));
    const stat = ok(statPath(tables, process, "/", `/dev/fd/${writeFd}`, true));
    expect(stat.mode & S_IFMT).toBe(S_IFIFO);
    expect(tryOpen("/dev/stdout", O_NOFOLLOW)).toBe("ELOOP");
    expect(tryOpen("/dev/stdout", O_CREAT | O_EXCL)).toBe("EEXIST");
  });
});

describe("/bin", () => {
  test("has a stub for each command: executable, readable, of one line", () => {
    const { tables, open, read } = boot();
    expect(ok(tables.vfs.stat(hostActor, "/", "/bin")).mode & S_IFMT).toBe(S_IFDIR);
    expect(ok(tables.vfs.stat(hostActor, "/", "/bin/idle")).mode).toBe(0o100755);
    expect(read(open("/usr/bin/idle", O_RDONLY))).toMatch(/^#!.*\n$/);
    const names = ok(tables.vfs.readDir(ok(tables.vfs.resolve(hostActor, "/", "/bin", true))));
    expect(names.map(({ name }) => name)).toEqual(["idle"]);
    expect(codeOf(tables.vfs.stat(hostActor, "/", "/bin/none"))).toBe("ENOENT");
  });

  test("takes files, and a file covers a command of its name until it is removed", () => {
    const { tables, open, read, write } = boot();
    write(open("/bin/idle", O_WRONLY | O_CREAT | O_TRUNC), "mine");
    expect(read(open("/bin/idle", O_RDONLY))).toBe("mine");
    expect(read(open("/usr/bin/idle", O_RDONLY))).not.toBe("mine");
    ok(tables.vfs.unlink(hostActor, "/", "/bin/idle"));
    expect(read(open("/bin/idle", O_RDONLY))).toMatch(/^#!/);
  });

  test.each([
    ["unlink", "EPERM"],
    ["rename", "EPERM"],
    ["link", "EPERM"],
    ["mkdir", "EEXIST"],
    ["symlink", "EEXIST"],
    ["rmdir", "ENOTDIR"],
    ["chmod", "EPERM"],
    ["readlink", "EINVAL"],
    ["open O_EXCL", "EEXIST"],
    ["open for writing, without O_CREAT", "EPERM"],
  ])("a stub refuses %s with %s, and stays", (call, code) => {
    const { tables, tryOpen } = boot();
    const { vfs } = tables;
    const stub = "/bin/idle";
    const results: Record<string, () => unknown> = {
      unlink: () => vfs.unlink(hostActor, "/", stub),
      rename: () => vfs.rename(hostActor, "/", stub, "/", "/bin/other"),
      link: () => vfs.link(hostActor, "/", stub, "/", "/bin/other", false),
      mkdir: () => vfs.mkdir(hostActor, "/", stub, 0o755),
      symlink: () => vfs.symlink(hostActor, "t", "/", stub),
      rmdir: () => vfs.rmdir(hostActor, "/", stub),
      chmod: () => vfs.setAttributes(hostActor, "/", stub, { mode: 0 }, true),
      readlink: () => vfs.readlink(hostActor, "/", stub),
      "open O_EXCL": () => tryOpen(stub, O_WRONLY | O_CREAT | O_EXCL),
      "open for writing, without O_CREAT": () => tryOpen(stub, O_WRONLY),
    };
    const result = results[call]?.();
    expect(result instanceof Errno ? result.code : result).toBe(code);
    expect(ok(vfs.stat(hostActor, "/", stub)).mode).toBe(0o100755);
    expect(codeOf(vfs.stat(hostActor, "/", "/bin/other"))).toBe("ENOENT");
  });
});
