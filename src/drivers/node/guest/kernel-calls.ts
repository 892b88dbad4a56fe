/** The guest's system calls, in the terms of a JavaScript program. Failures are errno numbers. */
import { CarriedStub } from "../../../bridge/guest/carried-stub.js";
import { type GuestStub, ProcessEnded } from "../../../bridge/guest/guest-stub.js";
import { type Completion, LoopClient } from "../../../bridge/guest/loop-client.js";
import { SharedMemoryStub } from "../../../bridge/guest/shared-memory-stub.js";
import { syscalls } from "../../../bridge/syscalls.js";
import { word } from "../../../bridge/wire.js";
import { AT_FDCWD, O_CREAT, O_RDWR, O_TRUNC } from "../../../kernel/constants.js";
import type { HostHooks } from "./host-hooks.js";
import { utf8Decode, utf8Encode } from "./utf8.js";

/** Bytes one read or write call moves at most: what fits the payload. */
export const TRANSFER_BYTES = 256 * 1024;

const LAST_STANDARD_FD = 2;

/** `tcsetattr` when what is printed has been shown. */
const TCSADRAIN = 1;

/** The stub of a worker: it posts nothing, as threads would overtake each other. */
class ThreadStub extends SharedMemoryStub {
  protected override postWrite(): boolean {
    return false;
  }

  protected override send(length = 0): void {
    this.header[word.payloadLength] = length;
    super.send();
  }
}

export function connect(hooks: HostHooks, thread: number): GuestStub {
  const { doorbell } = hooks;
  if (!doorbell) return new CarriedStub(hooks.channel, hooks.carry);
  const connection = { channel: hooks.channel, doorbell: doorbell.words, slot: doorbell.slot };
  return thread === 0
    ? new SharedMemoryStub(connection, syscalls)
    : new ThreadStub(connection, syscalls);
}

export interface FileStat {
  dev: number;
  ino: number;
  mode: number;
  nlink: number;
  uid: number;
  gid: number;
  rdev: number;
  size: number;
  blocks: number;
  blksize: number;
  /** Nanoseconds since 1970. */
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
  birthtimeNs: bigint;
}

export interface DirectoryEntry {
  readonly name: Uint8Array;
  /** WASI's file type number. */
  readonly type: number;
}

type PathBytes = string | Uint8Array;

/** A path as bytes. */
export function pathBytes(path: PathBytes): Uint8Array {
  return typeof path === "string" ? utf8Encode(path) : path;
}

const SIGPIPE = 13;
/** `signal_action`'s disposition. */
const IGNORE = 1;

const DIRENT_BYTES = 24;
const DIRECTORY_CHUNK = 64 * 1024;

/** A status as the bridge lays it out; `bytes` have a buffer of their own. */
export function decodeStat(bytes: Uint8Array): FileStat {
  const view = new DataView(bytes.buffer);
  const long = (offset: number) => Number(view.getBigUint64(offset, true));
  return {
    dev: long(0),
    ino: long(8),
    mode: view.getUint32(16, true),
    nlink: view.getUint32(20, true),
    uid: view.getUint32(24, true),
    gid: view.getUint32(28, true),
    rdev: long(32),
    size: long(40),
    blocks: long(48),
    atimeNs: view.getBigInt64(56, true),
    mtimeNs: view.getBigInt64(64, true),
    ctimeNs: view.getBigInt64(72, true),
    birthtimeNs: view.getBigInt64(80, true),
    blksize: view.getUint32(88, true),
  };
}

/** Calls that change nothing and wait for nobody; `open` tells of itself. */
const LOOKING: ReadonlySet<string> = new Set([
  "open",
  "close",
  "read",
  "pread",
  "stat",
  "fstat",
  "inspect",
  "readlink",
  "getcwd",
  "get_ids",
]);

/** All methods answer a number below 0 for a failure: minus Linux's error number, as libuv does. */
export class KernelCalls {
  readonly #takesSignals: boolean;
  readonly #stub: GuestStub;
  readonly #end: () => never;
  #changes = 0;

  /** @param takesSignals - Whether this thread is the one that signals of the process are told to: the main one. */
  constructor(stub: GuestStub, takesSignals: boolean, end: () => never) {
    this.#stub = stub;
    this.#takesSignals = takesSignals;
    this.#end = end;
  }

