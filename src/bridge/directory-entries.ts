/** Directory entries as they cross the bridge: WASI preview 1's dirent structures. */
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, S_IFSOCK } from "../kernel/constants.js";
import type { DirectoryEntry } from "../kernel/virtual-file-system.js";

const DIRENT_BYTES = 24;
/** Names handed out in one call, so that a huge directory cannot hold the kernel. */
const NAMES_PER_CALL = 1024;

const wasiTypes: ReadonlyMap<number, number> = new Map([
  [S_IFCHR, 2],
  [S_IFDIR, 3],
  [S_IFREG, 4],
  [S_IFLNK, 7],
  // A name does not tell streams from datagrams.
  [S_IFSOCK, 6],
]);

/**
 * Fills `target` with entries, the last cut off where the room ends.
 * @param position - The position of the first entry; each names the position after it.
 * @returns how many bytes are filled.
 */
export function encodeEntries(
  entries: readonly DirectoryEntry[],
  position: number,
  target: Uint8Array,
): number {
  const encoder = new TextEncoder();
  let filled = 0;
  for (const [index, entry] of entries.entries()) {
    if (filled >= target.length || index >= NAMES_PER_CALL) break;
    const name = encoder.encode(entry.name);
    const dirent = new Uint8Array(DIRENT_BYTES + name.length);
    const view = new DataView(dirent.buffer);
    view.setBigUint64(0, BigInt(position + index + 1), true);
    view.setBigUint64(8, BigInt(entry.ino), true);
    view.setUint32(16, name.length, true);
    view.setUint8(20, wasiTypes.get(entry.type) ?? 0);
    dirent.set(name, DIRENT_BYTES);
    const part = dirent.subarray(0, target.length - filled);
    target.set(part, filled);
    filled += part.length;
  }
  return filled;
}
