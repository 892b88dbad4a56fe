/** What `fs` does with files, by system calls: each answers its result or a failure. */
import {
  AT_FDCWD,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../../../kernel/constants.js";
import type { Codec } from "../../guest/codec.js";
import type { Guest } from "../../guest/guest.js";
import { pathBytes } from "../../guest/kernel-calls.js";
import { utf8Decode, utf8Encode } from "../../guest/utf8.js";
import { bytesOf, encodingOf } from "../buffer.js";
import { done, Failure, type PathArgument, pathText } from "./requests.js";

const EEXIST = -17;
const ENOTDIR = -20;
const ELOOP = -40;

/** libuv's directory entry types by WASI's. */
const entryTypes: Readonly<Record<number, number>> = { 2: 6, 3: 2, 4: 1, 7: 3 };

/** `utimes` of the syscall table: both times given. */
export const SET_BOTH_TIMES = 1 | 4;
const SYMLINKS_MAX = 40;

/** Both times in ns, for `utimes` and `futimes` of the syscall table; theirs come in seconds. */
export function timesOf(atime: number, mtime: number): Uint8Array {
  const times = new BigInt64Array(2);
  times[0] = BigInt(Math.round(atime * 1e6)) * 1000n;
  times[1] = BigInt(Math.round(mtime * 1e6)) * 1000n;
  return new Uint8Array(times.buffer);
}

export type FsOperations = ReturnType<typeof fsOperations>;

export function fsOperations(guest: Guest, codec: Codec) {
  const { kernel } = guest;

  const lstat = (path: PathArgument) => kernel.stat(path, AT_SYMLINK_NOFOLLOW);

  const encoded = (bytes: Uint8Array, encoding: unknown): unknown => {
    if (encoding === "buffer") {
      return Object.setPrototypeOf(bytes.slice(), guest.bufferPrototype);
    }
    return codec.decode(encodingOf(encoding), bytes, 0, bytes.length);
  };

  function open(path: PathArgument, flags: number, mode: number): number | Failure {
    const fd = kernel.open(path, flags | O_CLOEXEC, mode);
    return fd < 0 ? new Failure(fd, "open", path) : fd;
  }

  function readlinkBytes(path: PathArgument): Uint8Array | number {
    const failed = kernel.call("readlink", { directory: AT_FDCWD, path: pathBytes(path) });
    return failed || kernel.bytes.slice();
  }

  function realpath(path: PathArgument): string | number {
    const text = pathText(path);
    const directory = text.startsWith("/") ? "" : currentDirectory();
    if (typeof directory === "number") return directory;
    let pending = `${directory}/${text}`.split("/");
    let resolved = "";
    let links = 0;
    while (pending.length > 0) {
      const part = pending.shift() as string;
      if (part === "" || part === ".") continue;
      if (part === "..") {
        resolved = resolved.slice(0, Math.max(0, resolved.lastIndexOf("/")));
        continue;
      }
      const next = `${resolved}/${part}`;
      const stat = lstat(next);
      if (typeof stat === "number") return stat;
      if ((stat.mode & S_IFMT) !== S_IFLNK) {
        if (pending.length > 0 && (stat.mode & S_IFMT) !== S_IFDIR) return ENOTDIR;
        resolved = next;
        continue;
      }
      if (++links > SYMLINKS_MAX) return ELOOP;
      const target = readlinkBytes(next);
      if (typeof target === "number") return target;
      const linked = utf8Decode(target, 0, target.length);
      if (linked.startsWith("/")) resolved = "";
      pending = [...linked.split("/"), ...pending];
    }
    return resolved === "" ? "/" : resolved;
  }

  const currentDirectory = (): string | number => kernel.call("getcwd", {}) || kernel.text();

  function mkdir(path: PathArgument, mode: number): number {
    return kernel.call("mkdir", { directory: AT_FDCWD, path: pathBytes(path), mode });
  }

  /** mkdir -p: the first directory it made, or undefined when there was nothing to make. */
  function mkdirRecursive(path: PathArgument, mode: number): string | undefined | Failure {
    const text = pathText(path);
    const parts = text.split("/").filter((part) => part !== "" && part !== ".");
    let first: string | undefined;
    let at = text.startsWith("/") ? "" : ".";
    for (const [index, part] of parts.entries()) {
      at = `${at}/${part}`;
      if (part === "..") continue;
      const code = mkdir(at, mode);
      if (code === 0) first ??= at;
      else if (code === EEXIST) {
        const stat = kernel.stat(at, 0);
        const isDirectory = typeof stat !== "number" && (stat.mode & S_IFMT) === S_IFDIR;
        const isLast = index === parts.length - 1;
        if (!isDirectory) return new Failure(isLast ? EEXIST : ENOTDIR, "mkdir", path);
      } else return new Failure(code, "mkdir", path);
    }
    if (first === undefined) return undefined;
    const resolved = realpath(first);
    return typeof resolved === "number" ? first : resolved;
  }

  function readWhole(path: PathArgument | number, flags: number): Uint8Array | Failure {
    const isOpen = typeof path === "number";
    const fd = isOpen ? path : open(path, flags, 0o666);
    if (fd instanceof Failure) return fd;
    const stat = kernel.fstat(fd);
    const size = typeof stat !== "number" && (stat.mode & S_IFMT) === S_IFREG ? stat.size : 0;
    let bytes = new Uint8Array(Math.max(size, 8192));
    let total = 0;
    for (;;) {
      if (total === bytes.length) {
        const grown = new Uint8Array(bytes.length * 2);
        grown.set(bytes);
        bytes = grown;
      }
      const count = kernel.read(fd, bytes.subarray(total), -1);
      if (count < 0) {
        if (!isOpen) kernel.close(fd);
        return new Failure(count, "read");
      }
      total += count;
      if (count === 0 || (size > 0 && total >= size)) break;
    }
    if (!isOpen) kernel.close(fd);
    return bytes.subarray(0, total);
  }

  function readdir(path: PathArgument, encoding: unknown, withTypes: boolean): unknown {
    const entries = kernel.listDirectory(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (typeof entries === "number") return new Failure(entries, "scandir", path);
    const names: unknown[] = [];
    const types: number[] = [];
    for (const { name, type } of entries) {
      if (
        (name.length === 1 && name[0] === 46) ||
        (name.length === 2 && name[0] === 46 && name[1] === 46)
      )
        continue;
      names.push(encoded(name, encoding));
      types.push(entryTypes[type] ?? 0);
    }
    return withTypes ? [names, types] : names;
  }

  function accessOf(path: PathArgument, mode: number): number {
    return kernel.call("access", { directory: AT_FDCWD, path: pathBytes(path), mode, flags: 0 });
  }

  function chownOf(path: PathArgument, uid: number, gid: number, flags: number): number {
    const name = pathBytes(path);
    // -1, which leaves one as it is, may come as 2^32 - 1.
    return kernel.call("chown", {
      directory: AT_FDCWD,
      path: name,
      uid: uid | 0,
      gid: gid | 0,
      flags,
    });
  }

  function copyFile(source: PathArgument, target: PathArgument, mode: number): Failure | undefined {
    const COPYFILE_EXCL = 1;
    const stat = kernel.stat(source, 0);
    if (typeof stat === "number") return new Failure(stat, "copyfile", source, target);
    const bytes = readWhole(source, O_RDONLY);
    if (bytes instanceof Failure) return new Failure(bytes.errno, "copyfile", source, target);
    const flags = O_WRONLY | O_CREAT | (mode & COPYFILE_EXCL ? O_EXCL : O_TRUNC) | O_CLOEXEC;
    const fd = kernel.open(target, flags, stat.mode & 0o777);
    if (fd < 0) return new Failure(fd, "copyfile", source, target);
    const count = kernel.writeFully(fd, bytes, -1);
    kernel.close(fd);
    return done(Math.min(count, 0), "copyfile", source, target);
  }

  function mkdtemp(prefix: PathArgument, encoding: unknown): unknown {
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (let attempt = 0; attempt < 100; attempt++) {
      let suffix = "";
      for (let index = 0; index < 6; index++) {
        suffix += letters[Math.floor(Math.random() * letters.length)];
      }
      const path = `${pathText(prefix)}${suffix}`;
      const code = mkdir(path, 0o700);
      if (code === 0) return encoded(utf8Encode(path), encoding);
      if (code !== EEXIST) return new Failure(code, "mkdtemp", `${pathText(prefix)}XXXXXX`);
    }
    return new Failure(EEXIST, "mkdtemp", `${pathText(prefix)}XXXXXX`);
  }

  function writeAll(
    fd: number,
    buffers: readonly ArrayBufferView[],
    position: number,
  ): number | Failure {
    let total = 0;
    for (const buffer of buffers) {
      const bytes = bytesOf(buffer);
      const count = kernel.writeFully(fd, bytes, position < 0 ? -1 : position + total);
      if (count < 0) return total > 0 ? total : new Failure(count, "write");
      total += count;
    }
    return total;
  }

  function readAll(
    fd: number,
    buffers: readonly ArrayBufferView[],
    position: number,
  ): number | Failure {
    let total = 0;
    for (const buffer of buffers) {
      const bytes = bytesOf(buffer);
      const count = kernel.readFully(fd, bytes, position < 0 ? -1 : position + total);
      if (count < 0) return total > 0 ? total : new Failure(count, "read");
      total += count;
      if (count < bytes.length) break;
    }
    return total;
  }

  function setTimes(path: PathArgument, atime: number, mtime: number, flags: number): number {
    return kernel.call("utimes", {
      directory: AT_FDCWD,
      path: pathBytes(path),
      times: timesOf(atime, mtime),
      set: SET_BOTH_TIMES,
      flags,
    });
  }

  return {
    accessOf,
    chownOf,
    copyFile,
    encoded,
    mkdir,
    mkdirRecursive,
    mkdtemp,
    open,
    readAll,
    readdir,
    readlinkBytes,
    readWhole,
    realpath,
    setTimes,
    writeAll,
  };
}
