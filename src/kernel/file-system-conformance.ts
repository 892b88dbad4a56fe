/**
 * What every store must do, as tests for any test framework (`secure-exec/testing`). The cases are
 * the contract of `virtual-file-system.ts` in POSIX's terms; none relies on a kernel. Messages say
 * what was done, what was expected and what came.
 */
import { S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG } from "./constants.js";
import { Errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { VirtualStat } from "./stat.js";
import type {
  Answer,
  NewNode,
  OpenFile,
  OpenOptions,
  VirtualFileSystem,
} from "./virtual-file-system.js";

export interface FileSystemConformanceOptions {
  /** Groups tests: `describe` of vitest, node:test, mocha. */
  describe(name: string, body: () => void): void;
  /** Declares a test. */
  test(name: string, body: () => Promise<void>): void;
  /** A new, empty, writable store for each test; left out for stores that can't be changed. */
  makeStore?(): VirtualFileSystem | Promise<VirtualFileSystem>;
  /** A store that refuses changes, over a writable one that `fill` has put files into. */
  makeReadOnlyStore?(
    fill: (store: VirtualFileSystem) => Promise<void>,
  ): VirtualFileSystem | Promise<VirtualFileSystem>;
  /** What the store cannot do by its nature; those cases are left out. */
  without?: readonly ("owners" | "fifos" | "hard links")[];
}

const root: NewNode = { mode: 0o644, uid: 0, gid: 0 };
const directoryNode: NewNode = { mode: 0o755, uid: 0, gid: 0 };
const reading: OpenOptions = {
  create: false,
  exclusive: false,
  truncate: false,
  writable: false,
  node: root,
};
const writing: OpenOptions = { ...reading, writable: true };
const creating: OpenOptions = { ...writing, create: true };

/** Calls a store as a test wants it: failures are thrown, with what was called. */
class Subject {
  readonly store: VirtualFileSystem;
  readonly #open: OpenFile[] = [];

  constructor(store: VirtualFileSystem) {
    this.store = store;
  }

  async open(path: string, options: OpenOptions = reading): Promise<OpenFile> {
    const file = await ok(`open ${path}`, () => this.store.open(path, options));
    this.#open.push(file);
    return file;
  }

  async write(path: string, text: string): Promise<void> {
    const file = await this.open(path, { ...creating, truncate: true });
    const bytes = new TextEncoder().encode(text);
    equal(`write ${path}`, await ok("write", () => file.write(bytes, 0)), bytes.length);
    await this.close(file);
  }

  async read(path: string): Promise<string> {
    const file = await this.open(path);
    const text = await readAll(file);
    await this.close(file);
    return text;
  }

  async close(file: OpenFile): Promise<void> {
    this.#open.splice(this.#open.indexOf(file), 1);
    await file.close();
  }

  stat(path: string): Promise<VirtualStat> {
    return ok(`lstat ${path}`, () => this.store.lstat(path));
  }

  mkdir(path: string): Promise<undefined> {
    return ok(`mkdir ${path}`, () => this.store.mkdir(path, directoryNode));
  }

  async names(path: string): Promise<string[]> {
    const entries = await ok(`readDir ${path}`, () => this.store.readDir(path));
    return entries.map(({ name }) => name).sort();
  }

  async closeAll(): Promise<void> {
    for (const file of [...this.#open]) await this.close(file);
  }
}

async function readAll(file: OpenFile): Promise<string> {
  const bytes = new Uint8Array(64 * 1024);
  let length = 0;
  for (;;) {
    const target = bytes.subarray(length);
    const count = await ok("read", () => file.read(target, length));
    if (count === 0) return new TextDecoder().decode(bytes.subarray(0, length));
    length += count;
  }
}

/** The answer, or the name of its error: a returned Errno, or a thrown KernelError. */
async function outcome<T>(call: () => Answer<T>): Promise<T | string> {
  try {
    const answer = await call();
    return answer instanceof Errno ? answer.code : answer;
  } catch (thrown) {
    if (thrown instanceof KernelError) return thrown.code;
    throw thrown;
  }
}

async function ok<T>(what: string, call: () => Answer<T>): Promise<T> {
  const answer = await call();
  if (answer instanceof Errno) throw new Error(`${what}: ${answer.code}`);
  return answer;
}

async function fails<T>(
  what: string,
  call: () => Answer<T>,
  ...codes: readonly string[]
): Promise<void> {
  const answer = await outcome(call);
  const got = typeof answer === "string" ? answer : "success";
  if (!codes.includes(got)) throw new Error(`${what}: expected ${codes.join(" or ")}, got ${got}`);
}

function equal(what: string, got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

function isTrue(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
}

type Case = readonly [
  name: string,
  run: (subject: Subject, store: VirtualFileSystem) => Promise<void>,
];

const names: readonly Case[] = [
  [
    "the root is a directory that is always there",
    async (subject, store) => {
      equal("type", (await subject.stat("/")).mode & S_IFMT, S_IFDIR);
      await fails("mkdir /", () => store.mkdir("/", directoryNode), "EEXIST");
      await fails("rmdir /", () => store.rmdir("/"), "EBUSY");
    },
  ],
  [
    "a missing name is ENOENT for every call",
    async (_subject, store) => {
      await fails("lstat", () => store.lstat("/none"), "ENOENT");
      await fails("open", () => store.open("/none", reading), "ENOENT");
      await fails("readDir", () => store.readDir("/none"), "ENOENT");
      await fails("rmdir", () => store.rmdir("/none"), "ENOENT");
      await fails("unlink", () => store.unlink("/none"), "ENOENT");
      await fails("rename", () => store.rename("/none", "/other"), "ENOENT");
      await fails("link", () => store.link("/none", "/other"), "ENOENT");
      await fails("readlink", () => store.readlink("/none"), "ENOENT");
      await fails("setAttributes", () => store.setAttributes("/none", { mode: 0 }), "ENOENT");
      await fails("mkdir", () => store.mkdir("/none/d", directoryNode), "ENOENT");
      await fails("symlink", () => store.symlink("x", "/none/l", root), "ENOENT");
      await fails("create", () => store.open("/none/f", creating), "ENOENT");
    },
  ],
  [
    "a file in a file is ENOTDIR",
    async (subject, store) => {
      await subject.write("/f", "");
      await fails("lstat", () => store.lstat("/f/x"), "ENOTDIR");
      await fails("open", () => store.open("/f/x", creating), "ENOTDIR");
      await fails("mkdir", () => store.mkdir("/f/x", directoryNode), "ENOTDIR");
      await fails("readDir", () => store.readDir("/f"), "ENOTDIR");
      await fails("rmdir", () => store.rmdir("/f"), "ENOTDIR");
    },
  ],
  [
    "a symbolic link is never followed: before the last name it is ELOOP",
    async (subject, store) => {
      await subject.mkdir("/d");
      await subject.write("/d/f", "text");
      await ok("symlink", () => store.symlink("/d", "/l", root));
      await fails("lstat", () => store.lstat("/l/f"), "ELOOP");
      await fails("open", () => store.open("/l/f", reading), "ELOOP");
      await fails("create", () => store.open("/l/new", creating), "ELOOP");
      await fails("mkdir", () => store.mkdir("/l/new", directoryNode), "ELOOP");
      await fails("unlink", () => store.unlink("/l/f"), "ELOOP");
      await fails("rename", () => store.rename("/l/f", "/f"), "ELOOP");
      await fails("rename", () => store.rename("/d/f", "/l/f"), "ELOOP");
      await fails("open the link", () => store.open("/l", reading), "ELOOP");
      await fails("create the link", () => store.open("/l", creating), "ELOOP");
    },
  ],
  [
    "a symbolic link keeps its target, whatever it is",
    async (subject, store) => {
      for (const [index, target] of [
        "/nowhere",
        "../..",
        "a b",
        "é\n",
        "x".repeat(1000),
      ].entries()) {
        await ok("symlink", () => store.symlink(target, `/l${index}`, root));
        equal("readlink", await ok("readlink", () => store.readlink(`/l${index}`)), target);
        const stat = await subject.stat(`/l${index}`);
        equal("type", stat.mode & S_IFMT, S_IFLNK);
        equal("size", stat.size, new TextEncoder().encode(target).length);
      }
      await fails("symlink", () => store.symlink("x", "/l0", root), "EEXIST");
      await fails("readlink /", () => store.readlink("/"), "EINVAL");
    },
  ],
  [
    "names are bytes: case, spaces, control characters and prototypes' names are kept",
    async (subject, store) => {
      const odd = ["a", "A", " ", "-rf", "a\nb", "\u001b[2J", "__proto__", "constructor", "é", "☃"];
      for (const name of odd) await subject.write(`/${name}`, name);
      equal("names", await subject.names("/"), [...odd].sort());
      for (const name of odd) equal("content", await subject.read(`/${name}`), name);
      for (const name of odd) await ok("unlink", () => store.unlink(`/${name}`));
      equal("names", await subject.names("/"), []);
    },
  ],
  [
    "readDir names each entry once, with its type and number",
    async (subject, store) => {
      await subject.mkdir("/d");
      await subject.mkdir("/d/sub");
      await subject.write("/d/f", "");
      await ok("symlink", () => store.symlink("f", "/d/l", root));
      const entries = await ok("readDir", () => store.readDir("/d"));
      const types = Object.fromEntries(entries.map(({ name, type }) => [name, type]));
      equal("types", [types.f, types.l, types.sub], [S_IFREG, S_IFLNK, S_IFDIR]);
      equal("count", entries.length, 3);
      for (const { name, ino } of entries) {
        equal(`ino of ${name}`, ino, (await subject.stat(`/d/${name}`)).ino);
      }
    },
  ],
];

const directories: readonly Case[] = [
  [
    "mkdir makes an empty directory with its mode",
    async (subject, store) => {
      await ok("mkdir", () => store.mkdir("/d", { ...directoryNode, mode: 0o701 }));
      const stat = await subject.stat("/d");
      equal("mode", stat.mode, S_IFDIR | 0o701);
      equal("names", await subject.names("/d"), []);
      await fails("mkdir", () => store.mkdir("/d", directoryNode), "EEXIST");
    },
  ],
  [
    "rmdir removes only empty directories, unlink none",
    async (subject, store) => {
      await subject.mkdir("/d");
      await subject.write("/d/f", "");
      await fails("rmdir", () => store.rmdir("/d"), "ENOTEMPTY", "EEXIST");
      await fails("unlink", () => store.unlink("/d"), "EISDIR", "EPERM");
      await ok("unlink", () => store.unlink("/d/f"));
      await ok("rmdir", () => store.rmdir("/d"));
      await fails("lstat", () => store.lstat("/d"), "ENOENT");
    },
  ],
  [
    "a directory counts its subdirectories as links",
    async (subject, store) => {
      await subject.mkdir("/d");
      const { nlink } = await subject.stat("/d");
      // Some file systems answer 1 and do not count.
      if (nlink === 1) return;
      await subject.mkdir("/d/sub");
      equal("nlink", (await subject.stat("/d")).nlink, nlink + 1);
      await ok("rmdir", () => store.rmdir("/d/sub"));
      equal("nlink", (await subject.stat("/d")).nlink, nlink);
    },
  ],
  [
    "a directory is no file",
    async (subject, store) => {
      await subject.mkdir("/d");
      await fails("open", () => store.open("/d", reading), "EISDIR");
      await fails("open", () => store.open("/d", writing), "EISDIR");
      await fails("link", () => store.link("/d", "/e"), "EPERM");
    },
  ],
];

const files: readonly Case[] = [
  [
    "what is written is read, at any position",
    async (subject) => {
      const file = await subject.open("/f", creating);
      const text = (part: string) => new TextEncoder().encode(part);
      equal("write", await ok("write", () => file.write(text("hello world"), 0)), 11);
      equal("write", await ok("write", () => file.write(text("W"), 6)), 1);
      const target = new Uint8Array(5);
      equal("read", await ok("read", () => file.read(target, 6)), 5);
      equal("bytes", new TextDecoder().decode(target), "World");
      equal("read at the end", await ok("read", () => file.read(target, 11)), 0);
      equal("read beyond", await ok("read", () => file.read(target, 1000)), 0);
      equal("short read", await ok("read", () => file.read(target, 9)), 2);
    },
  ],
  [
    "a write beyond the end leaves zeros",
    async (subject) => {
      const file = await subject.open("/f", creating);
      await ok("write", () => file.write(new Uint8Array([7]), 100_000));
      const target = new Uint8Array(10).fill(1);
      equal("read", await ok("read", () => file.read(target, 50_000)), 10);
      isTrue(
        "zeros in the hole",
        target.every((byte) => byte === 0),
      );
      equal("size", (await ok("stat", () => file.stat())).size, 100_001);
    },
  ],
  [
    "truncate cuts and grows, and what grows is zeros",
    async (subject) => {
      await subject.write("/f", "hello");
      const file = await subject.open("/f", writing);
      await ok("truncate", () => file.truncate(2));
      await ok("truncate", () => file.truncate(4));
      equal("content", await readAll(file), "he\0\0");
    },
  ],
  [
    "open makes, keeps, empties and refuses as its options say",
    async (subject, store) => {
      await subject.write("/f", "text");
      await fails("exclusive", () => store.open("/f", { ...creating, exclusive: true }), "EEXIST");
      await subject.close(await subject.open("/f", creating));
      equal("content", await subject.read("/f"), "text");
      await subject.close(await subject.open("/f", { ...writing, truncate: true }));
      equal("content", await subject.read("/f"), "");
      const made = { ...creating, exclusive: true, node: { ...root, mode: 0o640 } };
      await subject.close(await subject.open("/g", made));
      equal("mode", (await subject.stat("/g")).mode, S_IFREG | 0o640);
    },
  ],
  [
    "two openings of a file see each other's writes",
    async (subject) => {
      const writer = await subject.open("/f", creating);
      const reader = await subject.open("/f", reading);
      await ok("write", () => writer.write(new TextEncoder().encode("now"), 0));
      equal("content", await readAll(reader), "now");
    },
  ],
  [
    "an open file stays usable after its last name is gone",
    async (subject, store) => {
      await subject.write("/f", "kept");
      const file = await subject.open("/f", writing);
      await ok("unlink", () => store.unlink("/f"));
      await subject.write("/f", "new");
      equal("content", await readAll(file), "kept");
      await ok("write", () => file.write(new TextEncoder().encode("K"), 0));
      equal("content", await readAll(file), "Kept");
      equal("content", await subject.read("/f"), "new");
    },
  ],
  [
    "a file keeps its number while it is open, written and renamed",
    async (subject, store) => {
      await subject.write("/f", "x");
      const { ino } = await subject.stat("/f");
      const file = await subject.open("/f", writing);
      await ok("write", () => file.write(new Uint8Array(10), 0));
      await ok("rename", () => store.rename("/f", "/g"));
      equal("ino", (await ok("stat", () => file.stat())).ino, ino);
      equal("ino", (await subject.stat("/g")).ino, ino);
    },
  ],
  [
    "a write moves the time of modification",
    async (subject, store) => {
      await subject.write("/f", "x");
      const past = { ms: 1_000_000, ns: 0 };
      await ok("setAttributes", () => store.setAttributes("/f", { mtime: past, atime: past }));
      const file = await subject.open("/f", writing);
      await ok("write", () => file.write(new Uint8Array(1), 0));
      isTrue("mtime is not moved by a write", (await subject.stat("/f")).mtimeMs > past.ms);
    },
  ],
];

const attributes: readonly Case[] = [
  [
    "modes are set by name and by open file; the type stays",
    async (subject, store) => {
      await subject.write("/f", "");
      await ok("setAttributes", () => store.setAttributes("/f", { mode: 0o600 }));
      equal("mode", (await subject.stat("/f")).mode, S_IFREG | 0o600);
      const file = await subject.open("/f", writing);
      await ok("setAttributes", () => file.setAttributes({ mode: 0o751 }));
      equal("mode", (await subject.stat("/f")).mode, S_IFREG | 0o751);
    },
  ],
  [
    "times are set to the millisecond, before 1970 too",
    async (subject, store) => {
      await subject.write("/f", "");
      for (const ms of [0, 1_234_567_890_123, -86_400_000]) {
        const time = { ms, ns: 0 };
        await ok("setAttributes", () => store.setAttributes("/f", { atime: time, mtime: time }));
        const stat = await subject.stat("/f");
        equal("times", [Math.floor(stat.atimeMs), Math.floor(stat.mtimeMs)], [ms, ms]);
      }
    },
  ],
  [
    "what is not named is not changed",
    async (subject, store) => {
      await subject.write("/f", "");
      const before = await subject.stat("/f");
      await ok("setAttributes", () => store.setAttributes("/f", { mode: 0o711 }));
      const after = await subject.stat("/f");
      equal(
        "times",
        [after.mtimeMs, after.uid, after.gid],
        [before.mtimeMs, before.uid, before.gid],
      );
    },
  ],
];

const owners: readonly Case[] = [
  [
    "new files, directories and links belong to whom they are made for",
    async (subject, store) => {
      const node = { mode: 0o755, uid: 1000, gid: 1001 };
      await ok("mkdir", () => store.mkdir("/d", node));
      await subject.close(await subject.open("/f", { ...creating, node }));
      await ok("symlink", () => store.symlink("x", "/l", node));
      for (const path of ["/d", "/f", "/l"]) {
        const { uid, gid } = await subject.stat(path);
        equal(`owner of ${path}`, [uid, gid], [1000, 1001]);
      }
      await ok("setAttributes", () => store.setAttributes("/f", { uid: 7, gid: 8 }));
      const { uid, gid } = await subject.stat("/f");
      equal("owner", [uid, gid], [7, 8]);
    },
  ],
];

const renames: readonly Case[] = [
  [
    "rename moves a file, and replaces one",
    async (subject, store) => {
      await subject.write("/a", "a");
      await subject.write("/b", "b");
      await subject.mkdir("/d");
      await ok("rename", () => store.rename("/a", "/d/a"));
      equal("names", await subject.names("/"), ["b", "d"]);
      await ok("rename", () => store.rename("/d/a", "/b"));
      equal("content", await subject.read("/b"), "a");
      equal("names", await subject.names("/d"), []);
    },
  ],
  [
    "rename moves a directory with all that is in it",
    async (subject, store) => {
      await subject.mkdir("/d");
      await subject.mkdir("/d/sub");
      await subject.write("/d/sub/f", "deep");
      await ok("rename", () => store.rename("/d", "/e"));
      equal("content", await subject.read("/e/sub/f"), "deep");
      await fails("lstat", () => store.lstat("/d"), "ENOENT");
    },
  ],
  [
    "rename replaces like by like: an empty directory by a directory, a file by a file",
    async (subject, store) => {
      await subject.mkdir("/d");
      await subject.mkdir("/empty");
      await subject.mkdir("/full");
      await subject.write("/full/f", "");
      await subject.write("/f", "");
      await fails("file over directory", () => store.rename("/f", "/empty"), "EISDIR");
      await fails("directory over file", () => store.rename("/d", "/f"), "ENOTDIR");
      await fails("over a full one", () => store.rename("/d", "/full"), "ENOTEMPTY", "EEXIST");
      await ok("over an empty one", () => store.rename("/d", "/empty"));
      equal("names", await subject.names("/"), ["empty", "f", "full"]);
    },
  ],
  [
    "a directory does not go into itself",
    async (subject, store) => {
      await subject.mkdir("/d");
      await fails("rename", () => store.rename("/d", "/d/e"), "EINVAL");
      equal("names", await subject.names("/d"), []);
    },
  ],
  [
    "rename of a name to itself does nothing",
    async (subject, store) => {
      await subject.write("/f", "x");
      await ok("rename", () => store.rename("/f", "/f"));
      equal("content", await subject.read("/f"), "x");
    },
  ],
];

const links: readonly Case[] = [
  [
    "a hard link is the same file",
    async (subject, store) => {
      await subject.write("/f", "one");
      await ok("link", () => store.link("/f", "/g"));
      const [f, g] = [await subject.stat("/f"), await subject.stat("/g")];
      equal("numbers", [g.ino, f.nlink, g.nlink], [f.ino, 2, 2]);
      await subject.write("/g", "two");
      equal("content", await subject.read("/f"), "two");
      await ok("unlink", () => store.unlink("/f"));
      equal("nlink", (await subject.stat("/g")).nlink, 1);
      equal("content", await subject.read("/g"), "two");
    },
  ],
  [
    "a hard link needs a new name in a directory",
    async (subject, store) => {
      await subject.write("/f", "");
      await subject.write("/g", "");
      await fails("link", () => store.link("/f", "/g"), "EEXIST");
      await fails("link", () => store.link("/f", "/none/g"), "ENOENT");
      await fails("link", () => store.link("/f", "/g/h"), "ENOTDIR");
    },
  ],
  [
    "rename of one link of a file over another does nothing",
    async (subject, store) => {
      await subject.write("/f", "");
      await ok("link", () => store.link("/f", "/g"));
      await ok("rename", () => store.rename("/f", "/g"));
      equal("names", await subject.names("/"), ["f", "g"]);
    },
  ],
];

const fifos: readonly Case[] = [
  [
    "mknod makes a FIFO, which is not opened as a file",
    async (subject, store) => {
      await ok("mknod", () => store.mknod("/p", { ...root, mode: S_IFIFO | 0o600 }));
      equal("mode", (await subject.stat("/p")).mode, S_IFIFO | 0o600);
      await fails("mknod", () => store.mknod("/p", { ...root, mode: S_IFIFO }), "EEXIST");
      await ok("unlink", () => store.unlink("/p"));
    },
  ],
];

const together: readonly Case[] = [
  [
    "calls that are made at the same time do not disturb each other",
    async (subject, store) => {
      await subject.mkdir("/d");
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      await Promise.all(numbers.map((number) => subject.write(`/d/${number}`, String(number))));
      equal("count", (await subject.names("/d")).length, 20);
      const read = await Promise.all(numbers.map((number) => subject.read(`/d/${number}`)));
      equal("contents", read, numbers.map(String));
      await Promise.all(numbers.map((number) => ok("unlink", () => store.unlink(`/d/${number}`))));
      equal("names", await subject.names("/d"), []);
    },
  ],
];

/** Puts the files of the read-only cases into a store that can be changed. */
async function fill(store: VirtualFileSystem): Promise<void> {
  const subject = new Subject(store);
  await subject.write("/f", "text");
  await subject.mkdir("/d");
  await subject.mkdir("/empty");
  await subject.write("/d/g", "");
  await ok("symlink", () => store.symlink("f", "/l", root));
}

const readOnly: readonly Case[] = [
  [
    "shows what is there",
    async (subject, store) => {
      isTrue("isReadOnly is not set", store.isReadOnly);
      equal("content", await subject.read("/f"), "text");
      equal("names", await subject.names("/"), ["d", "empty", "f", "l"]);
      equal("target", await ok("readlink", () => store.readlink("/l")), "f");
    },
  ],
  [
    "every change is EROFS",
    async (subject, store) => {
      await fails("open for writing", () => store.open("/f", writing), "EROFS");
      await fails("O_TRUNC", () => store.open("/f", { ...reading, truncate: true }), "EROFS");
      await fails("O_CREAT", () => store.open("/new", creating), "EROFS");
      await fails("mkdir", () => store.mkdir("/new", directoryNode), "EROFS");
      await fails("mknod", () => store.mknod("/new", { ...root, mode: S_IFIFO }), "EROFS");
      await fails("rmdir", () => store.rmdir("/empty"), "EROFS");
      await fails("unlink", () => store.unlink("/f"), "EROFS");
      await fails("rename", () => store.rename("/f", "/new"), "EROFS");
      await fails("rename over", () => store.rename("/f", "/d/g"), "EROFS");
      await fails("link", () => store.link("/f", "/new"), "EROFS");
      await fails("symlink", () => store.symlink("x", "/new", root), "EROFS");
      await fails("chmod", () => store.setAttributes("/f", { mode: 0 }), "EROFS");
      const time = { ms: 0, ns: 0 };
      await fails("utimes", () => store.setAttributes("/f", { mtime: time }), "EROFS");
      const file = await subject.open("/f");
      await fails("fchmod", () => file.setAttributes({ mode: 0 }), "EROFS");
      await fails("ftruncate", () => file.truncate(0), "EROFS", "EINVAL", "EBADF");
      await fails("write", () => file.write(new Uint8Array(1), 0), "EROFS", "EBADF");
      equal("content", await subject.read("/f"), "text");
    },
  ],
  [
    "what is wrong with a name is told first",
    async (_subject, store) => {
      await fails("open", () => store.open("/none", writing), "ENOENT");
      await fails("exclusive", () => store.open("/f", { ...creating, exclusive: true }), "EEXIST");
    },
  ],
];

/**
 * Declares the tests that every store must pass.
 *
 * @param options - The test framework's functions, and what makes a store.
 */
export function fileSystemConformance(options: FileSystemConformanceOptions): void {
  const { describe, test, makeStore, makeReadOnlyStore, without = [] } = options;
  const declare = (
    group: string,
    cases: readonly Case[],
    make: () => VirtualFileSystem | Promise<VirtualFileSystem>,
  ): void =>
    describe(group, () => {
      for (const [name, run] of cases) {
        test(name, async () => {
          const store = await make();
          const subject = new Subject(store);
          try {
            await run(subject, store);
          } finally {
            await subject.closeAll();
          }
        });
      }
    });
  if (makeStore) {
    declare("names", names, makeStore);
    declare("directories", directories, makeStore);
    declare("files", files, makeStore);
    declare("attributes", attributes, makeStore);
    declare("rename", renames, makeStore);
    declare("calls at the same time", together, makeStore);
    if (!without.includes("owners")) declare("owners", owners, makeStore);
    if (!without.includes("hard links")) declare("hard links", links, makeStore);
    if (!without.includes("fifos")) declare("FIFOs", fifos, makeStore);
  }
  if (makeReadOnlyStore) declare("a read-only store", readOnly, () => makeReadOnlyStore(fill));
}
