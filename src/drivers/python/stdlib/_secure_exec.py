"""Calls of the kernel: everything that the C library underneath does not have.

    call("getpid")                  -> 7
    call("waitpid", -1, 0)          -> (pid, status)
    call("readlink", -100, b"/a")   -> b"..."

Arguments and results are those of the kernel's table of system calls (`_secure_exec_calls`, which is made from
it): integers, bytes for paths and data, a sequence of bytes for strings, and for `out` how many bytes to take.
A failure is an OSError of the class that its number has. A call that a signal has ended runs the handlers of
Python and is made again, as PEP 475 says.
"""

import fcntl
import posix

from _secure_exec_calls import CALLS

# The wire's layout: sixteen words, and a payload.
_HEADER = 64
_PAYLOAD = 256 * 1024
_SYSTEM_CALL = 0x50590000
# Shorter buffers than this are copied by `fcntl.ioctl`, not passed in place.
_SHORTEST = 1025
_EINTR = 27


def _word(value):
    return (value & 0xFFFFFFFF).to_bytes(4, "little")


def _signed(frame, index):
    return int.from_bytes(frame[index * 4 : index * 4 + 4], "little", signed=True)


def _long(frame, index):
    return int.from_bytes(frame[index * 4 : index * 4 + 8], "little", signed=True)


def _frame(number, kinds, result, arguments):
    words = bytearray()
    payload = bytearray()
    room = _PAYLOAD if result == "bytes" else 0
    for kind, value in zip(kinds, arguments, strict=True):
        if kind in ("i32", "u32"):
            words += _word(value)
        elif kind == "out":
            words += _word(value)
            room = value
        elif kind == "i64":
            words += (value & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
        else:
            if kind == "strings":
                value = b"".join(each + b"\0" for each in value)
            words += _word(len(value))
            payload += value
    size = max(_HEADER + max(room, len(payload)), _SHORTEST)
    frame = bytearray(size)
    frame[0:4] = _word(size)
    frame[4:8] = _word(number)
    frame[8 : 8 + len(words)] = words
    frame[44:48] = _word(len(payload))
    frame[_HEADER : _HEADER + len(payload)] = payload
    return frame


def _result(frame, kind):
    if kind in ("bytes", "filled"):
        return bytes(frame[_HEADER : _HEADER + _signed(frame, 11)])
    if kind == "i32":
        return _signed(frame, 8)
    if kind == "i64":
        return _long(frame, 8)
    if kind == "pair":
        return _signed(frame, 8), _signed(frame, 9)
    return None


def call_once(name, *arguments):
    """Makes a call; one that a signal ends raises InterruptedError."""
    number, kinds, result = CALLS[name]
    frame = _frame(number, kinds, result, arguments)
    fcntl.ioctl(0, _SYSTEM_CALL, frame, True)
    errno = _signed(frame, 10)
    if errno:
        raise OSError(errno, posix.strerror(errno))
    return _result(frame, result)


def call(name, *arguments):
    """Makes a call, again when a signal has ended it."""
    while True:
        try:
            return call_once(name, *arguments)
        except InterruptedError:
            pass


class _Function(staticmethod):
    """A function that stands for one of C: held by a class, it does not become a method, and it is pickled by name."""

    def __repr__(self):
        return f"<built-in function {self.__name__}>"

    def __reduce__(self):
        return self.__name__


def put(module, *functions, known_as=None):
    """Puts functions into a module of C, as functions of its own or of the module in Python that users know."""
    for function in functions:
        function.__module__ = known_as or module.__name__
        setattr(module, function.__name__, _Function(function))
