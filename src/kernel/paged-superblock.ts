/**
 * memfs' tree of names, made fit for a kernel: inodes with paged content, entries that derive their
 * paths, numbers that are not used again. It stays a valid memfs tree.
 */

import { dataToBuffer, Link, Node, Superblock } from "@jsonjoy.com/fs-core";
import { bytesOfText } from "./byte-text.js";
import { S_IFDIR, S_IFMT, S_IFREG } from "./constants.js";
import type { SnapshotNode } from "./file-system-snapshot.js";
import { KernelError } from "./kernel-error.js";
import { type ByteQuota, PagedContent, type SharedContent } from "./paged-content.js";
import type { SnapshotCapture } from "./snapshot-capture.js";

const DAY_MS = 86_400_000;

/** A memfs inode whose content is paged. */
export class PagedNode extends Node {
  readonly #superblock: PagedSuperblock;
  #content: PagedContent | undefined;
  /** Open files keep the content after the last name is gone. */
  openCount = 0;
  // Times as numbers: a stat makes none of memfs' Date objects. The nanoseconds are those after the ms.
  atimeMs: number;
  mtimeMs: number;
  ctimeMs: number;
  birthtimeMs: number;
  atimeNs = 0;
  mtimeNs = 0;

  constructor(superblock: PagedSuperblock, ino: number, mode: number, uid = 0, gid = 0) {
    super(ino, mode, uid, gid);
    this.#superblock = superblock;
    const nowMs = Date.now();
    this.atimeMs = nowMs;
    this.mtimeMs = nowMs;
    this.ctimeMs = nowMs;
    this.birthtimeMs = nowMs;
  }

  override get atime(): Date {
    return new Date(this.atimeMs);
  }
  override set atime(time: Date) {
    this.atimeMs = time.getTime();
    this.atimeNs = 0;
  }
  override get mtime(): Date {
    return new Date(this.mtimeMs);
  }
  override set mtime(time: Date) {
    this.mtimeMs = time.getTime();
    this.mtimeNs = 0;
    this.ctimeMs = Date.now();
  }
  override get ctime(): Date {
    return new Date(this.ctimeMs);
  }
  override set ctime(time: Date) {
    this.ctimeMs = time.getTime();
  }
  override get btime(): Date {
    return new Date(this.birthtimeMs);
  }
  override set btime(time: Date) {
    this.birthtimeMs = time.getTime();
  }

  /** Notes a read as relatime does: when the file has changed since the last one, or once a day. */
  accessed(): void {
    this.preserve();
    const nowMs = Date.now();
    const { atimeMs } = this;
    if (atimeMs > this.mtimeMs && atimeMs > this.ctimeMs && nowMs - atimeMs < DAY_MS) return;
    this.atimeMs = nowMs;
    this.atimeNs = 0;
  }

  /** To be called before anything of it changes: a snapshot that is being taken takes it first. */
  preserve(): void {
    this.#superblock.capture?.preserve(this);
  }

  /** Makes it hold what a snapshot's file holds, for which the quota has been charged. */
  takeContent(content: SharedContent): void {
    this.#content = PagedContent.of(this.#superblock.quota, content);
  }

  /** Notes a change of content. */
  override touch(): void {
    const nowMs = Date.now();
    this.mtimeMs = nowMs;
    this.mtimeNs = 0;
    this.ctimeMs = nowMs;
    this.changes.emit(["modify"]);
  }

  get content(): PagedContent {
    this.#content ??= new PagedContent(this.#superblock.quota);
    return this.#content;
  }

  override getSize(): number {
    if (this.isSymlink()) return bytesOfText(this.symlink).length;
    return this.#content?.size ?? 0;
  }

  override getBuffer(): ReturnType<Node["getBuffer"]> {
    const bytes = new Uint8Array(this.getSize());
    this.content.read(bytes, 0);
    // memfs brings the Buffer class of wherever it runs; this room knows none.
    return dataToBuffer(bytes);
  }

  override setBuffer(bytes: Uint8Array): void {
    this.content.truncate(0);
    this.write(bytes);
  }

  override read(
    target: ArrayBufferView,
    offset = 0,
    length: number = target.byteLength,
    position = 0,
  ): number {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    return this.content.read(bytes.subarray(offset, offset + length), position);
  }

