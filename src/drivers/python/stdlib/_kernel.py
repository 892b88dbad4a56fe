"""System calls that CPython's C library has no functions for.

`call` makes one call of src/bridge/syscalls.ts. It goes through an ioctl that the driver answers, with a frame as
on the wire (src/bridge/wire.ts): sixteen words and a payload. The kernel checks everything itself, as for any
other program, so there is nothing here that keeps a guest from anything.

Imported before `os` is: it takes only what is built in.
"""

import errno
import fcntl
import posix
from _struct import Struct, pack, unpack

_IOCTL = 0x50590000
# Bytes of the frame, number, six arguments, two results, errno, bytes of payload.
_FRAME = Struct("<ii6i12xI")
_RESULTS = Struct("<iiiI")
_RESULTS_AT = 32
_HEADER = 64
_ROOM = 4096

AT_FDCWD = -100

# Number, and a letter an argument: i an int, l a 64-bit one, b bytes, o room for what is filled in.
_rows = {
    "spawn": (2, "bbbbib"),
    "waitpid": (3, "ii"),
    "kill": (4, "ii"),
    "getpid": (6, ""),
    "getppid": (7, ""),
    "getpgid": (8, "i"),
    "setpgid": (9, "ii"),
    "pipe": (26, "i"),
    "getsid": (60, "i"),
    "setsid": (61, ""),
    "queue_signal": (67, "iiii"),
    "get_limit": (77, "i"),
    "set_limit": (78, "ill"),
    "resource_usage": (79, "i"),
    "get_priority": (80, "ii"),
    "set_priority": (81, "iii"),
    "get_ids": (82, ""),
    "set_user_ids": (83, "iii"),
    "set_group_ids": (84, "iii"),
    "set_user": (85, "i"),
    "set_group": (86, "i"),
    "get_groups": (87, ""),
    "set_groups": (88, "b"),
    "link": (55, "ibibi"),
    "mknod": (103, "ibi"),
    "openpty": (130, "i"),
    "ttyname": (144, "i"),
    "flock": (120, "ii"),
    "start_tls": (166, "ib"),
}

def call(name, *arguments, room=_ROOM, paths=()):
    """Makes a call; answers its two result words and its bytes. Goes on after signals, as PEP 475 has it."""
    while True:
        try:
            return attempt(name, *arguments, room=room, paths=paths)
        except InterruptedError:
            # What the handler raises has been raised by now.
            continue


def attempt(name, *arguments, room=_ROOM, paths=()):
    """`call` that a signal ends with InterruptedError."""
    number, kinds = _rows[name]
    words = []
    payload = b""
    for kind, value in zip(kinds, arguments, strict=True):
        if kind == "i":
            words.append(_int32(value))
        elif kind == "l":
            words += unpack("<ii", pack("<q", value))
        else:
            words.append(len(value))
            payload += value
    words += [0] * (6 - len(words))
    # Above 1024 bytes, fcntl.ioctl hands over the buffer itself.
    frame = bytearray(_HEADER + max(len(payload), room))
    _FRAME.pack_into(frame, 0, len(frame), number, *words, len(payload))
    frame[_HEADER : _HEADER + len(payload)] = payload
    fcntl.ioctl(0, _IOCTL, frame, True)
    result, second, failed, length = _RESULTS.unpack_from(frame, _RESULTS_AT)
    if failed:
        raise OSError(failed, posix.strerror(failed), *paths)
    return result, second, bytes(frame[_HEADER : _HEADER + length])


def _int32(value):
    """A word as the kernel reads it; what does not fit is EINVAL there."""
    if -0x80000000 <= value <= 0x7FFFFFFF:
        return value
    if 0 <= value <= 0xFFFFFFFF:
        return value - 0x100000000
    raise OverflowError("Python int too large to convert to C int")


def strings(items):
    """A list as the kernel takes it: each ends in a NUL."""
    from os import fsencode

    packed = b""
    for item in items:
        item = fsencode(item)
        if b"\0" in item:
            raise ValueError("embedded null byte")
        packed += item + b"\0"
    return packed
