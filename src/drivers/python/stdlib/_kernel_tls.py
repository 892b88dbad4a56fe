"""OpenSSL, as the host's Node has it, in the guest's own isolate: calls, and one end of a connection.

A call is a frame of values, by the table that the packing has made (`TLS_CALLS`). Contexts and sessions are numbers. OpenSSL
works between buffers: what comes from the peer is fed in, what is for the peer is taken out, and sockets are Python's.
"""

import fcntl
from _struct import pack, pack_into, unpack_from

from _secure_exec_calls import TLS_CALLS

_TLS_CALL = 0x50590001
_HEADER = 16
# More than any answer: certificates of a chain, or what is taken out at once.
_ROOM = 192 * 1024
_TAKEN = 64 * 1024
_NONE, _FALSE, _TRUE, _NUMBER, _TEXT, _BYTES, _NULL, _ERROR = range(8)
# What `read` answers when the peer has said that it sends no more.
ENDED = object()
# The reason when a connection is read that both sides have finished.
CLOSED = "closed"


class TlsError(Exception):
    """What OpenSSL says: `library` and `reason` are its texts, `code` Node's."""

    def __init__(self, code, library, reason, message):
        super().__init__(message)
        self.code, self.library, self.reason, self.message = code, library, reason, message


def _encode(value):
    if value is None:
        return pack("<II", _NONE, 0)
    if value is True or value is False:
        return pack("<II", _TRUE if value else _FALSE, 0)
    if isinstance(value, (int, float)):
        return pack("<IId", _NUMBER, 8, value)
    kind, data = (_TEXT, value.encode("latin-1")) if isinstance(value, str) else (_BYTES, bytes(value))
    return pack("<II", kind, len(data)) + data


def _decode(frame, end):
    at = _HEADER
    while at < end:
        kind, length = unpack_from("<II", frame, at)
        content = bytes(frame[at + 8 : at + 8 + length])
        at += 8 + length
        if kind == _NUMBER:
            yield int(unpack_from("<d", content)[0])
        elif kind == _TEXT:
            yield content.decode("latin-1")
        elif kind == _ERROR:
            yield TlsError(*content.decode("latin-1").split("\0", 3))
        elif kind == _BYTES:
            yield content
        else:
            yield {_NONE: None, _NULL: ENDED}.get(kind, kind == _TRUE)


def tls(name, *arguments):
    """Makes a call: its answer, or the list of its answers; a TlsError is raised."""
    payload = b"".join(map(_encode, arguments))
    frame = bytearray(_HEADER + max(_ROOM, len(payload)))
    pack_into("<III", frame, 0, len(frame), TLS_CALLS[name], len(payload))
    frame[_HEADER : _HEADER + len(payload)] = payload
    fcntl.ioctl(0, _TLS_CALL, frame, True)
    (length,) = unpack_from("<i", frame, 8)
    if length < 0:
        raise TlsError("ERR_TOO_LONG", "", "too long", "the answer is too long")
    values = list(_decode(frame, _HEADER + length))
    if len(values) != 1:
        return values
    if isinstance(values[0], TlsError):
        raise values[0]
    return values[0]


class Wanted(Exception):
    """More has to come from the peer before a step can be made."""


class Connection:
    """One end of a connection. A step raises Wanted, EOFError when the peer is gone without saying so, or TlsError."""

    is_agreed = False

    def __init__(self, context, number):
        self._context = context
        self.number = number
        self._plain = bytearray()
        self._is_cut = False
        self._has_ended = False
        self._has_finished = False

    def __del__(self):
        try:
            tls("closeSession", self.number)
        except OSError, TlsError:
            pass

    def feed(self, data):
        """Takes what the peer has sent; empty: it has gone."""
        if data:
            tls("receive", self.number, data)
        else:
            self._is_cut = True

    def output(self):
        """What is to be sent to the peer."""
        parts = []
        while tls("pending", self.number):
            parts.append(tls("takeOutput", self.number, _TAKEN))
        return b"".join(parts)

    def handshake(self):
        """A step of the handshake."""
        if not self.is_agreed and not tls("handshake", self.number):
            self._want()
        self.is_agreed = True

    def read(self, size):
        """Plain bytes, at most so many; none at the end."""
        if not self._plain and not self._read():
            if self._has_finished:
                raise TlsError("", "SSL routines", CLOSED, "")
            return b""
        data = bytes(self._plain[:size])
        del self._plain[:size]
        return data

    def write(self, data):
        """Encrypts all of it."""
        if data:
            done = tls("write", self.number, data)
            if done is not True:
                raise TlsError("ERR_SSL_WRITE", "SSL routines", "write failed", done or "too much is waiting")
        return len(data)

    def finish(self):
        """Says that no more comes, and waits for the peer to say so."""
        tls("shutdown", self.number)
        self._has_finished = True
        if self._read():
            raise TlsError("", "SSL routines", "application data after close notify", "")

    @property
    def pending(self):
        return len(self._plain)

    def ask(self, name, *arguments):
        """A fact about it."""
        return tls(name, self.number, *arguments)

    def _read(self):
        """More plain bytes; False: the peer sends none any more."""
        if self._has_ended:
            return False
        data = tls("read", self.number)
        if data is ENDED:
            self._has_ended = True
        elif data is False:
            self._want()
        else:
            self._plain += data
        return not self._has_ended

    def _want(self):
        raise EOFError if self._is_cut else Wanted
