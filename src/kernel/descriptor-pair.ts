/** Two descriptors that a process gets at once, or neither: those of pipe(2) and socketpair(2). */
import { Errno } from "./errno.js";
import type { FileDescription } from "./file-description.js";
import type { KernelTables } from "./kernel-tables.js";
import type { Process } from "./process.js";

/** pipe(2): both ends in the process's table, or none. */
export function openPipe(
  tables: KernelTables,
  process: Process,
  closeOnExec: boolean,
): { readFd: number; writeFd: number } | Errno {
  const pipe = tables.pipes.create();
  if (pipe instanceof Errno) return pipe;
  const fds = openPair(process, pipe.reader, pipe.writer, closeOnExec);
  return fds instanceof Errno ? fds : { readFd: fds[0], writeFd: fds[1] };
}

/** Puts two new descriptions into the process's table, or neither. */
export function openPair(
  process: Process,
  first: FileDescription,
  second: FileDescription,
  closeOnExec: boolean,
): readonly [number, number] | Errno {
  const firstFd = process.fds.allocate(first, closeOnExec);
  if (firstFd instanceof Errno) {
    first.retain().release();
    second.retain().release();
    return firstFd;
  }
  const secondFd = process.fds.allocate(second, closeOnExec);
  if (secondFd instanceof Errno) {
    process.fds.close(firstFd);
    second.retain().release();
    return secondFd;
  }
  return [firstFd, secondFd];
}
