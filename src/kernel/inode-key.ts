/** What tells an inode from all others of a kernel, as a key of tables. */
import type { VirtualStat } from "./stat.js";

export function inodeKey({ dev, ino }: VirtualStat): string {
  return `${dev}:${ino}`;
}
