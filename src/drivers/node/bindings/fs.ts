/** `fs`: files by system calls. */
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  O_RDONLY,
} from "../../../kernel/constants.js";
import { Codec } from "../guest/codec.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { type FileStat, pathBytes } from "../guest/kernel-calls.js";
import type { StreamBaseClass } from "../guest/stream-base.js";
import { utf8Encode } from "../guest/utf8.js";
import { bytesOf, encodingOf } from "./buffer.js";
import { fsArguments } from "./fs/arguments.js";
import { fileHandleClass } from "./fs/file-handle.js";
import { moduleFiles } from "./fs/modules.js";
import { fsOperations, SET_BOTH_TIMES, timesOf } from "./fs/operations.js";
import {
  done,
  Failure,
  fsRequests,
  isSynchronous,
  type PathArgument,
  type Request,
} from "./fs/requests.js";
import { statWatcherClass } from "./fs/stat-watcher.js";
import { fillStat, STAT_FIELDS } from "./fs/stats.js";

const ENOENT = -2;
const ENOTDIR = -20;

const NOTHING = new Uint8Array(0);

export function fsBinding(
  guest: Guest,
  HandleWrap: HandleClass,
  StreamBase: StreamBaseClass,
): Binding {
  const { kernel } = guest;
  const codec = new Codec(guest.hooks.compute);
  const { FSReqCallback, usePromises, toError, perform, performWhenReadable } = fsRequests(guest);
  const { validators, validFd, validMode } = fsArguments(guest);
  const operations = fsOperations(guest, codec);
  const { encoded, mkdir, open, readWhole, realpath, setTimes } = operations;
  const FileHandle = fileHandleClass(guest, StreamBase);
  const statValues = new Float64Array(STAT_FIELDS * 2);
  const bigintStatValues = new BigInt64Array(STAT_FIELDS * 2);
  const statFsValues = new Float64Array(7);
  const bigintStatFsValues = new BigInt64Array(7);

  function statResult(stat: FileStat, isBigint: boolean, isShared: boolean): unknown {
    const target = isBigint
      ? isShared
        ? bigintStatValues
        : new BigInt64Array(STAT_FIELDS)
      : isShared
        ? statValues
        : new Float64Array(STAT_FIELDS);
    fillStat(target, stat);
    return target;
  }

  const stater =
    (syscall: "stat" | "lstat", flags: number) =>
    (path: PathArgument, isBigint: boolean, request: Request, throwIfNoEntry: unknown = true) => {
      const isSync = isSynchronous(request);
      const isLink = isSync && syscall === "lstat";
      return perform(
        request,
        () => {
          const known = isLink && typeof path === "string" ? guest.files.takeStatus(path) : null;
          const stat = known ?? kernel.stat(path, flags);
          if (typeof stat !== "number") return statResult(stat, isBigint, isSync);
          const isMissing = stat === ENOENT || stat === ENOTDIR;
          if (isSync && throwIfNoEntry === false && isMissing) return undefined;
          return new Failure(stat, syscall, path);
        },
        typeof throwIfNoEntry === "object" && throwIfNoEntry !== null ? throwIfNoEntry : undefined,
      );
    };

  const view = (buffer: ArrayBufferView, offset: number, length: number): Uint8Array =>
    bytesOf(buffer).subarray(offset, offset + length);

  const positionOf = (position: unknown): number => {
    if (typeof position === "bigint") return Number(position);
    return typeof position === "number" ? position : -1;
  };

  return {
    kFsStatsFieldsNumber: STAT_FIELDS,
    kUsePromises: usePromises,
    statValues,
    bigintStatValues,
    statFsValues,
    bigintStatFsValues,
    FSReqCallback,
    FileHandle,
    access(path: PathArgument, mode: number, request: Request) {
      const checked = validMode(mode);
      return perform(request, () => done(operations.accessOf(path, checked), "access", path));
    },
    existsSync: (path: PathArgument) => typeof kernel.stat(path, 0) !== "number",
    open: (path: PathArgument, flags: number, mode: number, request: Request) =>
      perform(request, () => open(path, flags, mode)),
    openFileHandle: (path: PathArgument, flags: number, mode: number, request: Request) =>
      perform(request, () => {
        const fd = open(path, flags, mode);
        return fd instanceof Failure ? fd : new FileHandle(fd);
      }),
    close(fd: number, request: Request) {
      validFd(fd);
      return perform(request, () => done(kernel.close(fd), "close"));
    },
    read(
      fd: number,
      buffer: ArrayBufferView,
      offset: number,
      length: number,
      position: number | bigint,
      request: Request,
      context?: object,
    ) {
      const operation = (): unknown => {
        const at = positionOf(position);
        // Nothing can be there: the table's numbers end before.
        const target = at > Number.MAX_SAFE_INTEGER ? NOTHING : view(buffer, offset, length);
        const count = kernel.readFully(fd, target, at);
        return count < 0 ? new Failure(count, "read") : count;
      };
      return performWhenReadable(fd, request, operation, context);
    },
    readBuffers(
      fd: number,
      buffers: ArrayBufferView[],
      position: unknown,
      request: Request,
      context?: object,
    ) {
      return performWhenReadable(
        fd,
        request,
        () => operations.readAll(fd, buffers, positionOf(position)),
        context,
      );
    },
    readFileUtf8(path: PathArgument | number, flags: number) {
      const isPlain = typeof path === "string" && flags === O_RDONLY;
      const isSeen = isPlain && guest.files.hasSeen(path);
      const bytes = (isPlain ? guest.files.read(path) : null) ?? readWhole(path, flags);
      if (bytes instanceof Failure) throw toError(bytes);
      const text = codec.decode("utf8", bytes, 0, bytes.length);
      if (isSeen) guest.files.noteText(path, text as string);
      return text;
    },
    writeBuffer(
      fd: number,
      buffer: ArrayBufferView,
      offset: number,
      length: number,
      position: unknown,
      request: Request,
      context?: object,
    ) {
      return perform(
        request,
        () => {
          const count = kernel.writeFully(fd, view(buffer, offset, length), positionOf(position));
          return count < 0 ? new Failure(count, "write") : count;
        },
        context,
      );
    },
    writeBuffers: (
      fd: number,
      buffers: ArrayBufferView[],
      position: unknown,
      request: Request,
      context?: object,
    ) => perform(request, () => operations.writeAll(fd, buffers, positionOf(position)), context),
    writeString(
      fd: number,
      text: string,
      position: unknown,
      encoding: unknown,
      request: Request,
      context?: object,
    ) {
      return perform(
        request,
        () => {
          const bytes = codec.encode(encodingOf(encoding), text);
          const count = kernel.writeFully(fd, bytes, positionOf(position));
          return count < 0 ? new Failure(count, "write") : count;
        },
        context,
      );
    },
    writeFileUtf8(path: PathArgument | number, text: string, flags: number, mode: number) {
      const fd = typeof path === "number" ? path : open(path, flags, mode);
      if (fd instanceof Failure) throw toError(fd);
      const bytes = codec.encode("utf8", text);
      const count = bytes.length === 0 ? 0 : kernel.writeFully(fd, bytes, -1);
      if (typeof path !== "number") kernel.close(fd);
      if (count < 0) throw toError(new Failure(count, "write"));
    },
    fsync(fd: number, request: Request) {
      validFd(fd);
      return perform(request, () => done(kernel.call("fsync", { fd }), "fsync"));
    },
    fdatasync(fd: number, request: Request) {
      validFd(fd);
      return perform(request, () => done(kernel.call("fsync", { fd }), "fdatasync"));
    },
    ftruncate(fd: number, size: number, request: Request) {
      validFd(fd);
      return perform(request, () =>
        done(kernel.call("ftruncate", { fd, size: size ?? 0 }), "ftruncate"),
      );
    },
    rename: (from: PathArgument, to: PathArgument, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("rename", {
            oldDirectory: AT_FDCWD,
            oldPath: pathBytes(from),
            newDirectory: AT_FDCWD,
            newPath: pathBytes(to),
          }),
          "rename",
          from,
          to,
        ),
      ),
    unlink: (path: PathArgument, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("unlink", { directory: AT_FDCWD, path: pathBytes(path), flags: 0 }),
          "unlink",
          path,
        ),
      ),
    rmdir: (path: PathArgument, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("unlink", {
            directory: AT_FDCWD,
            path: pathBytes(path),
            flags: AT_REMOVEDIR,
          }),
          "rmdir",
          path,
        ),
      ),
    mkdir: (path: PathArgument, mode: number, isRecursive: boolean, request: Request) =>
      perform(request, () =>
        isRecursive
          ? operations.mkdirRecursive(path, mode)
          : done(mkdir(path, mode), "mkdir", path),
      ),
    mkdtemp: (prefix: PathArgument, encoding: unknown, request: Request) =>
      perform(request, () => operations.mkdtemp(prefix, encoding)),
    readdir: (path: PathArgument, encoding: unknown, withTypes: boolean, request: Request) =>
      perform(request, () => operations.readdir(path, encoding, withTypes)),
    stat: stater("stat", 0),
    lstat: stater("lstat", AT_SYMLINK_NOFOLLOW),
    fstat(fd: number, isBigint: boolean, request: Request, shouldNotThrow?: unknown) {
      validFd(fd);
      const isSync = isSynchronous(request);
      return perform(request, () => {
        const stat = kernel.fstat(fd);
        if (typeof stat !== "number") return statResult(stat, isBigint, isSync);
        return isSync && shouldNotThrow === true ? undefined : new Failure(stat, "fstat");
      });
    },
    statfs(path: PathArgument, isBigint: boolean, request: Request) {
      return perform(request, () => {
        const failed = kernel.call("statfs", { directory: AT_FDCWD, path: pathBytes(path) });
        if (failed) return new Failure(failed, "statfs", path);
        const words = new BigUint64Array(kernel.bytes.slice().buffer);
        const [type, blockSize, blocks, free, files, freeFiles] = words;
        // Nothing is kept back for the superuser.
        const fields = [type, blockSize, blocks, free, free, files, freeFiles].map(Number);
        return isBigint ? BigInt64Array.from(fields, BigInt) : Float64Array.from(fields);
      });
    },
    link: (from: PathArgument, to: PathArgument, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("link", {
            oldDirectory: AT_FDCWD,
            oldPath: pathBytes(from),
            newDirectory: AT_FDCWD,
            newPath: pathBytes(to),
            flags: 0,
          }),
          "link",
          from,
          to,
        ),
      ),
    symlink: (target: PathArgument, path: PathArgument, _flags: number, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("symlink", {
            target: pathBytes(target),
            directory: AT_FDCWD,
            path: pathBytes(path),
          }),
          "symlink",
          target,
          path,
        ),
      ),
    readlink: (path: PathArgument, encoding: unknown, request: Request) =>
      perform(request, () => {
        const target = operations.readlinkBytes(path);
        return typeof target === "number"
          ? new Failure(target, "readlink", path)
          : encoded(target, encoding);
      }),
    realpath: (path: PathArgument, encoding: unknown, request: Request) =>
      perform(request, () => {
        const resolved = realpath(path);
        return typeof resolved === "number"
          ? new Failure(resolved, "realpath", path)
          : encoded(utf8Encode(resolved), encoding);
      }),
    copyFile(source: PathArgument, target: PathArgument, mode: number, request: Request) {
      const checked = validMode(mode);
      return perform(request, () => operations.copyFile(source, target, checked));
    },
    chmod: (path: PathArgument, mode: number, request: Request) =>
      perform(request, () =>
        done(
          kernel.call("chmod", { directory: AT_FDCWD, path: pathBytes(path), mode }),
          "chmod",
          path,
        ),
      ),
    fchmod(fd: number, mode: number, request: Request) {
      validFd(fd);
      return perform(request, () => done(kernel.call("fchmod", { fd, mode }), "fchmod"));
    },
    chown: (path: PathArgument, uid: number, gid: number, request: Request) =>
      perform(request, () => done(operations.chownOf(path, uid, gid, 0), "chown", path)),
    lchown: (path: PathArgument, uid: number, gid: number, request: Request) =>
      perform(request, () =>
        done(operations.chownOf(path, uid, gid, AT_SYMLINK_NOFOLLOW), "lchown", path),
      ),
    fchown(fd: number, uid: number, gid: number, request: Request) {
      validFd(fd);
      const NO_ID = 0xffffffff;
      validators().validateInteger(uid, "uid", -1, NO_ID);
      validators().validateInteger(gid, "gid", -1, NO_ID);
      return perform(request, () =>
        done(kernel.call("fchown", { fd, uid: uid | 0, gid: gid | 0 }), "fchown"),
      );
    },
    utimes: (path: PathArgument, atime: number, mtime: number, request: Request) =>
      perform(request, () => done(setTimes(path, atime, mtime, 0), "utime", path)),
    lutimes: (path: PathArgument, atime: number, mtime: number, request: Request) =>
      perform(request, () =>
        done(setTimes(path, atime, mtime, AT_SYMLINK_NOFOLLOW), "lutime", path),
      ),
    futimes(fd: number, atime: number, mtime: number, request: Request) {
      validFd(fd);
      return perform(request, () =>
        done(
          kernel.call("futimes", { fd, times: timesOf(atime, mtime), set: SET_BOTH_TIMES }),
          "futime",
        ),
      );
    },
    ...moduleFiles(guest, codec, operations),
    StatWatcher: statWatcherClass(guest, HandleWrap),
  };
}
