/**
 * Taking a snapshot of memfs' tree while it goes on changing. The walk takes inode by inode; whatever
 * is about to change and has not been taken is taken first (`preserve…`, called by the tree). So the
 * snapshot is what was there at the moment the capture began, however long the walk is.
 */
import type { Link } from "@jsonjoy.com/fs-core";
import { FileSystemSnapshot, type SnapshotNode } from "./file-system-snapshot.js";
import type { DerivedLink, PagedNode } from "./paged-superblock.js";

export class SnapshotCapture {
  readonly #root: Link;
  readonly #nodes = new Map<PagedNode, SnapshotNode>();
  /** The names of directories that changed before the walk came to them. */
  readonly #names = new Map<Link, [string, Link][]>();
  readonly #walked = new Set<Link>();

  constructor(root: Link) {
    this.#root = root;
  }

  /** Called before an inode changes. */
  preserve(node: PagedNode): void {
    this.#take(node);
  }

  /** Called before a name is put into a directory or taken out. */
  preserveNames(directory: Link): void {
    if (this.#walked.has(directory) || this.#names.has(directory)) return;
    this.#names.set(directory, namesIn(directory));
  }

  /** Walks the tree, an inode a step; what nobody has looked into is taken as the snapshot that it comes from has it. */
  *walk(): Generator<void, FileSystemSnapshot> {
    const root = this.#take(nodeOf(this.#root));
    const queue: [Link, SnapshotNode][] = [[this.#root, root]];
    const reached = new Set([root]);
    let bytes = 0;
    let isTree = true;
    for (const [directory, taken] of queue) {
      const folded = this.#names.has(directory) ? undefined : (directory as DerivedLink).folded;
      this.#walked.add(directory);
      if (folded) {
        for (const entry of folded.entries ?? []) taken.entries?.push(entry);
        taken.within = folded.within ?? nothing;
        yield;
        continue;
      }
      const names = this.#names.get(directory) ?? namesIn(directory);
      this.#names.delete(directory);
      for (const [name, child] of names) {
        const node = this.#take(nodeOf(child));
        taken.entries?.push([name, node]);
        yield;
        if (reached.has(node)) {
          isTree = false;
          continue;
        }
        reached.add(node);
        bytes += node.content?.allocatedBytes ?? 0;
        if (node.entries) queue.push([child, node]);
      }
    }
    let inodes = reached.size;
    for (const { within } of reached) {
      inodes += within?.inodes ?? 0;
      bytes += within?.bytes ?? 0;
    }
    for (const [, directory] of queue.reverse()) {
      directory.within ??= amountIn(directory);
      yield;
    }
    return new FileSystemSnapshot(root, inodes, bytes, isTree);
  }

  #take(node: PagedNode): SnapshotNode {
    const before = this.#nodes.get(node);
    if (before) return before;
    const content = node.isFile() ? node.content.share() : undefined;
    const taken: SnapshotNode = {
      mode: node.mode,
      uid: node.uid,
      gid: node.gid,
      atimeMs: node.atimeMs,
      atimeNs: node.atimeNs,
      mtimeMs: node.mtimeMs,
      mtimeNs: node.mtimeNs,
      ctimeMs: node.ctimeMs,
      birthtimeMs: node.birthtimeMs,
      target: node.isSymlink() ? node.symlink : undefined,
      content,
      entries: node.isDirectory() ? [] : undefined,
    };
    this.#nodes.set(node, taken);
    return taken;
  }
}

function namesIn(directory: Link): [string, Link][] {
  const names: [string, Link][] = [];
  for (const [name, child] of directory.children) {
    if (child && name !== "." && name !== "..") names.push([name, child]);
  }
  return names;
}

/** Every inode of a `PagedSuperblock` is one. */
function nodeOf(link: Link): PagedNode {
  return link.getNode() as PagedNode;
}

const nothing = { inodes: 0, bytes: 0 };

/** How much is in a directory, those in it having been counted. */
export function amountIn(directory: SnapshotNode): { inodes: number; bytes: number } {
  let [inodes, bytes] = [0, 0];
  for (const [, { content, within }] of directory.entries ?? []) {
    inodes += 1 + (within?.inodes ?? 0);
    bytes += (content?.allocatedBytes ?? 0) + (within?.bytes ?? 0);
  }
  return { inodes, bytes };
}
