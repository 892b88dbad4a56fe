// Runs the battery (posix-battery.txt) over one store: each case in an empty directory of a kernel of
// its own. The text says what is expected; posix-battery.py runs the same text on Linux, which keeps
// the expectations honest.
//
// A line is `operation arguments`, and ` = result` where the result is not `ok`. Words are separated
// by blanks; `""` is the empty word, `%N` a name of N bytes, `@h:path` is relative to the directory
// that handle h has open. `as UID GID GROUPS` changes who acts. `mark PATHS` notes times, `moved PATH`
// tells which of them have moved since: a(ccess), m(odification), c(hange).

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { descriptorCalls } from "../../src/bridge/descriptor-calls.js";
import { fileCalls } from "../../src/bridge/file-calls.js";
import type { Caller } from "../../src/bridge/handler.js";
import { lockCalls } from "../../src/bridge/lock-calls.js";
import { processCalls } from "../../src/bridge/process-calls.js";
import { watchCalls } from "../../src/bridge/watch-calls.js";
import { hostActor } from "../../src/kernel/actor.js";
import * as constants from "../../src/kernel/constants.js";
import { Errno, errno } from "../../src/kernel/errno.js";
import { KernelTables } from "../../src/kernel/kernel-tables.js";
import { defaultLimits } from "../../src/kernel/limits.js";
import type { VirtualFileSystem } from "../../src/kernel/virtual-file-system.js";
import { Blocked } from "../../src/kernel/wait.js";
import { IdleDriver, ok, start, textOf, utf8 } from "./tables.js";

export interface BatteryCase {
  readonly name: string;
  readonly lines: readonly BatteryLine[];
}

export interface BatteryLine {
  readonly words: readonly string[];
  readonly expected: string;
  readonly text: string;
}

/** Where cases run: deep enough that a case can go to the parent of its directory. */
const PLACE = "/tmp/battery/in";

export const batteryFile = fileURLToPath(new URL("posix-battery.txt", import.meta.url));

export function batteryCases(): BatteryCase[] {
  return readFileSync(batteryFile, "utf8")
    .split(/^case /m)
    .slice(1)
    .map((block) => {
      const [name = "", ...lines] = block.split("\n");
      const used = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
      return { name, lines: used.map(parseLine) };
    });
}

function parseLine(text: string): BatteryLine {
  const [call = "", expected = "ok"] = text.split(" = ");
  return { words: call.split(/ +/).map(expandWord), expected: expected.trim(), text };
}

function expandWord(word: string): string {
  if (word === '""') return "";
  return word.replace(/%(\d+)/g, (_, length) => "n".repeat(Number(length)));
}

/**
 * Runs one case.
 * @param tick - Lets time pass, so that two changes can be told apart.
 * @returns the lines that did not give what they should, empty when all did.
 */
export function runBatteryCase(
  store: VirtualFileSystem,
  { lines }: BatteryCase,
  tick: () => void,
): string[] {
  const machine = new BatteryMachine(store, tick);
  const different: string[] = [];
  for (const line of lines) {
    const result = machine.run(line.words);
    if (result !== line.expected) different.push(`${line.text}: here ${result}`);
  }
  machine.end();
  return different;
}

type Result =
  | string
  | number
  | undefined
  | Errno
  | Uint8Array
  | readonly number[]
  | Blocked<unknown>;

class BatteryMachine {
  readonly #tables: KernelTables;
  readonly #caller: Caller;
  readonly #handles = new Map<string, number>();
  readonly #marks = new Map<string, bigint[]>();
  readonly #tick: () => void;

  constructor(store: VirtualFileSystem, tick: () => void) {
    this.#tick = tick;
    this.#tables = new KernelTables(store, defaultLimits);
    this.#tables.commands.register(new IdleDriver());
    const { vfs } = this.#tables;
    ok(vfs.mkdir(hostActor, "/", "/tmp/battery", 0o755));
    ok(vfs.mkdir(hostActor, "/", PLACE, 0o755));
    this.#caller = { tables: this.#tables, process: start(this.#tables, { cwd: PLACE }) };
  }

  end(): void {
    this.#tables.processes.end(this.#caller.process, 0);
  }

