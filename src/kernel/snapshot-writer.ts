/** From a snapshot to bytes (`snapshot-layout.ts`), a frame at a time. */
import { bytesOfText } from "./byte-text.js";
import type { FileSystemSnapshot, SnapshotNode } from "./file-system-snapshot.js";
import { inSlices, pause } from "./slices.js";
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

/** Frames of inodes and names are sent when they have grown to this. */
const FRAME_GOAL = FRAME_MAX / 16;
/** One slice of work, in bytes written. */
const SLICE_BYTES = 2 * FRAME_MAX;

export async function* serializeSnapshot(
  snapshot: FileSystemSnapshot,
): AsyncGenerator<Uint8Array, void> {
  const numbers = await inSlices(numbered(snapshot));
  let sinceMs = performance.now();
  let bytes = 0;
  for (const chunk of frames(snapshot, numbers)) {
    bytes += chunk.length;
    yield chunk;
    if (bytes < SLICE_BYTES && performance.now() - sinceMs < 8) continue;
    await pause();
    bytes = 0;
    sinceMs = performance.now();
  }
}

/** Numbers the inodes breadth first: a directory comes before what is in it. */
function* numbered(snapshot: FileSystemSnapshot): Generator<void, Map<SnapshotNode, number>> {
  const numbers = new Map<SnapshotNode, number>([[snapshot.root, 0]]);
  for (const node of numbers.keys()) {
    for (const [, child] of node.entries ?? []) {
      if (!numbers.has(child)) numbers.set(child, numbers.size);
      yield;
    }
  }
  return numbers;
}

function* frames(
  snapshot: FileSystemSnapshot,
  numbers: ReadonlyMap<SnapshotNode, number>,
): Generator<Uint8Array, void> {
  yield header(snapshot);
  yield* batched(frameKind.nodes, numbers.keys(), function* (node) {
    yield encodeNode(node);
  });
  yield* batched(frameKind.names, numbers, function* ([node, directory]) {
    for (const [name, child] of node.entries ?? []) {
      // Every child was numbered above.
      yield encodeName(directory, numbers.get(child) as number, name);
    }
  });
  for (const [node, number] of numbers) {
    for (const [page, content] of node.content?.pages ?? []) {
      const payload = new Uint8Array(PAGE_HEAD_BYTES + content.length);
      const view = new DataView(payload.buffer);
      view.setUint32(0, number, true);
      view.setUint32(4, page, true);
      payload.set(content, PAGE_HEAD_BYTES);
      yield frame(frameKind.page, [payload], payload.length);
    }
  }
  yield frame(frameKind.end, [], 0);
}

/** Frames of records, each as full as it should be. */
function* batched<T>(
  kind: number,
  items: Iterable<T>,
  encode: (item: T) => Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for (const item of items) {
    for (const record of encode(item)) {
      parts.push(record);
      length += record.length;
      if (length < FRAME_GOAL) continue;
      yield frame(kind, parts, length);
      parts = [];
      length = 0;
    }
  }
  if (length > 0) yield frame(kind, parts, length);
}

function header({ inodes, bytes }: FileSystemSnapshot): Uint8Array {
  const made = new Uint8Array(HEADER_BYTES);
  const view = new DataView(made.buffer);
  made.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, inodes, true);
  view.setFloat64(16, bytes, true);
  view.setUint32(24, crc32(made.subarray(0, 24)), true);
  return made;
}

function frame(kind: number, parts: readonly Uint8Array[], length: number): Uint8Array {
  const made = new Uint8Array(FRAME_HEAD_BYTES + length + CHECKSUM_BYTES);
  const view = new DataView(made.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, length, true);
  let at = FRAME_HEAD_BYTES;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(made.subarray(0, at)), true);
  return made;
}

function encodeNode(node: SnapshotNode): Uint8Array {
  const target = bytesOfText(node.target ?? "");
  const made = new Uint8Array(NODE_BYTES + target.length);
  const view = new DataView(made.buffer);
  const words = [node.mode, node.uid, node.gid, node.atimeNs, node.mtimeNs];
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  const { atimeMs, mtimeMs, ctimeMs, birthtimeMs, content } = node;
  const numbers = [atimeMs, mtimeMs, ctimeMs, birthtimeMs, content?.size ?? 0];
  for (const [index, number] of numbers.entries()) view.setFloat64(20 + index * 8, number, true);
  view.setUint32(60, target.length, true);
  made.set(target, NODE_BYTES);
  return made;
}

function encodeName(directory: number, inode: number, name: string): Uint8Array {
  const bytes = bytesOfText(name);
  const made = new Uint8Array(NAME_BYTES + bytes.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, directory, true);
  view.setUint32(4, inode, true);
  view.setUint32(8, bytes.length, true);
  made.set(bytes, NAME_BYTES);
  return made;
}
