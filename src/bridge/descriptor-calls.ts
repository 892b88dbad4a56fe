/** Handlers about open descriptors. */

import { changeOpenFile } from "../kernel/change-open-file.js";
import {
  FD_CLOEXEC,
  O_APPEND,
  O_NONBLOCK,
  POLLERR,
  POLLHUP,
  POLLNVAL,
  S_IFMT,
} from "../kernel/constants.js";
import { openPipe } from "../kernel/descriptor-pair.js";
import { DirectoryDescription } from "../kernel/directory-description.js";
import { Errno, errno } from "../kernel/errno.js";
import type { FileDescription } from "../kernel/file-description.js";
import { checkFileSize, withinFileSize } from "../kernel/file-size-limit.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import { postedWriteCredit, terminalWriteBytes } from "../kernel/limits.js";
import type { Process } from "../kernel/process.js";
import { SIGPIPE } from "../kernel/signals.js";
import { StreamSocket } from "../kernel/stream-socket.js";
import { Blocked, mapOutcome, type Outcome, type WaitQueue } from "../kernel/wait.js";
import { encodeEntries } from "./directory-entries.js";
import { parseTimes } from "./file-times.js";
import type { Handlers } from "./handler.js";
import { encodeStat } from "./stat-structure.js";

const CLOSE_ON_EXEC = 1;
/** What makes a dup2 a dup3: both numbers must not be the same. */
const DIFFERENT = 2;

/** The status flags that F_SETFL changes. */
const CHANGEABLE_FLAGS = O_APPEND | O_NONBLOCK;

