"""Sockets as the kernel has them, where the C library has less: options, unix addresses, pairs.

`install()` puts a class between `_socket.socket` and `socket.socket`, and the constants that Linux has.
"""

import _socket
from _struct import pack, unpack_from
from select import POLLIN as _POLLIN
from select import poll as _poll

from _secure_exec import call

AF_UNIX = 1
_HEADER = 8
_PATH_MAX = 108
# Of `receive_from`'s answer.
_RECEIVED_HEADER = 16
_RECEIVED_ROOM = 132

# Linux's numbers of what the C library's headers leave out.
_CONSTANTS = {
    "AF_UNIX": 1, "SOL_SOCKET": 1, "SO_DEBUG": 1, "SO_REUSEADDR": 2, "SO_TYPE": 3, "SO_ERROR": 4, "SO_DONTROUTE": 5,
    "SO_BROADCAST": 6, "SO_SNDBUF": 7, "SO_RCVBUF": 8, "SO_KEEPALIVE": 9, "SO_OOBINLINE": 10, "SO_LINGER": 13,
    "SO_REUSEPORT": 15, "SO_PASSCRED": 16, "SO_PEERCRED": 17, "SO_RCVLOWAT": 18, "SO_SNDLOWAT": 19,
    "SO_RCVTIMEO": 20, "SO_SNDTIMEO": 21, "SO_ACCEPTCONN": 30, "SO_PROTOCOL": 38, "SO_DOMAIN": 39,
    "TCP_NODELAY": 1, "TCP_MAXSEG": 2, "TCP_CORK": 3, "TCP_KEEPIDLE": 4, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 6,
    "TCP_QUICKACK": 12, "TCP_USER_TIMEOUT": 18, "IPV6_V6ONLY": 26, "IPPROTO_IPV6": 41, "SOMAXCONN": 4096,
    "MSG_DONTWAIT": 0x40, "MSG_NOSIGNAL": 0x4000, "MSG_PEEK": 2, "MSG_WAITALL": 0x100, "MSG_TRUNC": 0x20,
    "MSG_CMSG_CLOEXEC": 0x40000000, "SCM_RIGHTS": 1,
}


def _pack_unix(address):
    if isinstance(address, str):
        address = address.encode("utf-8", "surrogateescape")
    else:
        address = bytes(address)
    if len(address) > _PATH_MAX or (len(address) == _PATH_MAX and address[:1] != b"\0"):
        raise OSError("AF_UNIX path too long")
    if address[:1] != b"\0" and b"\0" in address:
        raise ValueError("embedded null byte")
    return pack("<HHI", AF_UNIX, 0, 0) + address


def _unpack_unix(reply):
    path = reply[_HEADER:]
    # An abstract name stays bytes.
    return path if path[:1] == b"\0" else path.decode("utf-8", "surrogateescape")


def _value(value, length):
    if value is None:
        return bytes(length)
    if length is not None:
        raise TypeError("only None takes a length")
    return pack("<i", value) if isinstance(value, int) else bytes(value)


class _KernelSocket(_socket.socket):
    """A socket of the kernel's."""

    __slots__ = ()

    def setsockopt(self, level, option, value, optlen=None, /):
        """Sets the value of the given socket option (see the Unix manual page setsockopt(2))."""
        call("set_socket_option", self.fileno(), level, option, _value(value, optlen))

    def bind(self, address, /):
        """Bind the socket to a local address."""
        if self.family != AF_UNIX:
            return super().bind(address)
        return call("bind", self.fileno(), _pack_unix(address))

    def connect(self, address, /):
        """Connect the socket to a remote address."""
        if self.family != AF_UNIX:
            return super().connect(address)
        return self._connect_unix(address)

    def connect_ex(self, address, /):
        """This is like connect(address), but returns an error code (the errno value) instead of raising."""
        if self.family != AF_UNIX:
            return super().connect_ex(address)
        try:
            self._connect_unix(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def _connect_unix(self, address):
        call("connect", self.fileno(), _pack_unix(address))

    def getsockname(self):
        """Return the address of the local endpoint."""
        if self.family != AF_UNIX:
            return super().getsockname()
        return _unpack_unix(call("get_socket_name", self.fileno()))

    def getpeername(self):
        """Return the address of the remote endpoint."""
        if self.family != AF_UNIX:
            return super().getpeername()
        return _unpack_unix(call("get_peer_name", self.fileno()))

    def _accept(self):
        if self.family != AF_UNIX:
            return super()._accept()
        reply = self._waiting("accept", self.fileno(), _socket.SOCK_CLOEXEC)
        return unpack_from("<i", reply)[0], _unpack_unix(reply[4:])

    def _waiting(self, name, *arguments):
        """Makes a call for which the socket has to be readable, within its timeout."""
        while True:
            try:
                return call(name, *arguments)
            except BlockingIOError:
                timeout = self.gettimeout()
                if timeout == 0:
                    raise
            poll = _poll()
            poll.register(self.fileno(), _POLLIN)
            if not poll.poll(timeout and timeout * 1000):
                raise TimeoutError("timed out")

    def _receive_unix(self, size, flags):
        reply = self._waiting("receive_from", self.fileno(), flags, size + _RECEIVED_ROOM)
        _, count, message, length = unpack_from("<4I", reply)
        start = _RECEIVED_HEADER + -(-length // 4) * 4
        address = reply[_RECEIVED_HEADER : _RECEIVED_HEADER + length]
        return reply[start : start + count], message, _unpack_unix(address) or None

    def recvfrom(self, bufsize, flags=0, /):
        """Like recv(buffersize, flags) but also return the sender's address info."""
        if self.family != AF_UNIX:
            return super().recvfrom(bufsize, flags)
        data, _, address = self._receive_unix(bufsize, flags)
        return data, address

    def recvmsg(self, bufsize, ancbufsize=0, flags=0, /):
        """Receive normal data (up to bufsize bytes) and ancillary data from the socket."""
        if self.family != AF_UNIX:
            return super().recvmsg(bufsize, ancbufsize, flags)
        data, message, address = self._receive_unix(bufsize, flags)
        return data, [], message, address

    def sendto(self, data, *arguments):
        """Like send(data, flags) but allows specifying the destination address."""
        if self.family != AF_UNIX:
            return super().sendto(data, *arguments)
        *flags, address = arguments
        flags = flags[0] if flags else 0
        return call("send_to", self.fileno(), flags, _pack_unix(address), bytes(data))


def socketpair(family=AF_UNIX, type=1, proto=0):
    """Create a pair of socket objects from the sockets returned by the platform socketpair() function."""
    first, second = call("socketpair", family, type | _socket.SOCK_CLOEXEC, proto)
    return _socket.socket(family, type, proto, first), _socket.socket(family, type, proto, second)


def install():
    """Puts these into `_socket`, before `socket` takes what is there."""
    for name, number in _CONSTANTS.items():
        setattr(_socket, name, number)
    _KernelSocket.__name__ = _KernelSocket.__qualname__ = "socket"
    _KernelSocket.__module__ = "_socket"
    _socket.socket = _socket.SocketType = _KernelSocket
    _socket.socketpair = socketpair
