/** From a snapshot back to a tree of memfs' that can be changed. The content stays shared. */
import type { Link } from "@jsonjoy.com/fs-core";
import type { FileSystemSnapshot, SnapshotNode } from "./file-system-snapshot.js";
import type { PagedNode, PagedSuperblock } from "./paged-superblock.js";

/** Fills an empty tree, an inode a step. Its quota must have room. */
export function* rebuild(
  superblock: PagedSuperblock,
  snapshot: FileSystemSnapshot,
): Generator<void, PagedSuperblock> {
  const made = new Map<SnapshotNode, PagedNode>();
  const queue: [SnapshotNode, Link][] = [[snapshot.root, superblock.root]];
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
  const root = superblock.root.getNode() as PagedNode;
  root.mode = snapshot.root.mode;
  root.uid = snapshot.root.uid;
  root.gid = snapshot.root.gid;
  setTimes(root, snapshot.root);
  return superblock;
}

function makeNode(superblock: PagedSuperblock, node: SnapshotNode): PagedNode {
  const inode = superblock.createNode(node.mode, node.uid, node.gid);
  superblock.inodeCount++;
  if (node.target !== undefined) inode.symlink = node.target;
  if (node.content && (node.content.size > 0 || node.content.pages.size > 0)) {
    inode.takeContent(node.content);
  }
  return inode;
}

function setTimes(inode: PagedNode, node: SnapshotNode): void {
  inode.atimeMs = node.atimeMs;
  inode.atimeNs = node.atimeNs;
  inode.mtimeMs = node.mtimeMs;
  inode.mtimeNs = node.mtimeNs;
  inode.ctimeMs = node.ctimeMs;
  inode.birthtimeMs = node.birthtimeMs;
}
