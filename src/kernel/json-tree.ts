/**
 * A store's tree as JSON: an object of paths, as memfs has it, and an object instead of a text where a
 * text does not say enough.
 */
import { S_IFDIR, S_IFLNK, S_IFMT } from "./constants.js";
import { Errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import { timeOf } from "./stat.js";
import { readTree, type TreeItem } from "./tree-reader.js";
import { pathOfName, type TreeEntry, TreeWriter } from "./tree-writer.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

/** One file: what is missing is empty, owned by root, and has the usual mode. */
export interface JsonTreeEntry {
  /** Content as UTF-8 text. */
  text?: string;
  /** Content that is no text, in base64. */
  base64?: string;
  /** The target of a symbolic link. */
  target?: string;
  /** It is a directory. */
  directory?: true;
  /** Permission bits. */
  mode?: number;
  uid?: number;
  gid?: number;
  /** Time of modification, in ms since 1970. */
  mtimeMs?: number;
}

/** By absolute path: a text is a file, null a directory. */
export type JsonTree = Record<string, string | null | JsonTreeEntry>;

/**
 * Puts the files of `tree` into a store. Missing directories are made, files are replaced.
 * @throws KernelError EINVAL (a path that is not absolute or contains `..`), or what the store answers.
 */
export async function importJson(store: VirtualFileSystem, tree: JsonTree): Promise<void> {
  const writer = new TreeWriter(store);
  for (const [name, value] of Object.entries(tree)) {
    const path = name.startsWith("/") ? pathOfName(name.replace(/^\/+/, "")) : undefined;
    if (path === undefined || path instanceof Errno) throw new KernelError("EINVAL", name);
    const failed = await put(writer, path, entryOfValue(value));
    if (failed) throw new KernelError(failed.code, name);
  }
}

function entryOfValue(value: string | null | JsonTreeEntry): JsonTreeEntry {
  if (value === null) return { directory: true };
  return typeof value === "string" ? { text: value } : value;
}

function put(writer: TreeWriter, path: string, entry: JsonTreeEntry): Promise<undefined | Errno> {
  const { directory, target, uid = 0, gid = 0, mtimeMs } = entry;
  const node: TreeEntry = {
    mode: (entry.mode ?? (directory ? 0o755 : 0o644)) & 0o7777,
    uid,
    gid,
    mtime: mtimeMs === undefined ? undefined : timeOf(mtimeMs),
  };
  if (directory) return path === "/" ? Promise.resolve(undefined) : writer.directory(path, node);
  if (target !== undefined) return writer.symlink(path, node, target);
  return writer.file(path, node, [contentOf(entry, path)]);
}

function contentOf({ text = "", base64 }: JsonTreeEntry, path: string): Uint8Array {
  if (base64 === undefined) return new TextEncoder().encode(text);
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new KernelError("EINVAL", `${path}: no base64`);
  }
}

/**
 * All files, directories and symbolic links of a store. FIFOs and sockets are left out; of a file with
 * several names each gets the content.
 * @throws KernelError what the store answers.
 */
export async function exportJson(store: VirtualFileSystem): Promise<JsonTree> {
  // A file may be named `__proto__`.
  const tree: JsonTree = Object.create(null);
  for await (const item of readTree(store)) {
    const value = await jsonValue(item);
    if (value !== undefined) tree[item.path] = value;
  }
  return tree;
}

async function jsonValue(item: TreeItem): Promise<string | null | JsonTreeEntry | undefined> {
  const { stat, target } = item;
  const type = stat.mode & S_IFMT;
  const details = {
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeMs: stat.mtimeMs,
  };
  if (type === S_IFDIR) return { directory: true, ...details };
  if (type === S_IFLNK && target !== undefined) return { target, uid: stat.uid, gid: stat.gid };
  if (!item.chunks) return undefined;
  const parts: Uint8Array[] = [];
  for await (const chunk of item.chunks()) parts.push(chunk);
  return { ...encodedContent(parts), ...details };
}

/** As text when that gives the same bytes back. */
function encodedContent(parts: readonly Uint8Array[]): { text: string } | { base64: string } {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    let text = "";
    for (const part of parts) text += decoder.decode(part, { stream: true });
    return { text: text + decoder.decode() };
  } catch {
    let binary = "";
    for (const part of parts) {
      for (let at = 0; at < part.length; at += 8192) {
        binary += String.fromCharCode(...part.subarray(at, at + 8192));
      }
    }
    return { base64: btoa(binary) };
  }
}
