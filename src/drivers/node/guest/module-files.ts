/**
 * What a module loader asks of a file one after the other (is it there, is it a link, what is in it) in one call, which
 * the later questions are answered from, while the guest has made no call that could have changed anything or waited. What is
 * said of a file is said once: a program that looks again and again sees what others do. The same call asks for files that the
 * text which was read before seems to load next.
 */
import { AT_FDCWD, S_IFDIR, S_IFLNK, S_IFMT } from "../../../kernel/constants.js";
import { decodeStat, type FileStat, type KernelCalls } from "./kernel-calls.js";
import { requiredFiles } from "./required-files.js";
import { utf8Encode } from "./utf8.js";

/** Guests can change what is behind the name. */
const { now } = Date;

const ENOENT = 2;
const ENOTDIR = 20;
/** Flag of `inspect`: contents too. */
const CONTENTS = 1;
const STAT_BYTES = 96;
/** errno and length of the content, then the status. */
const HEAD_BYTES = 8 + STAT_BYTES;
/** As much content as the kernel tells. */
const CONTENT_BYTES_MAX = 64 * 1024;
/** Files whose answers wait to be taken. */
const SEEN_MAX = 64;
/** Files that one call asks for beside the one that is wanted. */
const AHEAD_MAX = 7;
/** How long what was read ahead is good: a program that computes meanwhile may know that another one has changed it. */
const AHEAD_MS = 250;
/** Texts whose files are awaited, each loaded by the one before it. */
const TEXTS_MAX = 64;

interface Seen {
  /** 0, or why there is nothing. */
  readonly errno: number;
  status: FileStat | null;
  /** Null: it has none that one call can tell. */
  content: Uint8Array | null;
  /** Until when it answers a first question, for one that was read ahead. */
  goodUntil: number;
}

export class ModuleFiles {
  readonly #kernel: KernelCalls;
  /** By path. */
  readonly #seen = new Map<string, Seen>();
  readonly #folders = new Map<string, FileStat>();
  readonly #missing = new Set<string>();
  /** What the texts seem to load that are being loaded, the outermost first. */
  readonly #awaited: string[][] = [];
  #changes = -1;

  constructor(kernel: KernelCalls) {
    this.#kernel = kernel;
  }

  /** The status of what a path leads to, or minus an error number. */
  look(path: string): FileStat | number {
    this.#forgetOld();
    const folder = this.#folders.get(path);
    if (folder) return folder;
    const ahead = this.#nextTo(path);
    const seen = this.#takeAhead(path) ?? this.#inspect(path, ahead);
    if (seen && seen.errno !== 0) return 0 - seen.errno;
    if (!seen?.status) return this.#kernel.stat(path, 0);
    const { status } = seen;
    const kind = status.mode & S_IFMT;
    this.#keep(path, seen);
    // The folder of a file is asked for with each name in it.
    if (kind === S_IFDIR) this.#folders.set(path, status);
    return kind === S_IFLNK ? this.#kernel.stat(path, 0) : status;
  }

  /** The status of the path itself, if it was looked at just now. */
  takeStatus(path: string): FileStat | null {
    this.#forgetOld();
    const seen = this.#lookedAt(path);
    const status = seen?.status ?? null;
    if (seen) seen.status = null;
    return status;
  }

  /** What is in a small regular file; null: it has to be opened. */
  read(path: string): Uint8Array | null {
    this.#forgetOld();
    const found = this.#lookedAt(path) ?? this.#inspect(path, []);
    this.#seen.delete(path);
    return found?.content ?? null;
  }

  /** Whether a loader has just looked at it. */
  hasSeen(path: string): boolean {
    this.#forgetOld();
    return this.#lookedAt(path) !== null;
  }

  #lookedAt(path: string): Seen | null {
    const seen = this.#seen.get(path);
    return seen?.goodUntil === 0 ? seen : null;
  }

  /** Hears the text of a file that was looked at: it may load others. */
  noteText(path: string, text: string): void {
    const files = requiredFiles(path, text);
    if (files.length === 0) return;
    if (this.#awaited.length >= TEXTS_MAX) this.#awaited.shift();
    this.#awaited.push(files);
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

  /** What the text that loads a file seems to load behind it. */
  #nextTo(path: string): string[] {
    const awaited = this.#awaited;
    for (let depth = awaited.length - 1; depth >= 0; depth--) {
      const files = awaited[depth] ?? [];
      const index = files.indexOf(path);
      if (index === -1) continue;
      // The texts that it has loaded are done.
      awaited.length = depth + 1;
      files.splice(0, index + 1);
      return files.slice(0, AHEAD_MAX).filter((file) => !this.#seen.has(file));
    }
    return [];
  }

  /** What was read ahead of a path, once. */
  #takeAhead(path: string): Seen | null {
    const seen = this.#seen.get(path);
    if (!seen || seen.goodUntil === 0) return null;
    this.#seen.delete(path);
    const isGood = now() <= seen.goodUntil;
    seen.goodUntil = 0;
    return isGood ? seen : null;
  }

  #keep(path: string, seen: Seen): void {
    if (this.#seen.size >= SEEN_MAX) this.#seen.clear();
    this.#seen.set(path, seen);
  }

  /** Null: this way it can't be told. What is read ahead is kept. */
  #inspect(path: string, ahead: readonly string[]): Seen | null {
    if (path === "" || path.includes("\0")) return null;
    const kernel = this.#kernel;
    // By index: programs change what an array iterates with.
    let names = `${path}\0`;
    for (let index = 0; index < ahead.length; index++) names += `${ahead[index]}\0`;
    const target = HEAD_BYTES + CONTENT_BYTES_MAX;
    const failed = kernel.call("inspect", {
      directory: AT_FDCWD,
      names: utf8Encode(names),
      flags: CONTENTS,
      target,
    });
    const bytes = kernel.bytes;
    if (failed || bytes.length < HEAD_BYTES) return null;
    const goodUntil = ahead.length > 0 ? now() + AHEAD_MS : 0;
    let at = recordEnd(bytes, 0);
    for (let index = 0; index < ahead.length; index++) {
      if (bytes.length < at + HEAD_BYTES) break;
      const seen = seenAt(bytes, at, goodUntil);
      if (seen) this.#keep(ahead[index] as string, seen);
      at = recordEnd(bytes, at);
    }
    return seenAt(bytes, 0, 0);
  }
}

function recordEnd(bytes: Uint8Array, at: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  return at + HEAD_BYTES + Math.max(0, view.getInt32(4, true));
}

/** One record of the call; null: its error is none that a loader goes on after. */
function seenAt(bytes: Uint8Array, at: number, goodUntil: number): Seen | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_BYTES);
  const errno = view.getInt32(0, true);
  if (errno !== 0) {
    const isMissing = errno === ENOENT || errno === ENOTDIR;
    return isMissing ? { errno, status: null, content: null, goodUntil } : null;
  }
  const length = view.getInt32(4, true);
  const begin = at + HEAD_BYTES;
  const status = decodeStat(bytes.slice(at + 8, begin));
  // Files that are made when they are read (/proc) have no size before.
  const isWhole = length > 0 && length === status.size && bytes.length >= begin + length;
  const content = isWhole ? bytes.slice(begin, begin + length) : null;
  return { errno: 0, status, content, goodUntil };
}
