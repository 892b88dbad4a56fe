/**
 * From a snapshot back to a tree of memfs' that can be changed. The content stays shared. A snapshot without hard
 * links is not rebuilt at once: each directory is when somebody looks into it.
 */
import type { FileSystemSnapshot, SnapshotNode } from "./file-system-snapshot.js";
import type { DerivedLink, PagedNode, PagedSuperblock } from "./paged-superblock.js";

/** Fills an empty tree, an inode a step. Its quota must have room. */
export function* rebuild(
  superblock: PagedSuperblock,
  snapshot: FileSystemSnapshot,
): Generator<void, PagedSuperblock> {
  superblock.quota.usedBytes = snapshot.bytes;
  superblock.inodeCount = snapshot.inodes;
  // Every link of this tree is made by a PagedSuperblock.
  const link = superblock.root as DerivedLink;
  const root = link.getNode() as PagedNode;
  if (snapshot.isTree) foldInto(link, snapshot.root);
  else yield* rebuildAll(superblock, snapshot);
  root.mode = snapshot.root.mode;
  root.uid = snapshot.root.uid;
  root.gid = snapshot.root.gid;
  setTimes(root, snapshot.root);
  return superblock;
}

function* rebuildAll(
  superblock: PagedSuperblock,
  snapshot: FileSystemSnapshot,
): Generator<void, void> {
  const made = new Map<SnapshotNode, PagedNode>();
  const queue: [SnapshotNode, DerivedLink][] = [[snapshot.root, superblock.root as DerivedLink]];
  for (const [directory, link] of queue) {
    for (const [name, node] of directory.entries ?? []) {
      const before = made.get(node);
      const inode = before ?? makeNode(superblock, node);
      const child = link.createChild(name, inode);
      if (before) inode.nlink++;
      made.set(node, inode);
      if (node.entries) queue.push([node, child]);
      yield;
    }
  }
  // Adding names has moved the times of directories.
  for (const [node, inode] of made) {
    setTimes(inode, node);
    yield;
  }
}

/** Leaves a directory's names for later, but for what they mean to its own inode. */
function foldInto(link: DerivedLink, source: SnapshotNode): void {
  const inode = link.getNode() as PagedNode;
  for (const [, node] of source.entries ?? []) if (node.entries) inode.nlink++;
  link.fold(source, unfold);
}

/** Somebody looks into a directory. That is no change: a capture that is under way hears nothing of it. */
function unfold(link: DerivedLink, source: SnapshotNode): void {
  // Every link of this tree is made for a PagedSuperblock.
  const superblock = link.vol as PagedSuperblock;
  const directory = link.getNode() as PagedNode;
  const { capture } = superblock;
  superblock.capture = undefined;
  const { atimeMs, atimeNs, mtimeMs, mtimeNs, ctimeMs, birthtimeMs } = directory;
  for (const [name, node] of source.entries ?? []) {
    const inode = makeNode(superblock, node);
    const child = link.createChild(name, inode);
    if (node.entries) {
      // Counted when it was folded.
      directory.nlink--;
      foldInto(child, node);
    }
    setTimes(inode, node);
  }
  setTimes(directory, { atimeMs, atimeNs, mtimeMs, mtimeNs, ctimeMs, birthtimeMs });
  superblock.capture = capture;
}

function makeNode(superblock: PagedSuperblock, node: SnapshotNode): PagedNode {
  const inode = superblock.createNode(node.mode, node.uid, node.gid);
  if (node.target !== undefined) inode.symlink = node.target;
  if (node.content && (node.content.size > 0 || node.content.pages.size > 0)) {
    inode.takeContent(node.content);
  }
  return inode;
}

type Times = Pick<
  SnapshotNode,
  "atimeMs" | "atimeNs" | "mtimeMs" | "mtimeNs" | "ctimeMs" | "birthtimeMs"
>;

function setTimes(inode: PagedNode, times: Times): void {
  inode.atimeMs = times.atimeMs;
  inode.atimeNs = times.atimeNs;
  inode.mtimeMs = times.mtimeMs;
  inode.mtimeNs = times.mtimeNs;
  inode.ctimeMs = times.ctimeMs;
  inode.birthtimeMs = times.birthtimeMs;
}
