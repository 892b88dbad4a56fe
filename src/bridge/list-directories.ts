/**
 * `list_directories`: the entries of many directories in one call. Who walks a tree would open, read and close each of
 * them; three calls a directory cost more than the walk.
 */
import { O_DIRECTORY, O_RDONLY } from "../kernel/constants.js";
import { DirectoryDescription } from "../kernel/directory-description.js";
import { Errno, errno } from "../kernel/errno.js";
import type { Base } from "../kernel/held-directory.js";
import { openPath } from "../kernel/open.js";
import type { DirectoryEntry } from "../kernel/virtual-file-system.js";
import { encodeEntries } from "./directory-entries.js";
import type { Caller } from "./handler.js";

/** i32 errno, i32 length of the entries. */
const HEAD_BYTES = 8;
/** A directory with as many entries is better read page by page. */
const ENTRIES_MAX = 1024;
/** Entries handed out in one call, and directories looked at, so that a long list cannot hold the kernel. */
const ENTRIES_PER_CALL = 8 * ENTRIES_MAX;
const DIRECTORIES_PER_CALL = 256;
const NO_ENTRIES = -1;

/** @returns how many bytes of `target` are filled, with whole records. */
export function listDirectories(
  caller: Caller,
  base: Base,
  names: readonly string[],
  target: Uint8Array,
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  let filled = 0;
  let count = 0;
  for (const name of names.slice(0, DIRECTORIES_PER_CALL)) {
    const room = target.subarray(filled + HEAD_BYTES);
    if (count >= ENTRIES_PER_CALL || filled + HEAD_BYTES > target.length) break;
    const entries = entriesOf(caller, base, name);
    const failed = entries instanceof Errno ? entries.number : 0;
    let length = NO_ENTRIES;
    if (!(entries instanceof Errno) && entries.length < ENTRIES_MAX) {
      const bytes = encodeEntries(entries, 0, room);
      // One that fills the room may have been cut off.
      if (bytes < room.length) length = bytes;
      else if (filled > 0) break;
      count += entries.length;
    }
    view.setInt32(filled, failed, true);
    view.setInt32(filled + 4, length, true);
    filled += HEAD_BYTES + Math.max(0, length);
  }
  return filled;
}

function entriesOf(
  { tables, process }: Caller,
  base: Base,
  name: string,
): readonly DirectoryEntry[] | Errno {
  const opened = openPath(tables, process, base, name, O_RDONLY | O_DIRECTORY, 0);
  if (opened instanceof Errno) return opened;
  const description = opened.retain();
  const isDirectory = description instanceof DirectoryDescription;
  const entries = isDirectory ? description.entriesFrom(0) : errno.ENOTDIR;
  description.release();
  return entries;
}
