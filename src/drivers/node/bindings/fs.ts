/**
 * `fs`: files by system calls. Every function takes its request last: none for a synchronous call,
 * `kUsePromises` for a promise, else an object whose `oncomplete` is called from the loop.
 */
import {
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  POLLIN,
  S_IFDIR,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
} from "../../../kernel/constants.js";
import { Codec } from "../guest/codec.js";
import { isReadable, type Watcher } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { type FileStat, pathBytes } from "../guest/kernel-calls.js";
import { utf8Decode, utf8Encode } from "../guest/utf8.js";
import { bytesOf, encodingOf } from "./buffer.js";

type PathArgument = string | Uint8Array;

/** What an operation failed with. */
class Failure {
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  constructor(errno: number, syscall: string, path?: PathArgument, dest?: PathArgument) {
    this.errno = errno;
    this.syscall = syscall;
    this.path = path === undefined ? undefined : pathText(path);
    this.dest = dest === undefined ? undefined : pathText(dest);
  }
}

function pathText(path: PathArgument): string {
  return typeof path === "string" ? path : utf8Decode(path, 0, path.length);
}

const ENOENT = -2;
const EEXIST = -17;
const ENOTDIR = -20;
const ELOOP = -40;

/** libuv's directory entry types by WASI's. */
const entryTypes: Readonly<Record<number, number>> = { 2: 6, 3: 2, 4: 1, 7: 3 };

/** `utimes` of the syscall table: both times given. */
const SET_BOTH_TIMES = 1 | 4;
const SYMLINKS_MAX = 40;

const STAT_FIELDS = 18;
const NOTHING = new Uint8Array(0);

type Request = { oncomplete?: unknown } | symbol | undefined;

