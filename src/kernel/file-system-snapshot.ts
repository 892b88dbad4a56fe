/**
 * What a store held at one moment. The content is shared with the store, page by page, until one of
 * them changes; a snapshot itself never changes.
 */
import { type Errno, errno } from "./errno.js";
import type { SharedContent } from "./paged-content.js";
import { serializeSnapshot } from "./snapshot-writer.js";

/** One inode. Directories have entries, regular files content, symbolic links a target. */
export interface SnapshotNode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeMs: number;
  readonly atimeNs: number;
  readonly mtimeMs: number;
  readonly mtimeNs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
  readonly target: string | undefined;
  readonly content: SharedContent | undefined;
  readonly entries: [name: string, node: SnapshotNode][] | undefined;
  /** Of a directory that a capture made: how much is in it, at any depth. */
  within?: { readonly inodes: number; readonly bytes: number };
}

export class FileSystemSnapshot {
  readonly root: SnapshotNode;
  /** Files, directories and links. */
  readonly inodes: number;
  /** Bytes of the pages that hold content. */
  readonly bytes: number;
  /** No file has two names, so that each directory may be taken for itself. */
  readonly isTree: boolean;

  constructor(root: SnapshotNode, inodes: number, bytes: number, isTree = false) {
    this.root = root;
    this.inodes = inodes;
    this.bytes = bytes;
    this.isTree = isTree;
  }

  /** Its bytes, in chunks of up to 1 MiB: versioned and checksummed. */
  serialize(): AsyncIterable<Uint8Array> {
    return serializeSnapshot(this);
  }
}

/** A store that can be snapshotted. */
export interface SnapshotStore {
  snapshot(): Promise<FileSystemSnapshot>;
  /** Replaces all it holds. ENOSPC: more than its limits allow. */
  restore(snapshot: FileSystemSnapshot): Promise<undefined | Errno>;
}

export function isSnapshotStore(store: object): store is SnapshotStore {
  return "snapshot" in store && "restore" in store;
}

/** The snapshot-making store behind `store`, or ENOTSUP. */
export function snapshotStoreOf(store: object): SnapshotStore | Errno {
  return isSnapshotStore(store) ? store : errno.ENOTSUP;
}
