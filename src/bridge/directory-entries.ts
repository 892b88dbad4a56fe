/** Directory entries as they cross the bridge: WASI preview 1's dirent structures. */
import { bytesOfText } from "../kernel/byte-text.js";
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, S_IFSOCK } from "../kernel/constants.js";
import type { DirectoryEntry } from "../kernel/virtual-file-system.js";
import { putLong } from "./stat-structure.js";

const DIRENT_BYTES = 24;
const USUAL_NAME_LENGTH = 255;
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
  const scratch = new Scratch();
  let filled = 0;
  for (const [index, entry] of entries.entries()) {
    if (filled >= target.length || index >= NAMES_PER_CALL) break;
    const part = scratch.encode(entry, position + index + 1).subarray(0, target.length - filled);
    target.set(part, filled);
    filled += part.length;
  }
  return filled;
}

/** Where an entry is put together before as much of it is taken as there is room for. */
class Scratch {
  #bytes = new Uint8Array(DIRENT_BYTES + 3 * USUAL_NAME_LENGTH);
  #view = new DataView(this.#bytes.buffer);

  /** @returns the entry's bytes, valid until the next. */
  encode({ name, ino, type }: DirectoryEntry, nextPosition: number): Uint8Array {
    // UTF-8 has at most three bytes for a UTF-16 unit.
    if (DIRENT_BYTES + 3 * name.length > this.#bytes.length) {
      this.#bytes = new Uint8Array(DIRENT_BYTES + 3 * name.length);
      this.#view = new DataView(this.#bytes.buffer);
    }
    const length = this.#encodeName(name);
    const view = this.#view;
    putLong(view, 0, nextPosition);
    putLong(view, 8, ino);
    view.setUint32(16, length, true);
    view.setUint32(20, wasiTypes.get(type) ?? 0, true);
    return this.#bytes.subarray(0, DIRENT_BYTES + length);
  }

  /** Names are short and nearly always ASCII: asking the encoder costs more than this loop. */
  #encodeName(name: string): number {
    for (let index = 0; index < name.length; index++) {
      const unit = name.charCodeAt(index);
      if (unit >= 0x80) {
        const bytes = bytesOfText(name);
        this.#bytes.set(bytes, DIRENT_BYTES);
        return bytes.length;
      }
      this.#bytes[DIRENT_BYTES + index] = unit;
    }
    return name.length;
  }
}
