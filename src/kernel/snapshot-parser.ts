/**
 * From bytes to a snapshot. The bytes are hostile: every length is checked before it is used, counts
 * are checked against the limits and never trusted, and what comes out is a tree (one parent for a
 * directory, no cycles) with good names, whatever came in.
 */
import { textOfBytes } from "./byte-text.js";
import {
  NAME_MAX,
  PATH_MAX,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
} from "./constants.js";
import { FileSystemSnapshot, type SnapshotNode } from "./file-system-snapshot.js";
import { defaultLimits, type Limits } from "./limits.js";
import { isPageLength, PAGE_SIZE } from "./paged-content.js";
import { pause } from "./slices.js";
import {
  CHECKSUM_BYTES,
  crc32,
  FRAME_HEAD_BYTES,
  FRAME_MAX,
  frameKind,
  HEADER_BYTES,
  MAGIC,
  NAME_BYTES,
  NODE_BYTES,
  PAGE_HEAD_BYTES,
  VERSION,
} from "./snapshot-layout.js";

/** What is wrong with the bytes of a snapshot. */
export type SnapshotErrorReason = "version" | "truncated" | "checksum" | "malformed" | "limit";

/** The bytes are no snapshot that can be used. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
  readonly code = "ERR_SNAPSHOT";
  readonly reason: SnapshotErrorReason;

  constructor(reason: SnapshotErrorReason, detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}

/** What a snapshot may hold at most. */
export type SnapshotLimits = Pick<Limits, "fileSystemBytes" | "fileBytes" | "inodes">;

/**
 * Parses what `FileSystemSnapshot.serialize` made.
 *
 * @param source - The bytes, whole or in chunks of any size.
 * @param limits - What it may hold at most; the defaults are those of a kernel.
 * @throws SnapshotError with a `reason`: the bytes are of another version, end too early, do not match
 *   their checksums, contradict themselves, or hold more than the limits allow.
 */
export async function parseFileSystemSnapshot(
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: Partial<SnapshotLimits> = {},
): Promise<FileSystemSnapshot> {
  const reader = new ChunkReader(source instanceof Uint8Array ? [source] : source);
  const parser = new SnapshotParser(await readHeader(reader), { ...defaultLimits, ...limits });
  let sinceMs = performance.now();
  while (!parser.isComplete) {
    const head = await reader.take(FRAME_HEAD_BYTES);
    const view = viewOf(head);
    const [kind, length] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (length > FRAME_MAX) throw new SnapshotError("malformed", "a frame is too long");
    const rest = await reader.take(length + CHECKSUM_BYTES);
    const whole = new Uint8Array(FRAME_HEAD_BYTES + length);
    whole.set(head);
    whole.set(rest.subarray(0, length), FRAME_HEAD_BYTES);
    if (crc32(whole) !== viewOf(rest).getUint32(length, true)) {
      throw new SnapshotError("checksum", "of a frame");
    }
    parser.frame(kind, whole.subarray(FRAME_HEAD_BYTES));
    if (performance.now() - sinceMs < 8) continue;
    await pause();
    sinceMs = performance.now();
  }
  if (!(await reader.isAtEnd())) throw new SnapshotError("malformed", "bytes behind the end");
  return parser.snapshot();
}

async function readHeader(reader: ChunkReader): Promise<{ inodes: number; bytes: number }> {
  const bytes = await reader.take(HEADER_BYTES);
  const view = viewOf(bytes);
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new SnapshotError("malformed", "no snapshot");
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw new SnapshotError("version", `${version}, not ${VERSION}`);
  if (crc32(bytes.subarray(0, 24)) !== view.getUint32(24, true)) {
    throw new SnapshotError("checksum", "of the header");
  }
  return { inodes: view.getUint32(12, true), bytes: view.getFloat64(16, true) };
}

/** A node in the making. */
interface ParsedNode extends SnapshotNode {
  isNamed: boolean;
  readonly names: Set<string>;
}

class SnapshotParser {
  isComplete = false;
  readonly #declared: { readonly inodes: number; readonly bytes: number };
  readonly #limits: SnapshotLimits;
  readonly #nodes: ParsedNode[] = [];
  #bytes = 0;

  constructor(declared: { inodes: number; bytes: number }, limits: SnapshotLimits) {
    if (declared.inodes < 1) malformed("no root");
    if (declared.inodes > limits.inodes) throw new SnapshotError("limit", "inodes");
    if (!isSize(declared.bytes)) malformed("bytes");
    if (declared.bytes > limits.fileSystemBytes) throw new SnapshotError("limit", "bytes");
    this.#declared = declared;
    this.#limits = limits;
  }

  frame(kind: number, payload: Uint8Array): void {
    switch (kind) {
      case frameKind.nodes:
        this.#parseNodes(payload);
        break;
      case frameKind.names:
        this.#parseNames(payload);
        break;
      case frameKind.page:
        this.#parsePage(payload);
        break;
      case frameKind.end:
        if (payload.length > 0) malformed("an end with content");
        this.isComplete = true;
        break;
      default:
        malformed("an unknown frame");
    }
  }

