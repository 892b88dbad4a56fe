/**
 * A store's tree as a tar archive (POSIX ustar with pax records, read and written by modern-tar).
 * Archives are hostile: an entry that leads out, or that the store refuses, is rejected and reported,
 * and the others are unpacked.
 */
import { createTarDecoder, createTarPacker, type TarHeader } from "modern-tar";
import { S_IFDIR, S_IFIFO, S_IFMT } from "./constants.js";
import { Errno, errno } from "./errno.js";
import { KernelError } from "./kernel-error.js";
import { defaultLimits } from "./limits.js";
import { timeOf } from "./stat.js";
import { readTree, type TreeItem } from "./tree-reader.js";
import { pathOfName, type TreeEntry, TreeWriter } from "./tree-writer.js";
import type { VirtualFileSystem } from "./virtual-file-system.js";

export interface TarImportOptions {
  /** Entries that are looked at; one more ends the import with ENOSPC. Default 100,000. */
  entries?: number;
  /** Bytes of one file; a longer one is rejected unread. Default 512 MiB. */
  fileBytes?: number;
}

export interface TarImportResult {
  /** Entries that were unpacked. */
  unpacked: number;
  /** Entries that were not. */
  rejected: number;
  /** The first thousand of those, and why. */
  rejections: { name: string; code: string }[];
}

const REJECTIONS_MAX = 1000;

/**
 * Unpacks a tar archive into a store. Missing directories are made; a file replaces what has its
 * name. Rejected are names that are absolute or contain `..` (EINVAL), devices (EPERM), what lies
 * behind a symbolic link (ELOOP), and what the store refuses (ENOSPC, EROFS and others).
 *
 * @param archive - The bytes, whole or as a stream.
 * @throws KernelError EINVAL: no tar archive, or one that breaks off; ENOSPC: too many entries. What
 *   came before is unpacked.
 */
export async function importTar(
  store: VirtualFileSystem,
  archive: Uint8Array | ReadableStream<Uint8Array>,
  options: TarImportOptions = {},
): Promise<TarImportResult> {
  const { entries = defaultLimits.inodes, fileBytes = defaultLimits.fileBytes } = options;
  const source = archive instanceof Uint8Array ? streamOf(archive) : archive;
  const decoded = source.pipeThrough(createTarDecoder({ strict: true })).getReader();
  const writer = new TreeWriter(store);
  const result: TarImportResult = { unpacked: 0, rejected: 0, rejections: [] };
  try {
    for (;;) {
      const { done, value } = await decoded.read();
      if (done) return result;
      if (result.unpacked + result.rejected >= entries) throw new KernelError("ENOSPC", "entries");
      const { header, body } = value;
      const reader = body.getReader();
      const failed =
        header.size > fileBytes ? errno.EFBIG : await unpack(writer, header, chunksOf(reader));
      // What was not read has to be taken out of the way of the next entry.
      await reader.cancel();
      if (!failed) {
        result.unpacked++;
        continue;
      }
      result.rejected++;
      if (result.rejections.length < REJECTIONS_MAX) {
        result.rejections.push({ name: header.name.slice(0, 4096), code: failed.code });
      }
    }
  } catch (thrown) {
    if (thrown instanceof KernelError) throw thrown;
    throw new KernelError("EINVAL", "no good tar archive");
  } finally {
    await decoded.cancel().catch(() => {});
  }
}

async function unpack(
  writer: TreeWriter,
  header: TarHeader,
  chunks: AsyncIterable<Uint8Array>,
): Promise<undefined | Errno> {
  const path = pathOfName(header.name);
  if (path instanceof Errno) return path;
  const entry = entryOf(header);
  switch (header.type ?? "file") {
    case "file":
      return writer.file(path, entry, chunks);
    case "directory":
      return path === "/" ? undefined : writer.directory(path, entry);
    case "symlink":
      return writer.symlink(path, entry, header.linkname ?? "");
    case "link": {
      const existing = pathOfName(header.linkname ?? "");
      return existing instanceof Errno ? existing : writer.link(path, existing);
    }
    case "fifo":
      return writer.node(path, { ...entry, mode: S_IFIFO | entry.mode });
    default:
      return errno.EPERM;
  }
}

function entryOf({ mode, uid, gid, mtime }: TarHeader): TreeEntry {
  const ms = mtime?.getTime();
  return {
    mode: (mode ?? 0o644) & 0o7777,
    uid: idOf(uid),
    gid: idOf(gid),
    mtime: ms === undefined || !Number.isSafeInteger(ms) ? undefined : timeOf(ms),
  };
}

function idOf(id: number | undefined): number {
  return id !== undefined && Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1 ? id : 0;
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** The bytes in pieces, so that no single one keeps the host's thread busy. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      if (at > 0) await new Promise((resolve) => setTimeout(resolve, 0));
      controller.enqueue(bytes.subarray(at, at + 256 * 1024));
      at += 256 * 1024;
    },
  });
}

/**
 * Packs all that is in a store into a tar archive. Sockets are left out.
 *
 * @returns a stream of the archive; an error of the store (a `KernelError`) errors it.
 */
export function exportTar(store: VirtualFileSystem): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const pack = async (): Promise<void> => {
    /** Names of inodes with several. */
    const links = new Map<number, string>();
    for await (const item of readTree(store)) {
      const header = headerOf(item, links);
      if (!header) continue;
      const writer = controller.add(header).getWriter();
      if (header.type === "file") {
        for await (const chunk of item.chunks?.() ?? []) await writer.write(chunk);
      }
      await writer.close();
    }
    controller.finalize();
  };
  pack().catch((thrown: unknown) => controller.error(thrown));
  return readable;
}

function headerOf(
  { path, stat, target, chunks }: TreeItem,
  links: Map<number, string>,
): TarHeader | undefined {
  const name = path.slice(1);
  const common = {
    name,
    size: 0,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtime: new Date(stat.mtimeMs),
  };
  const type = stat.mode & S_IFMT;
  if (type === S_IFDIR) return { ...common, name: `${name}/`, type: "directory" };
  if (target !== undefined) return { ...common, type: "symlink", linkname: target };
  if (type === S_IFIFO) return { ...common, type: "fifo" };
  if (!chunks) return undefined;
  const first = links.get(stat.ino);
  if (first !== undefined) return { ...common, type: "link", linkname: first };
  if (stat.nlink > 1) links.set(stat.ino, name);
  return { ...common, type: "file", size: stat.size };
}
