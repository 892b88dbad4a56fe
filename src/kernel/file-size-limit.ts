/** RLIMIT_FSIZE: how much of a write to a file a process may make. */
import { O_APPEND, SEEK_CUR } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { Process } from "./process.js";
import type { ProcessTable } from "./process-table.js";
import { NO_LIMIT, RLIMIT_FSIZE } from "./resource-limits.js";
import { SIGXFSZ } from "./signals.js";

/**
 * The part of `data` that may be written; SIGXFSZ and EFBIG when none may.
 * @param position - Where; by default at the cursor.
 */
export function withinFileSize(
  processes: ProcessTable,
  process: Process,
  description: FileDescription,
  data: Uint8Array,
  position?: number,
): Uint8Array | Errno {
  const limit = process.limits.soft(RLIMIT_FSIZE);
  if (limit === NO_LIMIT || description.kind !== "file" || data.length === 0) return data;
  const start = position ?? positionOf(description);
  if (start instanceof Errno) return start;
  if (start < limit) return data.subarray(0, limit - start);
  processes.deliver(process, SIGXFSZ);
  return errno.EFBIG;
}

/** The same for a file's new size. */
export function checkFileSize(
  processes: ProcessTable,
  process: Process,
  size: number,
): undefined | Errno {
  if (size <= process.limits.soft(RLIMIT_FSIZE)) return undefined;
  processes.deliver(process, SIGXFSZ);
  return errno.EFBIG;
}

function positionOf(description: FileDescription): number | Errno {
  if (!(description.flags & O_APPEND)) return description.seek(0, SEEK_CUR);
  const stat = description.stat();
  return stat instanceof Errno ? stat : stat.size;
}