  /** Makes a call. When the process has ended, nothing of the guest runs any more. */
  readonly call: GuestStub["call"] = (name, args) => {
    if (!LOOKING.has(name)) this.#changes++;
    try {
      // No zero below zero: programs see it.
      return 0 - this.#stub.call(name, args);
    } catch (thrown) {
      if (thrown instanceof ProcessEnded) return this.#end();
      throw thrown;
    }
  };

  /** Grows with each call that may have changed something, or waited for others. */
  get changes(): number {
    return this.#changes;
  }

  get result(): number {
    return this.#stub.result;
  }

  get secondResult(): number {
    return this.#stub.secondResult;
  }

  get longResult(): bigint {
    return this.#stub.longResult;
  }

  /** The reply's bytes, valid until the next call. */
  get bytes(): Uint8Array {
    return this.#stub.resultBytes;
  }

  text(): string {
    const bytes = this.#stub.resultBytes;
    return utf8Decode(bytes, 0, bytes.length);
  }

  open(path: PathBytes, flags: number, mode: number): number {
    if (flags & (O_CREAT | O_TRUNC)) this.#changes++;
    const failed = this.call("open", {
      directory: AT_FDCWD,
      path: pathBytes(path),
      flags,
      mode,
      minimum: 0,
    });
    return failed || this.result;
  }

  close(fd: number): number {
    return this.call("close", { fd });
  }

  /** Reads at a position, or at the cursor when it is negative. Fills as much as one call can. */
  read(fd: number, target: Uint8Array, position: number): number {
    const wanted = Math.min(target.length, TRANSFER_BYTES);
    const failed =
      position < 0
        ? this.call("read", { fd, target: wanted })
        : this.call("pread", { fd, position, target: wanted });
    if (failed) return failed;
    const bytes = this.bytes;
    target.set(bytes);
    return bytes.length;
  }

  /** Reads until `target` is full, the end, or a short read. */
  readFully(fd: number, target: Uint8Array, position: number): number {
    let total = 0;
    while (total < target.length) {
      const at = position < 0 ? -1 : position + total;
      const count = this.read(fd, target.subarray(total), at);
      if (count < 0) return total > 0 ? total : count;
      total += count;
      if (count < TRANSFER_BYTES) break;
    }
    return total;
  }

  write(fd: number, data: Uint8Array, position: number): number {
    const part = data.length > TRANSFER_BYTES ? data.subarray(0, TRANSFER_BYTES) : data;
    if (position >= 0) return this.call("pwrite", { fd, position, data: part }) || this.result;
    return this.#write(fd, part) || this.result;
  }

