"""select.select() by poll(2): the C library's own answers no error of its descriptors, and loses EINTR."""

import errno
import math
import posix
import select as _select

from _secure_exec import put

_FD_SETSIZE = 1024
# What poll(2) takes.
_MS_MAX = 0x7FFFFFFF
_READABLE = _select.POLLIN | _select.POLLHUP | _select.POLLERR
_WRITABLE = _select.POLLOUT | _select.POLLERR


def _descriptor(file):
    if isinstance(file, int):
        fd = file
    else:
        try:
            fileno = file.fileno
        except AttributeError:
            raise TypeError("argument must be an int, or have a fileno() method.") from None
        fd = fileno()
        if not isinstance(fd, int):
            raise TypeError("fileno() returned a non-integer")
    if fd < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({fd})")
    if fd >= _FD_SETSIZE:
        raise ValueError("filedescriptor out of range in select()")
    return fd


def _descriptors(files):
    try:
        files = files if isinstance(files, (list, tuple)) else list(files)
    except TypeError:
        raise TypeError("arguments 1-3 must be sequences") from None
    found = []
    # A list may get shorter while its members are asked.
    while len(found) < len(files):
        file = files[len(found)]
        found.append((file, _descriptor(file)))
    return found


def _milliseconds(timeout):
    if timeout is None:
        return None
    if not isinstance(timeout, (int, float)):
        if not hasattr(timeout, "__index__"):
            raise TypeError("timeout must be a float or None")
        timeout = timeout.__index__()
    if timeout != timeout:
        raise ValueError("Invalid value NaN (not a number)")
    if timeout < 0:
        raise ValueError("timeout must be non-negative")
    return min(_MS_MAX, math.ceil(timeout * 1000)) if timeout < _MS_MAX else _MS_MAX


def select(rlist, wlist, xlist, timeout=None, /):
    """Wait until one or more file descriptors are ready for some kind of I/O.

    The first three arguments are iterables of file descriptors to be waited for:
    rlist -- wait until ready for reading
    wlist -- wait until ready for writing
    xlist -- wait for an "exceptional condition"

    The return value is a tuple of three lists of those that are ready.
    """
    limit = _milliseconds(timeout)
    asked = [_descriptors(each) for each in (rlist, wlist, xlist)]
    wanted = {}
    for files, events in zip(asked, (_select.POLLIN, _select.POLLOUT, _select.POLLPRI)):
        for _, fd in files:
            wanted[fd] = wanted.get(fd, 0) | events
    poll = _select.poll()
    for fd, events in wanted.items():
        poll.register(fd, events)
    ready = dict(poll.poll(limit))
    if any(events & _select.POLLNVAL for events in ready.values()):
        raise OSError(errno.EBADF, posix.strerror(errno.EBADF))
    masks = (_READABLE, _WRITABLE, _select.POLLPRI)
    return tuple([file for file, fd in files if ready.get(fd, 0) & mask] for files, mask in zip(asked, masks))


def install():
    """Puts it into `select`."""
    put(_select, select)
