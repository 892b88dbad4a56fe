/**
 * `inspect`: the status of many names in one call, and what small files contain. Who lists or archives a tree asks
 * these of every name in it; a call each would cost more than the work.
 */
import { O_NOFOLLOW, O_RDONLY, S_IFMT, S_IFREG } from "../kernel/constants.js";
import { Errno } from "../kernel/errno.js";
import type { Base } from "../kernel/held-directory.js";
import { openPath, statPath } from "../kernel/open.js";
import type { VirtualStat } from "../kernel/stat.js";
import type { Caller } from "./handler.js";
import { encodeStat, STAT_BYTES } from "./stat-structure.js";

/** Flag: contents too. */
export const INSPECT_CONTENTS = 1;
/** i32 errno, i32 length of the content, then the status. */
const HEAD_BYTES = 8 + STAT_BYTES;
/** Larger files are better read piece by piece. */
const CONTENT_BYTES_MAX = 64 * 1024;
/** Names looked at in one call, so that a long list cannot hold the kernel. */
const NAMES_PER_CALL = 1024;
const NO_CONTENT = -1;

/** @returns how many bytes of `target` are filled, with whole records. */
export function inspectNames(
  caller: Caller,
  base: Base,
  names: readonly string[],
  withContents: boolean,
  target: Uint8Array,
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  let filled = 0;
  for (const name of names.slice(0, NAMES_PER_CALL)) {
    const room = target.length - filled - HEAD_BYTES;
    if (room < 0) break;
    const stat = statPath(caller.tables, caller.process, base, name, false);
    const isError = stat instanceof Errno;
    let length = NO_CONTENT;
    if (!isError && withContents && hasContent(stat)) {
      // What does not fit any more is for the next call.
      if (stat.size > room && filled > 0) break;
      const content = target.subarray(filled + HEAD_BYTES, filled + HEAD_BYTES + stat.size);
      if (stat.size <= room) length = readContent(caller, base, name, content);
    }
    view.setInt32(filled, isError ? stat.number : 0, true);
    view.setInt32(filled + 4, length, true);
    const status = target.subarray(filled + 8, filled + HEAD_BYTES);
    if (isError) status.fill(0);
    else status.set(encodeStat(stat));
    filled += HEAD_BYTES + Math.max(0, length);
  }
  return filled;
}

function hasContent({ mode, size }: VirtualStat): boolean {
  return (mode & S_IFMT) === S_IFREG && size <= CONTENT_BYTES_MAX;
}

/** Reads a file as far as `target` goes; -1 when it can't be read: the caller finds out why by opening it. */
function readContent(
  { tables, process }: Caller,
  base: Base,
  name: string,
  target: Uint8Array,
): number {
  const opened = openPath(tables, process, base, name, O_RDONLY | O_NOFOLLOW, 0);
  if (opened instanceof Errno) return NO_CONTENT;
  const description = opened.retain();
  const count = description.pread(target, 0);
  description.release();
  return count instanceof Errno ? NO_CONTENT : count;
}