export const descriptorCalls = {
  read({ process }, { fd, target }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!description.isReadable) return errno.EBADF;
    return unlessNonBlocking(description, description.read(target, process));
  },

  read_until({ process }, { fd, delimiter, target }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!description.isReadable) return errno.EBADF;
    if (delimiter > 0xff) return errno.EINVAL;
    return unlessNonBlocking(description, description.readUntil(target, delimiter, process));
  },

  read_ahead({ process }, { fd, taken, target }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!description.isReadable) return errno.EBADF;
    // What was shown is taken in any case; for more, nobody else may have the description.
    const isShared = description.references > 1;
    const outcome = description.readAhead(taken, isShared ? target.subarray(0, 0) : target);
    if (isShared && !(outcome instanceof Errno)) return errno.ENOTSUP;
    return unlessNonBlocking(description, outcome);
  },

  write({ tables, process }, { fd, data }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!description.isWritable) return errno.EBADF;
    const failedBefore = takePostedError(process, fd);
    if (failedBefore) return failedBefore;
    const taken = inOneCall(description, data);
    const allowed = withinFileSize(tables.processes, process, description, taken);
    if (allowed instanceof Errno) return allowed;
    const outcome = unlessNonBlocking(description, description.write(allowed, process));
    return mapOutcome(outcome, (count): readonly [number, number] => {
      const isBroken = hasBroken(description, count, allowed.length);
      if (isBroken) tables.processes.deliver(process, SIGPIPE);
      return [count, creditOf(description)];
    });
  },

  posted_write({ tables, process }, { fd, data }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno || !description.isWritable) {
      return whenPosted(tables, process, fd, errno.EBADF);
    }
    // Nobody has the credit for more.
    if (data.length > postedWriteCredit) return whenPosted(tables, process, fd, errno.EINVAL);
    const outcome = mapOutcome(description.write(data, process), (count) =>
      hasBroken(description, count, data.length) ? errno.EPIPE : count,
    );
    return whenPosted(tables, process, fd, outcome);
  },

  try_write({ tables, process }, { fd, data }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!description.isWritable) return errno.EBADF;
    const failedBefore = takePostedError(process, fd);
    if (failedBefore) return failedBefore;
    const taken = inOneCall(description, data);
    const allowed = withinFileSize(tables.processes, process, description, taken);
    if (allowed instanceof Errno) return allowed;
    const outcome = description.write(allowed, process);
    return outcome instanceof Blocked ? outcome.interrupted(errno.EAGAIN) : outcome;
  },

  pread({ process }, { fd, position, target }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    return position < 0 ? errno.EINVAL : description.pread(target, position);
  },

  pwrite({ tables, process }, { fd, position, data }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (position < 0) return errno.EINVAL;
    const allowed = withinFileSize(tables.processes, process, description, data, position);
    return allowed instanceof Errno ? allowed : description.pwrite(allowed, position, process);
  },

  seek({ process }, { fd, offset, whence }) {
    const description = process.fds.get(fd);
    return description instanceof Errno ? description : description.seek(offset, whence);
  },

  close({ process }, { fd }) {
    const failedBefore = takePostedError(process, fd);
    return process.fds.close(fd) ?? failedBefore;
  },

  pipe({ tables, process }, { flags }) {
    const ends = openPipe(tables, process, (flags & CLOSE_ON_EXEC) !== 0);
    return ends instanceof Errno ? ends : [ends.readFd, ends.writeFd];
  },

  dup({ process }, { fd, minimum, flags }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    return process.fds.allocate(description, (flags & CLOSE_ON_EXEC) !== 0, minimum);
  },

  dup2({ process }, { fd, newFd, flags }) {
    if (flags & DIFFERENT && fd === newFd) return errno.EINVAL;
    const result = process.fds.duplicateTo(fd, newFd, (flags & CLOSE_ON_EXEC) !== 0);
    if (fd !== newFd) process.postedErrors.delete(newFd);
    return result instanceof Errno ? result : undefined;
  },

  get_fd_flags({ process }, { fd }) {
    const closeOnExec = process.fds.isCloseOnExec(fd);
    if (closeOnExec instanceof Errno) return closeOnExec;
    return closeOnExec ? FD_CLOEXEC : 0;
  },

  set_fd_flags({ process }, { fd, flags }) {
    return process.fds.setCloseOnExec(fd, (flags & FD_CLOEXEC) !== 0);
  },

  get_status({ process }, { fd }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    const stat = description.stat();
    return stat instanceof Errno ? stat : [stat.mode & S_IFMT, description.flags];
  },

  set_status({ process }, { fd, flags }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    description.flags = (description.flags & ~CHANGEABLE_FLAGS) | (flags & CHANGEABLE_FLAGS);
    return undefined;
  },

  fstat({ process }, { fd }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    const stat = description.stat();
    return stat instanceof Errno ? stat : encodeStat(stat);
  },

  ftruncate({ tables, process }, { fd, size }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (size < 0) return errno.EINVAL;
    return checkFileSize(tables.processes, process, size) ?? description.truncate(size, process);
  },

  fchmod({ process }, { fd, mode }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    return changeOpenFile(process.actor, description, { mode: mode & 0o7777 });
  },

  futimes({ process }, { fd, times, set }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    const change = parseTimes(times, set);
    if (change instanceof Errno) return change;
    return changeOpenFile(process.actor, description, change);
  },

  fsync({ process }, { fd }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    const failedBefore = takePostedError(process, fd);
    if (failedBefore) return failedBefore;
    // What has no storage behind it can't be synchronised: fsync(2).
    return description.kind === "file" || description.kind === "directory"
      ? undefined
      : errno.EINVAL;
  },

  read_directory({ process }, { fd, position, target }) {
    const description = process.fds.get(fd);
    if (description instanceof Errno) return description;
    if (!(description instanceof DirectoryDescription)) return errno.ENOTDIR;
    if (position < 0) return errno.EINVAL;
    const entries = description.entriesFrom(position);
    return entries instanceof Errno ? entries : encodeEntries(entries, position, target);
  },

  poll({ tables, process }, { entries, timeoutUs }) {
    const interests = parseInterests(entries);
    if (interests instanceof Errno) return interests;
    // As poll(2) says: not more than there may be descriptors.
    if (interests.length > tables.limits.descriptors) return errno.EINVAL;
    const atMs = timeoutUs < 0 ? undefined : performance.now() + timeoutUs / 1000;
    return poll(process, interests, atMs);
  },
} satisfies Partial<Handlers>;

