/** Handlers about watching files. Events are read from the descriptor, in inotify(7)'s layout. */
import { AT_FDCWD, O_CLOEXEC, O_NONBLOCK } from "../kernel/constants.js";
import { Errno, errno } from "../kernel/errno.js";
import { WatchDescription } from "../kernel/file-watch.js";
import { directoryPath } from "./file-calls.js";
import type { Caller, Handlers } from "./handler.js";

export const watchCalls = {
  watch_open({ tables, process }, { flags }) {
    if (flags & ~(O_NONBLOCK | O_CLOEXEC)) return errno.EINVAL;
    const description = tables.vfs.watches.open(flags);
    return process.fds.allocate(description, (flags & O_CLOEXEC) !== 0);
  },

  watch_add(caller, { fd, path, mask }) {
    const queue = watchOf(caller, fd);
    if (queue instanceof Errno) return queue;
    const base = directoryPath(caller, AT_FDCWD);
    if (base instanceof Errno) return base;
    return caller.tables.vfs.watch(caller.process.actor, base, path, queue, mask);
  },

  watch_remove(caller, { fd, watch }) {
    const queue = watchOf(caller, fd);
    return queue instanceof Errno ? queue : caller.tables.vfs.watches.remove(queue, watch);
  },
} satisfies Partial<Handlers>;

function watchOf({ process }: Caller, fd: number): WatchDescription | Errno {
  const description = process.fds.get(fd);
  if (description instanceof Errno) return description;
  return description instanceof WatchDescription ? description : errno.EINVAL;
}
