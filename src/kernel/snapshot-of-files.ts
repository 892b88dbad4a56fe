/**
 * A snapshot made of files that are given, instead of taken of a store: what a store is to begin with. Thousands of
 * files are there at once then, since a store makes of a snapshot only the directories that somebody looks into.
 */
import { S_IFDIR, S_IFREG } from "./constants.js";
import { FileSystemSnapshot, type SnapshotNode } from "./file-system-snapshot.js";
import type { Limits } from "./limits.js";
import { PAGE_SIZE, pageOf, type SharedContent } from "./paged-content.js";
import { isPlain } from "./path.js";
import { amountIn } from "./snapshot-capture.js";

export type GivenFile = readonly [path: string, content: Uint8Array | string];

export interface SnapshotOfFiles {
  readonly snapshot: FileSystemSnapshot;
  /** Those that are to be written one by one: larger than a page, at paths that have to be resolved or can't be, or beyond the limits. */
  readonly left: readonly GivenFile[];
}

type FileLimits = Pick<Limits, "fileSystemBytes" | "fileBytes" | "inodes">;

/** The directories are root's, with 0o755; the files with 0o644. Of two at one path the later one is among those that are left. */
export function snapshotOfFiles(files: Iterable<GivenFile>, limits: FileLimits): SnapshotOfFiles {
  const encoder = new TextEncoder();
  const left: GivenFile[] = [];
  const tree = new FileTree(limits);
  for (const [path, content] of files) {
    const data = typeof content === "string" ? encoder.encode(content) : content;
    if (!tree.add(path, data)) left.push([path, data]);
  }
  return { snapshot: tree.snapshot(), left };
}

/** A directory that is being filled. */
interface Folder {
  readonly node: SnapshotNode;
  readonly entries: [name: string, node: SnapshotNode][];
  readonly folders: Map<string, Folder>;
  readonly files: Set<string>;
}

class FileTree {
  readonly #limits: FileLimits;
  readonly #nowMs = Date.now();
  readonly #root = this.#newFolder();
  /** All but the root; what is in another one comes after it. */
  readonly #folders: Folder[] = [];
  #inodes = 1;
  #bytes = 0;

  constructor(limits: FileLimits) {
    this.#limits = limits;
  }

  /** Adds a file and the directories above it, or nothing. */
  add(path: string, content: Uint8Array): boolean {
    const { inodes, fileBytes, fileSystemBytes } = this.#limits;
    if (!isPlain(path) || content.length > Math.min(PAGE_SIZE, fileBytes)) return false;
    const names = path.split("/").slice(1);
    const name = names.pop() ?? "";
    const held = contentOf(content);
    const bytes = this.#bytes + held.allocatedBytes;
    // More inodes than it takes where a directory is there already: then the store itself says what is too much.
    if (this.#inodes + names.length + 1 > inodes || bytes > fileSystemBytes) return false;
    let folder = this.#root;
    for (const each of names) {
      if (folder.files.has(each)) return false;
      folder = folder.folders.get(each) ?? this.#addFolder(folder, each);
    }
    if (folder.folders.has(name) || folder.files.has(name)) return false;
    folder.files.add(name);
    folder.entries.push([name, nodeOf(S_IFREG | 0o644, this.#nowMs, held, undefined)]);
    this.#inodes++;
    this.#bytes = bytes;
    return true;
  }

  snapshot(): FileSystemSnapshot {
    // Those in it first.
    for (const { node } of [this.#root, ...this.#folders].reverse()) node.within = amountIn(node);
    return new FileSystemSnapshot(this.#root.node, this.#inodes, this.#bytes, true);
  }

  #addFolder(above: Folder, name: string): Folder {
    const folder = this.#newFolder();
    above.folders.set(name, folder);
    above.entries.push([name, folder.node]);
    this.#folders.push(folder);
    this.#inodes++;
    return folder;
  }

  #newFolder(): Folder {
    const entries: Folder["entries"] = [];
    const node = nodeOf(S_IFDIR | 0o755, this.#nowMs, undefined, entries);
    return { node, entries, folders: new Map(), files: new Set() };
  }
}

function contentOf(bytes: Uint8Array): SharedContent {
  const pages = bytes.length === 0 ? [] : [pageOf(bytes)];
  const allocatedBytes = pages[0]?.length ?? 0;
  return { pages: new Map(pages.entries()), size: bytes.length, allocatedBytes };
}

function nodeOf(
  mode: number,
  nowMs: number,
  content: SharedContent | undefined,
  entries: SnapshotNode["entries"],
): SnapshotNode {
  const times = { atimeMs: nowMs, mtimeMs: nowMs, ctimeMs: nowMs, birthtimeMs: nowMs };
  const owner = { uid: 0, gid: 0 };
  return { mode, ...owner, ...times, atimeNs: 0, mtimeNs: 0, target: undefined, content, entries };
}