  snapshot(): FileSystemSnapshot {
    const [root] = this.#nodes;
    if (!root?.entries) return malformed("the root is no directory");
    if (this.#nodes.length !== this.#declared.inodes) malformed("inodes are missing");
    if (this.#bytes !== this.#declared.bytes) malformed("pages are missing");
    for (const [number, node] of this.#nodes.entries()) {
      if (number > 0 && !node.isNamed) malformed("an inode without a name");
    }
    return new FileSystemSnapshot(root, this.#nodes.length, this.#bytes);
  }

  #parseNodes(payload: Uint8Array): void {
    const view = viewOf(payload);
    for (let at = 0; at < payload.length; ) {
      if (payload.length - at < NODE_BYTES) malformed("half an inode");
      const length = view.getUint32(at + 60, true);
      if (length > payload.length - at - NODE_BYTES) malformed("half a target");
      if (this.#nodes.length >= this.#declared.inodes) malformed("too many inodes");
      const target = payload.subarray(at + NODE_BYTES, at + NODE_BYTES + length);
      this.#nodes.push(parseNode(view, at, target, this.#limits));
      at += NODE_BYTES + length;
    }
  }

  #parseNames(payload: Uint8Array): void {
    const view = viewOf(payload);
    for (let at = 0; at < payload.length; ) {
      if (payload.length - at < NAME_BYTES) malformed("half a name");
      const length = view.getUint32(at + 8, true);
      if (length > NAME_MAX || length > payload.length - at - NAME_BYTES) malformed("a long name");
      const name = textOfBytes(payload.subarray(at + NAME_BYTES, at + NAME_BYTES + length));
      this.#putName(view.getUint32(at, true), view.getUint32(at + 4, true), name);
      at += NAME_BYTES + length;
    }
  }

  #putName(directoryNumber: number, number: number, name: string): void {
    const directory = this.#nodes[directoryNumber];
    const node = this.#nodes[number];
    if (!directory?.entries || !node || number === 0) malformed("a name of nothing");
    if (name === "" || name === "." || name === ".." || /[/\0]/.test(name)) malformed("a bad name");
    if (directory.names.has(name)) malformed("a name twice");
    // Directories come before what is in them and have one name: so there are no cycles.
    if (node.entries && (node.isNamed || number <= directoryNumber)) malformed("a cycle");
    node.isNamed = true;
    directory.names.add(name);
    directory.entries.push([name, node]);
  }

  #parsePage(payload: Uint8Array): void {
    if (payload.length < PAGE_HEAD_BYTES) malformed("half a page");
    const view = viewOf(payload);
    const content = this.#nodes[view.getUint32(0, true)]?.content;
    const number = view.getUint32(4, true);
    const length = payload.length - PAGE_HEAD_BYTES;
    if (!content || !isPageLength(length)) malformed("a page of nothing");
    if (number * PAGE_SIZE >= content.size || content.pages.has(number)) malformed("a bad page");
    this.#bytes += length;
    if (this.#bytes > this.#declared.bytes) malformed("too many pages");
    const page = payload.slice(PAGE_HEAD_BYTES);
    // What lies behind the end of the file is zero: a file that grows shows it.
    const end = content.size - number * PAGE_SIZE;
    if (end < length) page.fill(0, end);
    content.pages.set(number, page);
    content.allocatedBytes += length;
  }
}

function parseNode(
  view: DataView,
  at: number,
  target: Uint8Array,
  limits: SnapshotLimits,
): ParsedNode {
  const word = (index: number): number => view.getUint32(at + index * 4, true);
  const number = (index: number): number => view.getFloat64(at + 20 + index * 8, true);
  const mode = word(0);
  const type = mode & S_IFMT;
  const known = [S_IFDIR, S_IFREG, S_IFLNK, S_IFIFO, S_IFSOCK];
  if (!known.includes(type) || (mode & ~(S_IFMT | 0o7777)) !== 0) malformed("an unknown type");
  if (word(3) > 999_999 || word(4) > 999_999) malformed("nanoseconds");
  for (let index = 0; index < 4; index++) {
    if (!Number.isSafeInteger(number(index))) malformed("a time");
  }
  const size = number(4);
  if (!isSize(size) || (type !== S_IFREG && size !== 0)) malformed("a size");
  if (size > limits.fileBytes) throw new SnapshotError("limit", "a file's bytes");
  if ((type === S_IFLNK) !== target.length > 0 || target.length >= PATH_MAX) malformed("a target");
  const text = textOfBytes(target);
  if (text.includes("\0")) malformed("a target");
  return {
    mode,
    uid: word(1),
    gid: word(2),
    atimeNs: word(3),
    mtimeNs: word(4),
    atimeMs: number(0),
    mtimeMs: number(1),
    ctimeMs: number(2),
    birthtimeMs: number(3),
    target: type === S_IFLNK ? text : undefined,
    content: type === S_IFREG ? { pages: new Map(), size, allocatedBytes: 0 } : undefined,
    entries: type === S_IFDIR ? [] : undefined,
    isNamed: false,
    names: new Set(),
  };
}

/** Takes exact numbers of bytes out of chunks. */
class ChunkReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next `length` bytes. They are few: no caller asks for more than a frame. */
  async take(length: number): Promise<Uint8Array> {
    if (this.#rest.length >= length) return this.#cut(length);
    const taken = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        throw new SnapshotError("truncated", "the bytes end too early");
      }
      const part = this.#cut(Math.min(length - at, this.#rest.length));
      taken.set(part, at);
      at += part.length;
    }
    return taken;
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  #cut(length: number): Uint8Array {
    const part = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return part;
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#rest = value;
      if (value.length > 0) return true;
    }
  }
}

function malformed(detail: string): never {
  throw new SnapshotError("malformed", detail);
}

function isSize(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