  /** A write at the cursor, which may be posted. */
  #write(fd: number, data: Uint8Array): number {
    this.#changes++;
    try {
      return 0 - this.#stub.write(fd, data);
    } catch (thrown) {
      if (thrown instanceof ProcessEnded) return this.#end();
      throw thrown;
    }
  }

  /** A write that never waits: EAGAIN when there is no room. */
  tryWrite(fd: number, data: Uint8Array): number {
    const part = data.length > TRANSFER_BYTES ? data.subarray(0, TRANSFER_BYTES) : data;
    return this.call("try_write", { fd, data: part }) || this.result;
  }

  writeFully(fd: number, data: Uint8Array, position: number): number {
    let total = 0;
    do {
      const at = position < 0 ? -1 : position + total;
      const count = this.write(fd, data.subarray(total), at);
      if (count < 0) return total > 0 ? total : count;
      total += count;
    } while (total < data.length);
    return total;
  }

  stat(path: PathBytes, flags: number): FileStat | number {
    const failed = this.call("stat", { directory: AT_FDCWD, path: pathBytes(path), flags });
    return failed || decodeStat(this.bytes.slice());
  }

  isTerminal(fd: number): boolean {
    return this.call("isatty", { fd }) === 0;
  }

  /** Columns and rows of a terminal's window. */
  windowSize(fd: number): readonly [columns: number, rows: number] | number {
    const failed = this.call("get_window_size", { fd });
    if (failed) return failed;
    const bytes = this.bytes.slice();
    const view = new DataView(bytes.buffer);
    return [view.getUint16(2, true), view.getUint16(0, true)];
  }

  /** `struct termios`, 60 bytes. */
  terminalAttributes(fd: number): Uint8Array | number {
    return this.call("tcgetattr", { fd }) || this.bytes.slice();
  }

  setTerminalAttributes(fd: number, attributes: Uint8Array): number {
    return this.call("tcsetattr", { fd, action: TCSADRAIN, attributes });
  }

  fstat(fd: number): FileStat | number {
    return this.call("fstat", { fd }) || decodeStat(this.bytes.slice());
  }

  /** The entries of an open directory from `position` on; an empty list is the end. */
  readDirectory(fd: number, position: number): DirectoryEntry[] | number {
    const failed = this.call("read_directory", { fd, position, target: DIRECTORY_CHUNK });
    if (failed) return failed;
    const bytes = this.bytes.slice();
    const view = new DataView(bytes.buffer);
    const entries: DirectoryEntry[] = [];
    for (let at = 0; at + DIRENT_BYTES <= bytes.length; ) {
      const length = view.getUint32(at + 16, true);
      const end = at + DIRENT_BYTES + length;
      // The last one may be cut off: the next call has it.
      if (end > bytes.length) break;
      entries[entries.length] = {
        name: bytes.subarray(at + DIRENT_BYTES, end),
        type: view.getUint8(at + 20),
      };
      at = end;
    }
    return entries;
  }

  /** All entries of a directory. */
  listDirectory(path: PathBytes, flags: number): DirectoryEntry[] | number {
    const fd = this.open(path, flags, 0);
    if (fd < 0) return fd;
    const all: DirectoryEntry[] = [];
    for (;;) {
      const some = this.readDirectory(fd, all.length);
      if (typeof some === "number" || some.length === 0) {
        this.close(fd);
        return typeof some === "number" ? some : all;
      }
      for (const entry of some) all[all.length] = entry;
    }
  }

  /** What a program was given closed of its standard streams is /dev/null, so that no file of its own gets such a number. */
  openStandardStreams(): void {
    let fd = 0;
    while (fd >= 0 && fd <= LAST_STANDARD_FD) fd = this.open("/dev/null", O_RDWR, 0);
    if (fd >= 0) this.close(fd);
  }

  /** Whether a reply has told of signals that this thread is to take. */
  get hasPendingSignals(): boolean {
    if (!this.#takesSignals) return false;
    return (this.#stub.pendingSignals | this.#stub.pendingSignalsHigh) !== 0;
  }

  /** Writes to a pipe that nobody reads fail by EPIPE, as in Node. */
  ignoreBrokenPipes(): void {
    const mask = { maskLow: 0, maskHigh: 0 };
    this.call("signal_action", { ...mask, signal: SIGPIPE, disposition: IGNORE, flags: 0 });
  }

  takeSignals(): number[] {
    if (this.call("take_signals", {})) return [];
    const signals: number[] = [];
    const words = [this.result, this.secondResult];
    for (let index = 0; index < 64; index++) {
      if (((words[index >> 5] as number) >>> (index & 31)) & 1) signals[signals.length] = index + 1;
    }
    return signals;
  }

  /** What an event loop arms its waits with. */
  loopClient(): LoopClient {
    return new LoopClient(this.#stub);
  }

  /** Sleeps in the `loop` call. */
  waitInLoop(client: LoopClient, timeoutMs: number): Completion[] {
    this.#changes++;
    try {
      return client.wait(timeoutMs);
    } catch (thrown) {
      if (thrown instanceof ProcessEnded) return this.#end();
      throw thrown;
    }
  }

  /** poll(2): what happened at each descriptor. Waits at most `timeoutMs`; below 0 without limit. */
  poll(entries: readonly { fd: number; events: number }[], timeoutMs: number): Int32Array | number {
    const words = new Int32Array(entries.length * 2);
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as { fd: number; events: number };
      words[index * 2] = entry.fd;
      words[index * 2 + 1] = entry.events;
    }
    const timeoutUs = timeoutMs < 0 ? -1 : Math.ceil(timeoutMs * 1000);
    const failed = this.call("poll", { entries: new Uint8Array(words.buffer), timeoutUs });
    if (failed) return failed;
    return new Int32Array(this.bytes.slice().buffer);
  }
}
