/** Walks all that is in a store, parents first, for exports. */
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG } from "./constants.js";
import { Errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import type { VirtualStat } from "./stat.js";
import { answerOf } from "./tree-writer.js";
import type { Answer, OpenFile, VirtualFileSystem } from "./virtual-file-system.js";
import { openExisting } from "./virtual-file-system.js";

export interface TreeItem {
  readonly path: string;
  readonly stat: VirtualStat;
  /** Of a symbolic link. */
  readonly target: string | undefined;
  /** Of a regular file: its content, in chunks. */
  readonly chunks: (() => AsyncIterable<Uint8Array>) | undefined;
}

const CHUNK_BYTES = 256 * 1024;

/** @throws KernelError what the store answered. */
export async function* readTree(store: VirtualFileSystem): AsyncGenerator<TreeItem, void> {
  const queue = ["/"];
  for (const directory of queue) {
    const entries = await answered(() => store.readDir(directory));
    for (const { name } of entries) {
      const path = directory === "/" ? `/${name}` : `${directory}/${name}`;
      const stat = await answered(() => store.lstat(path));
      const type = stat.mode & S_IFMT;
      if (type === S_IFDIR) queue.push(path);
      const target = type === S_IFLNK ? await answered(() => store.readlink(path)) : undefined;
      const chunks = type === S_IFREG ? () => contentOf(store, path, stat.size) : undefined;
      yield { path, stat, target, chunks };
    }
  }
}

/** Exactly `size` bytes: a file that has become shorter is filled up, a longer one cut. */
async function* contentOf(
  store: VirtualFileSystem,
  path: string,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  const file = await answered<OpenFile>(() => store.open(path, openExisting));
  try {
    for (let at = 0; at < size; ) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size - at));
      const count = await answered(() => file.read(chunk, at));
      yield count === 0 ? chunk : chunk.subarray(0, count);
      at += count === 0 ? chunk.length : count;
    }
  } finally {
    await file.close();
  }
}

async function answered<T>(call: () => Answer<T>): Promise<T> {
  const answer = await answerOf(call);
  if (answer instanceof Errno) throw new KernelError(answer.code);
  return answer;
}
