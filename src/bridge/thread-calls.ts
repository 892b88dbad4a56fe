/** Handlers about the threads of the calling process. */
import { Errno, errno } from "../kernel/errno.js";
import type { Handlers } from "./handler.js";

export const threadCalls = {
  create_thread({ tables, process }) {
    // One that counts in shared memory is a clock.
    if (tables.timing === "coarse") return errno.EAGAIN;
    const refused = tables.processes.checkRoomForThread(process);
    if (refused) return refused;
    const thread = process.threads.create();
    return thread instanceof Errno ? thread : thread.number;
  },

  wake_thread({ process }, { thread }) {
    const target = process.threads.get(thread);
    if (!target) return errno.ESRCH;
    target.submissions.wake();
    return undefined;
  },

  exit_thread({ process, thread }, { wakes }) {
    if (thread) process.threads.end(thread);
    process.threads.get(wakes)?.submissions.wake();
    return undefined;
  },
} satisfies Partial<Handlers>;