export function fsBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const { kernel, loop } = guest;
  const codec = new Codec(guest.hooks.compute);
  const usePromises = guest.symbols.fs_use_promises_symbol as symbol;
  const statValues = new Float64Array(STAT_FIELDS * 2);
  const bigintStatValues = new BigInt64Array(STAT_FIELDS * 2);
  const statFsValues = new Float64Array(7);
  const bigintStatFsValues = new BigInt64Array(7);

  const toError = (failure: Failure): Error => guest.uv.exception(failure);

  class FSReqCallback {
    readonly isBigint: boolean;
    oncomplete: unknown = null;
    context: unknown;
    constructor(isBigint = false) {
      this.isBigint = isBigint;
      Object.defineProperty(this, guest.symbols.async_id_symbol as symbol, {
        value: guest.asyncContext?.newId() ?? 0,
        enumerable: false,
      });
      Object.defineProperty(this, guest.symbols.trigger_async_id_symbol as symbol, {
        value: guest.asyncContext?.triggerId() ?? 0,
        enumerable: false,
      });
      guest.asyncContext?.emitInit(this, "FSREQCALLBACK");
    }
  }

  /** Answers a request when its operation is done. */
  function complete(request: { oncomplete?: unknown }, outcome: unknown): void {
    if (outcome instanceof Failure) {
      guest.callback(request, request.oncomplete, [toError(outcome)]);
    } else if (outcome === undefined) {
      guest.callback(request, request.oncomplete, [null]);
    } else {
      guest.callback(request, request.oncomplete, [null, outcome]);
    }
    guest.asyncContext?.emitDestroy(request);
  }

  /** Runs an operation the way its request asks for. */
  function perform(request: Request, operation: () => unknown, context?: object): unknown {
    if (request === undefined || request === null) {
      const outcome = operation();
      if (!(outcome instanceof Failure)) return outcome;
      if (context === undefined) throw toError(outcome);
      const error = toError(outcome) as Error & Record<string, unknown>;
      Object.assign(context, {
        errno: outcome.errno,
        code: error.code,
        syscall: outcome.syscall,
        ...(outcome.path === undefined ? {} : { path: outcome.path }),
        ...(outcome.dest === undefined ? {} : { dest: outcome.dest }),
      });
      return undefined;
    }
    if (request === usePromises) {
      return new Promise((resolve, reject) => {
        loop.enqueue(() => {
          const outcome = operation();
          if (outcome instanceof Failure) reject(toError(outcome));
          else resolve(outcome);
          guest.runTicks();
        });
      });
    }
    loop.enqueue(() => complete(request as { oncomplete?: unknown }, operation()));
    return undefined;
  }

  /** Like `perform`, for a read that may have to wait for its descriptor. */
  function performWhenReadable(
    fd: number,
    request: Request,
    operation: () => unknown,
    context?: object,
  ): unknown {
    if (request === undefined || request === null) return perform(request, operation, context);
    const stat = kernel.fstat(fd);
    if (typeof stat === "number" || (stat.mode & S_IFMT) === S_IFREG) {
      return perform(request, operation, context);
    }
    const finish = (settle: (outcome: unknown) => void): void => {
      const watcher: Watcher = {
        fd,
        events: POLLIN,
        isReferenced: true,
        onReady(happened) {
          if (!isReadable(happened)) return;
          loop.unwatch(watcher);
          settle(operation());
        },
      };
      loop.watch(watcher);
    };
    if (request === usePromises) {
      return new Promise((resolve, reject) => {
        finish((outcome) => {
          if (outcome instanceof Failure) reject(toError(outcome));
          else resolve(outcome);
          guest.runTicks();
        });
      });
    }
    finish((outcome) => complete(request as { oncomplete?: unknown }, outcome));
    return undefined;
  }

  /** Numbers as Node's native half checks them, with its errors. */
  const validators = (): {
    validateInteger(value: unknown, name: string, minimum?: number, maximum?: number): void;
    validateInt32(value: unknown, name: string, minimum: number): void;
    validateNumber(value: unknown, name: string): void;
  } => guest.require("internal/validators") as never;

  function validFd(fd: unknown): number {
    if (typeof fd !== "number" || fd < 0 || (fd | 0) !== fd) {
      validators().validateInt32(fd, "fd", 0);
    }
    return fd as number;
  }

  /** The mode of `access` and `copyFile`: Node's native half checks it. */
  function validMode(mode: unknown): number {
    if (mode === undefined || mode === null) return 0;
    const MODE_MAX = 7;
    if (typeof mode !== "number" || (mode | 0) !== mode) {
      const error = new TypeError("mode must be int32 or null/undefined");
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    if (mode < 0 || mode > MODE_MAX) {
      const error = new RangeError(`mode is out of range: >= 0 && <= ${MODE_MAX}`);
      throw Object.assign(error, { code: "ERR_OUT_OF_RANGE" });
    }
    return mode;
  }

  /** Nothing, or why not. */
  const done = (
    code: number,
    syscall: string,
    path?: PathArgument,
    dest?: PathArgument,
  ): Failure | undefined => (code < 0 ? new Failure(code, syscall, path, dest) : undefined);

  function fillStat(target: Float64Array | BigInt64Array, stat: FileStat): void {
    const NS = 1_000_000_000n;
    const fields: (number | bigint)[] = [
      stat.dev,
      stat.mode,
      stat.nlink,
      stat.uid,
      stat.gid,
      stat.rdev,
      stat.blksize,
      stat.ino,
      stat.size,
      stat.blocks,
    ];
    for (const time of [stat.atimeNs, stat.mtimeNs, stat.ctimeNs, stat.birthtimeNs]) {
      fields.push(time / NS, time % NS);
    }
    for (let index = 0; index < fields.length; index++) {
      const value = fields[index] as number | bigint;
      if (target instanceof BigInt64Array) target[index] = BigInt(value);
      else target[index] = Number(value);
    }
  }

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
      const isSync = request === undefined || request === null;
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

  const view = (buffer: ArrayBufferView, offset: number, length: number): Uint8Array =>
    bytesOf(buffer).subarray(offset, offset + length);

  const positionOf = (position: unknown): number => {
    if (typeof position === "bigint") return Number(position);
    return typeof position === "number" ? position : -1;
  };

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

  function timesOf(atime: number, mtime: number): Uint8Array {
    const times = new BigInt64Array(2);
    times[0] = BigInt(Math.round(atime * 1e6)) * 1000n;
    times[1] = BigInt(Math.round(mtime * 1e6)) * 1000n;
    return new Uint8Array(times.buffer);
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

  let hasWarned = false;
  /** Closes what a program forgot to close, and says so. */
  const forgotten = new FinalizationRegistry<{ fd: number }>((open) => {
    if (open.fd < 0) return;
    kernel.close(open.fd);
    const emitWarning = guest.process.emitWarning as (...args: unknown[]) => void;
    loop.enqueue(() =>
      guest.callback(guest.process, () => {
        emitWarning(`Closing file descriptor ${open.fd} on garbage collection`);
        if (hasWarned) return;
        hasWarned = true;
        emitWarning(
          "Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects " +
            "explicitly using FileHandle.prototype.close(). In the future, an error will be thrown if a file " +
            "descriptor is closed during garbage collection.",
          "DeprecationWarning",
          "DEP0137",
        );
      }, []),
    );
  });

  class FileHandle extends HandleWrap {
    readonly #open: { fd: number };
    onread: unknown;
    /** What a `StreamPipe` reads of it. */
    readonly range: readonly [offset: number, length: number];

    constructor(fd: number, offset = -1, length = -1) {
      super("FILEHANDLE");
      this.#open = { fd };
      this.range = [offset, length];
      forgotten.register(this, this.#open, this.#open);
    }

    get fd(): number {
      return this.#open.fd;
    }

    // The promise is what Node's FileHandle waits for.
    override close(): never {
      const fd = this.releaseFD();
      return new Promise<void>((resolve, reject) => {
        loop.enqueue(() => {
          const code = kernel.close(fd);
          if (code < 0) reject(toError(new Failure(code, "close")));
          else resolve();
          guest.runTicks();
        });
      }) as never;
    }

    releaseFD(): number {
      const { fd } = this.#open;
      this.#open.fd = -1;
      forgotten.unregister(this.#open);
      return fd;
    }
  }

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
      return perform(request, () => done(accessOf(path, checked), "access", path));
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
        () => readAll(fd, buffers, positionOf(position)),
        context,
      );
    },
    readFileUtf8(path: PathArgument | number, flags: number) {
      const isPlain = typeof path === "string" && flags === O_RDONLY;
      const bytes = (isPlain ? guest.files.read(path) : null) ?? readWhole(path, flags);
      if (bytes instanceof Failure) throw toError(bytes);
      return codec.decode("utf8", bytes, 0, bytes.length);
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
    ) => perform(request, () => writeAll(fd, buffers, positionOf(position)), context),
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
        isRecursive ? mkdirRecursive(path, mode) : done(mkdir(path, mode), "mkdir", path),
      ),
    mkdtemp: (prefix: PathArgument, encoding: unknown, request: Request) =>
      perform(request, () => mkdtemp(prefix, encoding)),
    readdir: (path: PathArgument, encoding: unknown, withTypes: boolean, request: Request) =>
      perform(request, () => readdir(path, encoding, withTypes)),
    stat: stater("stat", 0),
    lstat: stater("lstat", AT_SYMLINK_NOFOLLOW),
    fstat(fd: number, isBigint: boolean, request: Request, shouldNotThrow?: unknown) {
      validFd(fd);
      const isSync = request === undefined || request === null;
      return perform(request, () => {
        const stat = kernel.fstat(fd);
        if (typeof stat !== "number") return statResult(stat, isBigint, isSync);
        return isSync && shouldNotThrow === true ? undefined : new Failure(stat, "fstat");
      });
    },
    statfs(path: PathArgument, isBigint: boolean, request: Request) {
      return perform(request, () => {
        const stat = kernel.stat(path, 0);
        if (typeof stat === "number") return new Failure(stat, "statfs", path);
        const fields = [0x858458f6, 4096, 262144, 131072, 131072, 100000, 50000];
        if (isBigint) return BigInt64Array.from(fields, (field) => BigInt(field));
        return Float64Array.from(fields);
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
        const target = readlinkBytes(path);
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
      return perform(request, () => copyFile(source, target, checked));
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
      perform(request, () => done(chownOf(path, uid, gid, 0), "chown", path)),
    lchown: (path: PathArgument, uid: number, gid: number, request: Request) =>
      perform(request, () => done(chownOf(path, uid, gid, AT_SYMLINK_NOFOLLOW), "lchown", path)),
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
    internalModuleStat(...args: unknown[]) {
      // Some releases pass the binding's receiver first.
      const path = (args.length > 1 && typeof args[0] !== "string" ? args[1] : args[0]) as string;
      const stat = guest.files.look(path);
      if (typeof stat === "number") return stat;
      return (stat.mode & S_IFMT) === S_IFDIR ? 1 : 0;
    },
    internalModuleReadJSON(path: string) {
      const bytes = readWhole(path, O_RDONLY);
      if (bytes instanceof Failure) return [];
      const text = codec.decode("utf8", bytes, 0, bytes.length);
      const containsKeys = /"(?:main|name|type|exports|imports)"/.test(text);
      return [text.startsWith("\ufeff") ? text.slice(1) : text, containsKeys];
    },
    getFormatOfExtensionlessFile(path: string) {
      const bytes = readWhole(path, O_RDONLY);
      if (bytes instanceof Failure) return 0;
      const isWasm = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
      return isWasm ? 1 : 0;
    },
    legacyMainResolve(packageJsonUrl: string, main: string | undefined, base: string) {
      const { fileURLToPath } = guest.require("internal/url") as {
        fileURLToPath(url: string): string;
      };
      const directory = fileURLToPath(new URL(".", packageJsonUrl).href);
      const candidates = main
        ? [
            main,
            `${main}.js`,
            `${main}.json`,
            `${main}.node`,
            `${main}/index.js`,
            `${main}/index.json`,
            `${main}/index.node`,
          ]
        : [];
      const all = [...candidates, ...Array<undefined>(7 - candidates.length)].slice(0, 7);
      for (const [index, name] of [...all, "index.js", "index.json", "index.node"].entries()) {
        if (name === undefined) continue;
        const stat = kernel.stat(directory + name, 0);
        if (typeof stat !== "number" && (stat.mode & S_IFMT) === S_IFREG) return index;
      }
      const { codes } = guest.require("internal/errors") as {
        codes: Record<string, new (...args: unknown[]) => Error>;
      };
      const NotFound = codes.ERR_MODULE_NOT_FOUND as new (...args: unknown[]) => Error;
      throw new NotFound(directory, base ? fileURLToPath(base) : undefined, "package");
    },
    StatWatcher: statWatcherClass(guest, HandleWrap, fillStat),
  };

  function setTimes(path: PathArgument, atime: number, mtime: number, flags: number): number {
    return kernel.call("utimes", {
      directory: AT_FDCWD,
      path: pathBytes(path),
      times: timesOf(atime, mtime),
      set: SET_BOTH_TIMES,
      flags,
    });
  }
}

/** fs.watchFile: a stat every interval. */
function statWatcherClass(
  guest: Guest,
  HandleWrap: HandleClass,
  fillStat: (target: Float64Array | BigInt64Array, stat: FileStat) => void,
) {
  interface Timers {
    setInterval(callback: () => void, ms: number): { ref(): void; unref(): void };
    clearInterval(timer: unknown): void;
  }

  return class StatWatcher extends HandleWrap {
    onchange: unknown;
    readonly #stats: Float64Array | BigInt64Array;
    #timer: ReturnType<Timers["setInterval"]> | null = null;

    constructor(isBigint: boolean) {
      super("STATWATCHER");
      this.#stats = isBigint
        ? new BigInt64Array(STAT_FIELDS * 2)
        : new Float64Array(STAT_FIELDS * 2);
    }

    start(path: string, intervalMs: number): number {
      const { setInterval } = guest.require("timers") as Timers;
      let last = kernelStat(path);
      this.#timer = setInterval(() => {
        const now = kernelStat(path);
        if (isSame(last, now)) return;
        this.#report(now, last);
        last = now;
      }, intervalMs);
      if (!this.isHandleReferenced) this.#timer.unref();
      // libuv tells at once of a file that is not there.
      if (typeof last === "number") guest.loop.enqueue(() => this.#report(last, last));
      return 0;
    }

    override ref(): void {
      super.ref();
      this.#timer?.ref();
    }

    override unref(): void {
      super.unref();
      this.#timer?.unref();
    }

    override onHandleClose(): void {
      if (this.#timer) (guest.require("timers") as Timers).clearInterval(this.#timer);
    }

    #report(now: FileStat | number, before: FileStat | number): void {
      if (this.isHandleClosed) return;
      for (const [index, stat] of [now, before].entries()) {
        const part = this.#stats.subarray(index * STAT_FIELDS, (index + 1) * STAT_FIELDS);
        if (typeof stat === "number") part.fill((part instanceof BigInt64Array ? 0n : 0) as never);
        else fillStat(part, stat);
      }
      const status = typeof now === "number" ? now : 0;
      guest.callback(this, this.onchange, [status, this.#stats]);
    }
  };

  function kernelStat(path: string): FileStat | number {
    return guest.kernel.stat(path, 0);
  }

  function isSame(a: FileStat | number, b: FileStat | number): boolean {
    if (typeof a === "number" || typeof b === "number") return a === b;
    return (
      a.mtimeNs === b.mtimeNs &&
      a.ctimeNs === b.ctimeNs &&
      a.size === b.size &&
      a.ino === b.ino &&
      a.mode === b.mode &&
      a.nlink === b.nlink
    );
  }
}