  override write(data: Uint8Array, offset = 0, length = data.length, position = 0): number {
    this.preserve();
    const written = this.content.write(data.subarray(offset, offset + length), position);
    // Only memfs' own `fs`-compatible view comes this way; it reports errors by throwing.
    if (typeof written !== "number") throw new KernelError(written.code);
    this.touch();
    return written;
  }

  override truncate(size = 0): void {
    this.preserve();
    this.content.truncate(size);
    this.touch();
  }

  /** Takes one name away; without names and open files the content is freed. */
  unlinked(): void {
    this.nlink--;
    this.freeWhenUnused();
  }

  freeWhenUnused(): void {
    if (this.nlink > 0 || this.openCount > 0) return;
    this.#content?.truncate(0);
    this.#superblock.inodeCount--;
  }
}

/**
 * A memfs directory entry that derives its path from its parents. memfs keeps the path in every
 * entry and rewrites those of all descendants when a directory is renamed.
 */
export class DerivedLink extends Link {
  /** What the directory holds, as long as nobody has looked. */
  declare folded: SnapshotNode | undefined;

  /**
   * Leaves what a directory of a snapshot holds for whoever looks first: `unfold` puts it in. So a tree of any size
   * is there at once, and costs what is used of it.
   */
  fold(source: SnapshotNode, unfold: (directory: DerivedLink, source: SnapshotNode) => void): void {
    const { children } = this;
    const visible = { configurable: true, enumerable: true };
    this.folded = source;
    Object.defineProperty(this, "children", {
      ...visible,
      get: () => {
        Object.defineProperty(this, "children", { ...visible, writable: true, value: children });
        this.folded = undefined;
        unfold(this, source);
        return children;
      },
    });
  }

  override get steps(): string[] {
    const names: string[] = [];
    for (let link: Link = this; ; link = link.parent) {
      names.push(link.name);
      if (!link.parent || link.parent === link) return names.reverse();
    }
  }

  override set steps(_steps: string[]) {}

  override syncSteps(): void {}

  override getName(): string {
    return this.name;
  }

  override deleteChild(link: Link): void {
    this.#preserveNames();
    (link.getNode() as PagedNode).preserve();
    const isDirectory = link.getNode().isDirectory();
    // Every entry of this tree is made for a `PagedSuperblock`.
    if (isDirectory) (this.vol as PagedSuperblock).directoryMoves++;
    super.deleteChild(link);
  }

  override setChild(...args: Parameters<Link["setChild"]>): Link {
    this.#preserveNames();
    return super.setChild(...args);
  }

  #preserveNames(): void {
    // Every entry of this tree is made for a `PagedSuperblock`.
    const { capture } = this.vol as PagedSuperblock;
    capture?.preserve(this.getNode() as PagedNode);
    capture?.preserveNames(this);
  }

  override createChild(
    name: string,
    node: Node = this.vol.createNode(S_IFREG | 0o666),
  ): DerivedLink {
    const link = new DerivedLink(this.vol, this, name);
    link.setNode(node);
    if (node.isDirectory()) {
      link.children.set(".", link);
      node.nlink++;
    }
    this.setChild(name, link);
    return link;
  }
}

export class PagedSuperblock extends Superblock {
  readonly quota: ByteQuota;
  inodeCount = 1;
  /** The snapshot that is being taken. */
  declare capture: SnapshotCapture | undefined;
  /** How often a directory has lost its name: what was known of paths is good while this stays. */
  directoryMoves = 0;

  /** @param lastIno - Numbers go on behind this one. */
  constructor(quota: ByteQuota, lastIno = 0) {
    super();
    this.quota = quota;
    this.ino = Math.max(this.ino, lastIno);
    this.root.getNode().mode = S_IFDIR | 0o755;
    // memfs counts the root's own "." and ".." twice.
    this.root.getNode().nlink = 2;
  }

  override createLink(
    parent?: Link,
    name?: string,
    isDirectory = false,
    mode = isDirectory ? 0o777 : 0o666,
  ): Link {
    if (!parent || !name) return new DerivedLink(this, undefined, "");
    const type = mode & S_IFMT || (isDirectory ? S_IFDIR : S_IFREG);
    return parent.createChild(name, this.createNode((mode & ~S_IFMT) | type));
  }

  // memfs calls this from its constructor, too: only fields of the base class exist by then.
  // It would hand out a freed inode number again at once; here numbers only go up.
  override createNode(mode: number, uid = 0, gid = 0): PagedNode {
    this.ino++;
    return new PagedNode(this, this.ino, mode, uid, gid);
  }
}
