"""Semaphores that processes share, as FIFOs in /dev/shm: a byte in it is one that can be had.

They make multiprocessing's locks, events and simple queues. Its pools and queues need threads, which are not there.
"""

import errno
import os
import select
import time

_FOLDER = "/dev/shm"
RECURSIVE_MUTEX = 0
SEMAPHORE = 1

# The features of the platform that synchronize.py asks for.
flags = {}


def sem_unlink(name, /):
    """Removes a semaphore's name."""
    os.unlink(_path(name))


def _path(name):
    return f"{_FOLDER}/sem.{name.lstrip('/')}"


class SemLock:
    """A named semaphore; a recursive mutex is one of 1 that its holder may have again."""

    SEM_VALUE_MAX = 4096

    def __init__(self, kind, value, maxvalue, name, unlink):
        if kind not in (RECURSIVE_MUTEX, SEMAPHORE):
            raise ValueError("unrecognized kind")
        if not 0 <= value <= min(maxvalue, self.SEM_VALUE_MAX):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        path = _path(name)
        os.mkfifo(path, 0o600)
        self._open(kind, maxvalue, name, path)
        os.write(self._fd, b"\0" * value)
        if unlink:
            os.unlink(path)

    def _open(self, kind, maxvalue, name, path):
        self.kind = kind
        self.maxvalue = maxvalue
        self.name = name
        self._held = 0
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.handle = self._fd

    @classmethod
    def _rebuild(cls, handle, kind, maxvalue, name):
        self = cls.__new__(cls)
        self._open(kind, maxvalue, name, _path(name))
        return self

    def __del__(self):
        fd = self.__dict__.pop("_fd", None)
        if fd is not None:
            os.close(fd)

    def acquire(self, block=True, timeout=None):
        """Takes one, waiting for it if need be; whether it was had."""
        if self.kind == RECURSIVE_MUTEX and self._held > 0:
            self._held += 1
            return True
        deadline = None if timeout is None else time.monotonic() + max(0.0, timeout)
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        while True:
            try:
                os.read(self._fd, 1)
                self._held += 1
                return True
            except BlockingIOError:
                if not block:
                    return False
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return False
            poll.poll(None if left is None else left * 1000)

    def release(self):
        """Gives one back."""
        if self.kind == RECURSIVE_MUTEX:
            if self._held == 0:
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self.maxvalue == 1 and not self._is_zero():
            raise ValueError("semaphore or lock released too many times")
        os.write(self._fd, b"\0")
        self._held -= 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *exception):
        self.release()

    def _get_value(self):
        """Not known of a FIFO, as on macOS."""
        raise NotImplementedError

    def _is_zero(self):
        try:
            os.read(self._fd, 1)
        except BlockingIOError:
            return True
        os.write(self._fd, b"\0")
        return False

    def _is_mine(self):
        return self._held > 0

    def _count(self):
        return self._held

    def _after_fork(self):
        """Nothing: there is no fork."""