/** With O_NONBLOCK a call that would wait answers its partial result or EAGAIN. */
function unlessNonBlocking(
  description: FileDescription,
  outcome: Outcome<number>,
): Outcome<number> {
  if (!description.isNonBlocking || !(outcome instanceof Blocked)) return outcome;
  return outcome.interrupted(errno.EAGAIN);
}

/** What one call takes at most: a terminal looks at each byte. */
function inOneCall(description: FileDescription, data: Uint8Array): Uint8Array {
  return description.kind === "terminal" ? data.subarray(0, terminalWriteBytes) : data;
}

/** What may be posted next: where a write can only wait or fail for good, not fail now and go later. */
function creditOf(description: FileDescription): number {
  const isQueue =
    description.kind === "pipe" ||
    description.kind === "sink" ||
    description instanceof StreamSocket;
  return isQueue && !description.isNonBlocking ? postedWriteCredit : 0;
}

/** Whether a pipe took a part and lost its last reader then: the count is told, and SIGPIPE comes, too. */
function hasBroken(description: FileDescription, count: number, wanted: number): boolean {
  return count < wanted && description.kind === "pipe" && (description.poll() & POLLERR) !== 0;
}

/** Waits for the end of a posted write, and keeps its error for the next call on `fd`. */
function whenPosted(
  tables: KernelTables,
  process: Process,
  fd: number,
  outcome: Outcome<number>,
): undefined | Blocked<undefined> {
  if (outcome instanceof Blocked) {
    return new Blocked<undefined>({
      queues: outcome.queues,
      retry: () => whenPosted(tables, process, fd, outcome.retry()),
      interrupted: () => void outcome.interrupted(errno.EINTR),
    });
  }
  if (!(outcome instanceof Errno)) return undefined;
  process.postedErrors.set(fd, outcome);
  if (outcome === errno.EPIPE) tables.processes.deliver(process, SIGPIPE);
  return undefined;
}

function takePostedError(process: Process, fd: number): Errno | undefined {
  const failure = process.postedErrors.get(fd);
  process.postedErrors.delete(fd);
  return failure;
}

interface Interest {
  readonly fd: number;
  readonly events: number;
}

const INTEREST_BYTES = 8;

function parseInterests(bytes: Uint8Array): Interest[] | Errno {
  if (bytes.length % INTEREST_BYTES !== 0) return errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const interests: Interest[] = [];
  for (let offset = 0; offset < bytes.length; offset += INTEREST_BYTES) {
    interests.push({
      fd: view.getInt32(offset, true),
      events: view.getInt32(offset + 4, true),
    });
  }
  return interests;
}

function poll(
  process: Process,
  interests: readonly Interest[],
  atMs: number | undefined,
): Uint8Array | Blocked<Uint8Array> {
  const answers = new Int32Array(interests.length);
  const queues: WaitQueue[] = [];
  let isReady = false;
  for (const [index, { fd, events }] of interests.entries()) {
    // As poll(2) says: a negative descriptor is left out.
    if (fd < 0) continue;
    const description = process.fds.get(fd);
    const happened =
      description instanceof Errno ? POLLNVAL : description.poll() & (events | POLLERR | POLLHUP);
    answers[index] = happened;
    if (happened !== 0) isReady = true;
    if (!(description instanceof Errno)) queues.push(...description.pollQueues);
  }
  const reply = new Uint8Array(answers.buffer);
  if (isReady || (atMs !== undefined && performance.now() >= atMs)) return reply;
  return new Blocked({
    queues,
    retry: () => poll(process, interests, atMs),
    deadline: atMs === undefined ? undefined : { atMs, result: () => reply },
  });
}
