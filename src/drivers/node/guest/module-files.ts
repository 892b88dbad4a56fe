/**
 * What a module loader asks of a file one after the other (is it there, is it a link, what is in it) in one call, which
 * the later questions are answered from, while the guest has made no call that could have changed anything or waited. What is
 * said of a file is said once: a program that looks again and again sees what others do.
 */
import { AT_FDCWD, S_IFDIR, S_IFLNK, S_IFMT } from "../../../kernel/constants.js";
import { decodeStat, type FileStat, type KernelCalls } from "./kernel-calls.js";
import { utf8Encode } from "./utf8.js";

const ENOENT = -2;
const ENOTDIR = -20;
/** Flag of `inspect`: contents too. */
const CONTENTS = 1;
const STAT_BYTES = 96;
/** errno and length of the content, then the status. */
const HEAD_BYTES = 8 + STAT_BYTES;
/** As much content as the kernel tells. */
const CONTENT_BYTES_MAX = 64 * 1024;
/** Files whose answers wait to be taken. */
const SEEN_MAX = 16;

interface Seen {
  status: FileStat | null;
  /** Null: it has none that one call can tell. */
  content: Uint8Array | null;
}

export class ModuleFiles {
  readonly #kernel: KernelCalls;
  /** By path. */
  readonly #seen = new Map<string, Seen>();
  readonly #folders = new Map<string, FileStat>();
  readonly #missing = new Set<string>();
  #changes = -1;

  constructor(kernel: KernelCalls) {
    this.#kernel = kernel;
  }

  /** The status of what a path leads to, or minus an error number. */
  look(path: string): FileStat | number {
    this.#forgetOld();
    const folder = this.#folders.get(path);
    if (folder) return folder;
    const seen = this.#inspect(path);
    if (typeof seen === "number") return seen;
    if (!seen?.status) return this.#kernel.stat(path, 0);
    const { status } = seen;
    const kind = status.mode & S_IFMT;
    if (this.#seen.size >= SEEN_MAX) this.#seen.clear();
    this.#seen.set(path, seen);
    // The folder of a file is asked for with each name in it.
    if (kind === S_IFDIR) this.#folders.set(path, status);
    return kind === S_IFLNK ? this.#kernel.stat(path, 0) : status;
  }

  /** The status of the path itself, if it was looked at just now. */
  takeStatus(path: string): FileStat | null {
    this.#forgetOld();
    const seen = this.#seen.get(path);
    const status = seen?.status ?? null;
    if (seen) seen.status = null;
    return status;
  }

  /** What is in a small regular file; null: it has to be opened. */
  read(path: string): Uint8Array | null {
    this.#forgetOld();
    const seen = this.#seen.get(path);
    this.#seen.delete(path);
    const found = seen ?? this.#inspect(path);
    return typeof found === "number" ? null : (found?.content ?? null);
  }

  /** Whether there was nothing at that path just now. */
  isMissing(path: string): boolean {
    this.#forgetOld();
    return this.#missing.has(path);
  }

  noteMissing(path: string): void {
    this.#forgetOld();
    this.#missing.add(path);
  }

  #forgetOld(): void {
    const { changes } = this.#kernel;
    if (this.#changes === changes) return;
    this.#changes = changes;
    this.#seen.clear();
    this.#folders.clear();
    this.#missing.clear();
  }

  /** Minus an error number: there is nothing. Null: this way it can't be told. */
  #inspect(path: string): Seen | number | null {
    if (path === "" || path.includes("\0")) return null;
    const kernel = this.#kernel;
    const names = utf8Encode(`${path}\0`);
    const target = HEAD_BYTES + CONTENT_BYTES_MAX;
    const failed = kernel.call("inspect", { directory: AT_FDCWD, names, flags: CONTENTS, target });
    const bytes = kernel.bytes;
    if (failed || bytes.length < HEAD_BYTES) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
    const errno = 0 - view.getInt32(0, true);
    if (errno !== 0) return errno === ENOENT || errno === ENOTDIR ? errno : null;
    const length = view.getInt32(4, true);
    const status = decodeStat(bytes.slice(8, HEAD_BYTES));
    // Files that are made when they are read (/proc) have no size before.
    const isWhole = length > 0 && length === status.size && bytes.length >= HEAD_BYTES + length;
    const content = isWhole ? bytes.slice(HEAD_BYTES, HEAD_BYTES + length) : null;
    return { status, content };
  }
}