  run(words: readonly string[]): string {
    const [operation = "", ...rest] = words;
    const serve = this.#operations[operation];
    if (!serve) throw new Error(`unknown operation ${operation}`);
    const result = serve(...rest);
    if (result === undefined) return "ok";
    if (result === errno.EINTR || result instanceof Blocked) return "blocks";
    if (result instanceof Errno) return result.code;
    if (result instanceof Uint8Array) return textOf(result) || "nothing";
    return String(result);
  }

  /** The directory and path that a word stands for. */
  #at(word: string): { directory: number; path: string } {
    const match = /^@(\w+):(.*)$/.exec(word);
    if (!match) return { directory: constants.AT_FDCWD, path: word };
    return { directory: this.#fd(`@${match[1]}`), path: match[2] ?? "" };
  }

  #fd(handle: string): number {
    return this.#handles.get(handle) ?? 99;
  }

  #open(word: string, flags: number, mode: number): number | Errno {
    const opened = fileCalls.open(this.#caller, { ...this.#at(word), flags, mode, minimum: 0 });
    return opened instanceof Blocked ? opened.interrupted(errno.EINTR) : opened;
  }

  /** Opens, does something with the descriptor, and closes it. */
  #with(word: string, flags: number, use: (fd: number) => Result): Result {
    const fd = this.#open(word, flags, 0o644);
    if (fd instanceof Errno) return fd;
    const result = use(fd);
    descriptorCalls.close(this.#caller, { fd });
    return result;
  }

  #write(fd: number, text: string): Result {
    const written = descriptorCalls.write(this.#caller, { fd, data: utf8(text) });
    return Array.isArray(written) ? written[0] : (written as Errno);
  }

  #read(call: (target: Uint8Array) => unknown, length: string): Result {
    const target = new Uint8Array(Number(length));
    const count = call(target);
    return typeof count === "number" ? target.subarray(0, count) : (count as Errno);
  }

  #fields(stat: Uint8Array | Errno, names: readonly string[]): Result {
    if (stat instanceof Errno) return stat;
    return names.map((name) => fieldOf(stat, name)).join(" ");
  }

  #stat(word: string, flags: number): Uint8Array | Errno {
    return fileCalls.stat(this.#caller, { ...this.#at(word), flags });
  }

  #times(atime: string, mtime: string): { times: Uint8Array; set: number } {
    const [a, m] = [timeArgument(atime, 1), timeArgument(mtime, 4)];
    return {
      times: new Uint8Array(BigInt64Array.of(a.ns, m.ns).buffer),
      set: a.set | m.set,
    };
  }

  #moved(word: string): Result {
    const now = this.#timesOf(word);
    const before = this.#marks.get(word);
    const moved = ["a", "m", "c"].filter((_, index) => now[index] !== before?.[index]);
    return moved.join("") || "none";
  }

  #timesOf(word: string): bigint[] {
    const stat = word.startsWith("@")
      ? descriptorCalls.fstat(this.#caller, { fd: this.#fd(word) })
      : this.#stat(word, constants.AT_SYMLINK_NOFOLLOW);
    if (stat instanceof Errno) return [];
    const view = new DataView(stat.buffer);
    return [56, 64, 72].map((offset) => view.getBigInt64(offset, true));
  }

  readonly #operations: Record<string, (...words: string[]) => Result> = {
    as: (uid = "0", gid = uid, groups = "") => {
      const { credentials } = this.#caller.process;
      credentials.effectiveUid = Number(uid);
      credentials.effectiveGid = Number(gid);
      credentials.groups = groups ? groups.split(",").map(Number) : [];
      return undefined;
    },
    umask: (mask = "") => {
      processCalls.umask(this.#caller, { mask: octal(mask) });
      return undefined;
    },
    mkdir: (path = "", mode = "755") =>
      fileCalls.mkdir(this.#caller, { ...this.#at(path), mode: octal(mode) }),
    rmdir: (path = "") =>
      fileCalls.unlink(this.#caller, { ...this.#at(path), flags: constants.AT_REMOVEDIR }),
    unlink: (path = "") => fileCalls.unlink(this.#caller, { ...this.#at(path), flags: 0 }),
    rename: (from = "", to = "") => {
      const [a, b] = [this.#at(from), this.#at(to)];
      return fileCalls.rename(this.#caller, {
        oldDirectory: a.directory,
        oldPath: a.path,
        newDirectory: b.directory,
        newPath: b.path,
      });
    },
    link: (from = "", to = "", follow = "") => {
      const [a, b] = [this.#at(from), this.#at(to)];
      return fileCalls.link(this.#caller, {
        oldDirectory: a.directory,
        oldPath: a.path,
        newDirectory: b.directory,
        newPath: b.path,
        flags: follow ? constants.AT_SYMLINK_FOLLOW : 0,
      });
    },
    symlink: (target = "", path = "") =>
      fileCalls.symlink(this.#caller, { target, ...this.#at(path) }),
    readlink: (path = "") => fileCalls.readlink(this.#caller, this.#at(path)),
    chmod: (path = "", mode = "") =>
      fileCalls.chmod(this.#caller, { ...this.#at(path), mode: octal(mode) }),
    chown: (path = "", uid = "", gid = "") =>
      fileCalls.chown(this.#caller, {
        ...this.#at(path),
        uid: Number(uid),
        gid: Number(gid),
        flags: 0,
      }),
    lchown: (path = "", uid = "", gid = "") =>
      fileCalls.chown(this.#caller, {
        ...this.#at(path),
        uid: Number(uid),
        gid: Number(gid),
        flags: constants.AT_SYMLINK_NOFOLLOW,
      }),
    utimes: (path = "", atime = "", mtime = "") =>
      fileCalls.utimes(this.#caller, {
        ...this.#at(path),
        ...this.#times(atime, mtime),
        flags: 0,
      }),
    lutimes: (path = "", atime = "", mtime = "") =>
      fileCalls.utimes(this.#caller, {
        ...this.#at(path),
        ...this.#times(atime, mtime),
        flags: constants.AT_SYMLINK_NOFOLLOW,
      }),
    access: (path = "", wanted = "") =>
      fileCalls.access(this.#caller, {
        ...this.#at(path),
        mode: [..."xwr"].reduce(
          (sum, letter, at) => sum + (wanted.includes(letter) ? 1 << at : 0),
          0,
        ),
        flags: constants.AT_EACCESS,
      }),
    mkfifo: (path = "", mode = "644") =>
      fileCalls.mknod(this.#caller, {
        ...this.#at(path),
        mode: constants.S_IFIFO | octal(mode),
      }),
    mksock: (path = "", mode = "644") =>
      fileCalls.mknod(this.#caller, {
        ...this.#at(path),
        mode: constants.S_IFSOCK | octal(mode),
      }),
    mkreg: (path = "", mode = "644") =>
      fileCalls.mknod(this.#caller, {
        ...this.#at(path),
        mode: constants.S_IFREG | octal(mode),
      }),
    create: (path = "", mode = "644") => {
      const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
      const fd = this.#open(path, flags, octal(mode));
      return fd instanceof Errno ? fd : descriptorCalls.close(this.#caller, { fd });
    },
    write: (path = "", text = "") =>
      this.#with(path, constants.O_CREAT | constants.O_TRUNC | constants.O_WRONLY, (fd) =>
        this.#write(fd, text),
      ),
    append: (path = "", text = "") =>
      this.#with(path, constants.O_APPEND | constants.O_WRONLY, (fd) => this.#write(fd, text)),
    read: (path = "") =>
      this.#with(path, constants.O_RDONLY, (fd) =>
        this.#read((target) => descriptorCalls.read(this.#caller, { fd, target }), "100"),
      ),
    truncate: (path = "", size = "") =>
      this.#with(path, constants.O_WRONLY, (fd) =>
        descriptorCalls.ftruncate(this.#caller, { fd, size: Number(size) }),
      ),
    open: (path = "", flags = "", handle = "", mode = "644") => {
      const fd = this.#open(path, openFlags(flags), octal(mode));
      if (fd instanceof Errno) return fd;
      if (handle) this.#handles.set(handle, fd);
      else descriptorCalls.close(this.#caller, { fd });
      return undefined;
    },
    close: (handle = "") => descriptorCalls.close(this.#caller, { fd: this.#fd(handle) }),
    dup: (handle = "", copy = "") => {
      const fd = descriptorCalls.dup(this.#caller, { fd: this.#fd(handle), minimum: 0, flags: 0 });
      if (fd instanceof Errno) return fd;
      this.#handles.set(copy, fd);
      return undefined;
    },
    fwrite: (handle = "", text = "") => this.#write(this.#fd(handle), text),
    fread: (handle = "", length = "") =>
      this.#read(
        (target) => descriptorCalls.read(this.#caller, { fd: this.#fd(handle), target }),
        length,
      ),
    fpread: (handle = "", length = "", position = "") =>
      this.#read(
        (target) =>
          descriptorCalls.pread(this.#caller, {
            fd: this.#fd(handle),
            target,
            position: Number(position),
          }),
        length,
      ),
    fpwrite: (handle = "", text = "", position = "") =>
      descriptorCalls.pwrite(this.#caller, {
        fd: this.#fd(handle),
        data: utf8(text),
        position: Number(position),
      }),
    fseek: (handle = "", offset = "", whence = "") =>
      descriptorCalls.seek(this.#caller, {
        fd: this.#fd(handle),
        offset: Number(offset),
        whence: Number(whence),
      }),
    ftruncate: (handle = "", size = "") =>
      descriptorCalls.ftruncate(this.#caller, { fd: this.#fd(handle), size: Number(size) }),
    fchmod: (handle = "", mode = "") =>
      descriptorCalls.fchmod(this.#caller, { fd: this.#fd(handle), mode: octal(mode) }),
    fchown: (handle = "", uid = "", gid = "") =>
      fileCalls.fchown(this.#caller, {
        fd: this.#fd(handle),
        uid: Number(uid),
        gid: Number(gid),
      }),
    futimes: (handle = "", atime = "", mtime = "") =>
      descriptorCalls.futimes(this.#caller, {
        fd: this.#fd(handle),
        ...this.#times(atime, mtime),
      }),
    fstat: (handle = "", ...fields) =>
      this.#fields(descriptorCalls.fstat(this.#caller, { fd: this.#fd(handle) }), fields),
    stat: (path = "", ...fields) => this.#fields(this.#stat(path, 0), fields),
    lstat: (path = "", ...fields) =>
      this.#fields(this.#stat(path, constants.AT_SYMLINK_NOFOLLOW), fields),
    same: (a = "", b = "") => {
      const stats = [a, b].map((path) => this.#stat(path, constants.AT_SYMLINK_NOFOLLOW));
      const inodes = stats.map((stat) => (stat instanceof Errno ? "" : fieldOf(stat, "ino")));
      return inodes[0] === inodes[1] ? "yes" : "no";
    },
    ls: (path = "") => {
      const { directory, path: name } = this.#at(path);
      const flags = constants.O_RDONLY | constants.O_DIRECTORY;
      const fd = fileCalls.open(this.#caller, {
        directory,
        path: name,
        flags,
        mode: 0,
        minimum: 0,
      });
      if (typeof fd !== "number") return fd as Errno;
      const target = new Uint8Array(65536);
      const filled = descriptorCalls.read_directory(this.#caller, { fd, position: 0, target });
      descriptorCalls.close(this.#caller, { fd });
      if (typeof filled !== "number") return filled as Errno;
      return namesIn(target.subarray(0, filled)).join(",") || "nothing";
    },
    flock: (handle = "", operation = "") =>
      lockCalls.flock(this.#caller, { fd: this.#fd(handle), operation: Number(operation) }),
    setfl: (handle = "", flags = "") =>
      descriptorCalls.set_status(this.#caller, { fd: this.#fd(handle), flags: openFlags(flags) }),
    getfl: (handle = "") => {
      const status = descriptorCalls.get_status(this.#caller, { fd: this.#fd(handle) });
      return status instanceof Errno ? status : status[1];
    },
    poll: (handle = "") => {
      const entries = new Uint8Array(Int32Array.of(this.#fd(handle), 0x1f).buffer);
      const answer = descriptorCalls.poll(this.#caller, { entries, timeoutUs: 0 });
      return answer instanceof Uint8Array ? (answer[0] ?? 0) : (answer as Errno);
    },
    watch: (handle = "", path = "", mask = "fc6") => {
      if (!this.#handles.has(handle)) {
        const opened = watchCalls.watch_open(this.#caller, { flags: constants.O_NONBLOCK });
        if (opened instanceof Errno) return opened;
        this.#handles.set(handle, opened);
      }
      const fd = this.#fd(handle);
      return watchCalls.watch_add(this.#caller, { fd, path, mask: Number.parseInt(mask, 16) });
    },
    unwatch: (handle = "", watch = "") =>
      watchCalls.watch_remove(this.#caller, { fd: this.#fd(handle), watch: Number(watch) }),
    events: (handle = "") => {
      const target = new Uint8Array(65536);
      const filled = descriptorCalls.read(this.#caller, { fd: this.#fd(handle), target });
      if (typeof filled !== "number") return filled as Errno;
      return eventsIn(target.subarray(0, filled)).join(",");
    },
    chdir: (path = "") => processCalls.chdir(this.#caller, { path }),
    getcwd: () => {
      const cwd = processCalls.getcwd(this.#caller);
      return cwd instanceof Uint8Array ? textOf(cwd).replace(PLACE, "") || "." : cwd;
    },
    mark: (...paths) => {
      for (const path of paths) this.#marks.set(path, this.#timesOf(path));
      this.#tick();
      return undefined;
    },
    moved: (path = "") => this.#moved(path),
  };
}

function octal(text: string): number {
  return Number.parseInt(text, 8);
}

function openFlags(text: string): number {
  const known = constants as unknown as Record<string, number>;
  return text.split("|").reduce((flags, name) => {
    const flag = known[`O_${name}`];
    if (flag === undefined) throw new Error(`unknown flag ${name}`);
    return flags | flag;
  }, 0);
}

/** `now`, `omit`, or nanoseconds since 1970. */
function timeArgument(text: string, explicit: number): { ns: bigint; set: number } {
  if (text === "omit") return { ns: 0n, set: 0 };
  if (text === "now") return { ns: 0n, set: explicit * 2 };
  return { ns: BigInt(text), set: explicit };
}

const types: Readonly<Record<number, string>> = {
  [constants.S_IFDIR]: "dir",
  [constants.S_IFREG]: "file",
  [constants.S_IFLNK]: "link",
  [constants.S_IFIFO]: "fifo",
  [constants.S_IFSOCK]: "sock",
  [constants.S_IFCHR]: "char",
};

function fieldOf(stat: Uint8Array, name: string): string {
  const view = new DataView(stat.buffer);
  const mode = view.getUint32(16, true);
  switch (name) {
    case "type":
      return types[mode & constants.S_IFMT] ?? "unknown";
    case "mode":
      return (mode & 0o7777).toString(8);
    case "nlink":
      return String(view.getUint32(20, true));
    case "uid":
      return String(view.getUint32(24, true));
    case "gid":
      return String(view.getUint32(28, true));
    case "size":
      return String(view.getBigUint64(40, true));
    case "ino":
      return String(view.getBigUint64(8, true));
    case "atime":
      return String(view.getBigInt64(56, true));
    case "mtime":
      return String(view.getBigInt64(64, true));
    default:
      throw new Error(`unknown field ${name}`);
  }
}

const eventNames: readonly [number, string][] = [
  [0x2, "modify"],
  [0x4, "attrib"],
  [0x40, "from"],
  [0x80, "to"],
  [0x100, "create"],
  [0x200, "delete"],
  [0x400, "delete-self"],
  [0x800, "move-self"],
  [0x4000, "overflow"],
  [0x8000, "ignored"],
  [0x40000000, "dir"],
];

/** inotify's events, as `watch:what:name`. */
export function eventsIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [wd, mask] = [view.getInt32(at, true), view.getUint32(at + 4, true)];
    const length = view.getUint32(at + 12, true);
    const name = textOf(bytes.subarray(at + 16, at + 16 + length)).replace(/\0*$/, "");
    const what = eventNames.filter(([bit]) => mask & bit).map(([, text]) => text);
    events.push([wd, what.join("+"), ...(name ? [name] : [])].join(":"));
    at += 16 + length;
  }
  return events;
}

const DIRENT_BYTES = 24;

function namesIn(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = view.getUint32(offset + 16, true);
    offset += DIRENT_BYTES;
    names.push(textOf(bytes.subarray(offset, offset + length)));
    offset += length;
  }
  return names.filter((name) => name !== "." && name !== "..").sort();
}
