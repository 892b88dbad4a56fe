"""What asyncio does otherwise here: children without a thread that waits."""

import os
import signal
import weakref
from asyncio import events
from asyncio.log import logger


class ChildWatcher:
    """Calls back when children end: told by SIGCHLD, since there is no thread that could wait for one."""

    def __init__(self):
        self._callbacks = {}
        self._loops = weakref.WeakSet()

    def add_child_handler(self, pid, callback, *args):
        loop = events.get_running_loop()
        self._callbacks[pid] = (loop, callback, args)
        if loop not in self._loops:
            self._loops.add(loop)
            loop.add_signal_handler(signal.SIGCHLD, self._look)
        # It may have ended before the handler was there.
        loop.call_soon(self._look)

    def _look(self):
        for pid, (loop, callback, args) in list(self._callbacks.items()):
            try:
                found, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                found, code = pid, 255
                logger.warning("Unknown child process pid %d, will report returncode 255", pid)
            else:
                if found == 0:
                    continue
                code = os.waitstatus_to_exitcode(status)
            del self._callbacks[pid]
            if loop.is_closed():
                logger.warning("Loop %r that handles pid %r is closed", loop, pid)
            else:
                loop.call_soon_threadsafe(callback, pid, code, *args)
