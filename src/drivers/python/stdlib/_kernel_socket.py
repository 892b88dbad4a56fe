"""What CPython's build for WebAssembly leaves out of `socket`: unix sockets, options that are set, some constants.

`Socket` is the base of `socket.socket` in place of the C type, which can receive and send on any of them.
"""

import _socket
import os
from struct import pack, unpack

from _kernel_posix import gethostname
from _secure_exec import call

__all__ = ["AF_UNIX", "SO_REUSEADDR", "SO_REUSEPORT", "SO_PASSCRED", "SO_PEERCRED", "gethostname", "socketpair_fds"]

AF_UNIX = 1
SO_REUSEADDR = 2
SO_REUSEPORT = 15
SO_PASSCRED = 16
SO_PEERCRED = 17
_PATH_MAX = 108
# The kernel's layout: family, port, scope, then the path.
_HEADER = "<HHI"
_HEADER_BYTES = 8


def _address(path):
    if isinstance(path, str):
        path = os.fsencode(path)
    elif not isinstance(path, (bytes, bytearray)):
        raise TypeError(f"a bytes-like object is required, not '{type(path).__name__}'")
    if len(path) >= _PATH_MAX + (path[:1] == b"\0"):
        raise OSError("AF_UNIX path too long")
    return pack(_HEADER, AF_UNIX, 0, 0) + path


def _path(address):
    """A name of the abstract namespace is bytes, all others are text."""
    path = address[_HEADER_BYTES:]
    return path if path[:1] == b"\0" else os.fsdecode(path)


class Socket(_socket.socket):
    """The C type, with what it lacks."""

    __slots__ = ()

    @property
    def _is_unix(self):
        return _socket.socket.family.__get__(self) == AF_UNIX

    def bind(self, address, /):
        if not self._is_unix:
            return super().bind(address)
        call("bind", self.fileno(), _address(address))

    def connect(self, address, /):
        if not self._is_unix:
            return super().connect(address)
        call("connect", self.fileno(), _address(address))

    def connect_ex(self, address, /):
        if not self._is_unix:
            return super().connect_ex(address)
        try:
            self.connect(address)
        except OSError as failure:
            return failure.errno
        return 0

    def sendto(self, data, *rest):
        if not self._is_unix:
            return super().sendto(data, *rest)
        *flags, address = rest
        return call("send_to", self.fileno(), flags[0] if flags else 0, _address(address), bytes(data))

    def recvfrom(self, bufsize, flags=0, /):
        data, address = super().recvfrom(bufsize, flags)
        return data, _name(address) if self._is_unix else address

    def getsockname(self):
        if not self._is_unix:
            return super().getsockname()
        return _path(call("get_socket_name", self.fileno()))

    def getpeername(self):
        if not self._is_unix:
            return super().getpeername()
        return _path(call("get_peer_name", self.fileno()))

    def _accept(self):
        fd, address = super()._accept()
        return fd, _name(address) if self._is_unix else address

    def setsockopt(self, level, option, value, length=None, /):
        """The C library for WebAssembly forgets what is set."""
        if value is None:
            value = bytes(length)
        elif isinstance(value, int):
            value = pack("<i", value)
        call("set_socket_option", self.fileno(), level, option, bytes(value))


def _name(address):
    """What the C type makes of a family that it does not know: the family and its bytes."""
    if not isinstance(address, tuple):
        return address
    path = address[1].rstrip(b"\0")
    return path if address[1][:1] == b"\0" and path else os.fsdecode(path)


def socketpair_fds(family, type, proto):
    """Two connected sockets' descriptors."""
    return call("socketpair", AF_UNIX if family is None else int(family), int(type), proto)
