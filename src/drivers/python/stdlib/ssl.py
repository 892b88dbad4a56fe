"""TLS for sockets and buffers, as CPython's module of this name has it, over the host's OpenSSL (see `_ssl`).

What is missing is refused, never left out silently: sessions to resume, the choice of a certificate by the name
that a client asks for, pre-shared keys.
"""

import os
import sys
import warnings
from collections import namedtuple
from enum import Enum as _Enum
from enum import IntEnum as _IntEnum
from enum import IntFlag as _IntFlag
from socket import _GLOBAL_DEFAULT_TIMEOUT, SO_TYPE, SOCK_STREAM, SOL_SOCKET, create_connection, socket

import _ssl
from _kernel_tls import TlsError, Wanted
from _ssl import (
    HAS_ALPN, HAS_ECDH, HAS_NPN, HAS_PHA, HAS_PSK, HAS_SNI, HAS_SSLv2, HAS_SSLv3, HAS_TLSv1, HAS_TLSv1_1,
    HAS_TLSv1_2, HAS_TLSv1_3, OPENSSL_VERSION, OPENSSL_VERSION_INFO, OPENSSL_VERSION_NUMBER, MemoryBIO, RAND_add,
    RAND_bytes, RAND_status, SSLCertVerificationError, SSLEOFError, SSLError, SSLSession, SSLSyscallError,
    SSLWantReadError, SSLWantWriteError, SSLZeroReturnError, _DEFAULT_CIPHERS, _OPENSSL_API_VERSION, _SSLContext,
)

socket_error = OSError
CertificateError = SSLCertVerificationError
HAS_NEVER_CHECK_COMMON_NAME = True
CHANNEL_BINDING_TYPES = ["tls-unique"]

_IntEnum._convert_("_SSLMethod", __name__, lambda name: name.startswith("PROTOCOL_") and name != "PROTOCOL_SSLv23",
                   source=_ssl)
_IntFlag._convert_("Options", __name__, lambda name: name.startswith("OP_"), source=_ssl)
_IntEnum._convert_("AlertDescription", __name__, lambda name: name.startswith("ALERT_DESCRIPTION_"), source=_ssl)
_IntEnum._convert_("SSLErrorNumber", __name__, lambda name: name.startswith("SSL_ERROR_"), source=_ssl)
_IntFlag._convert_("VerifyFlags", __name__, lambda name: name.startswith("VERIFY_"), source=_ssl)
_IntEnum._convert_("VerifyMode", __name__, lambda name: name.startswith("CERT_"), source=_ssl)
PROTOCOL_SSLv23 = _SSLMethod.PROTOCOL_SSLv23 = _SSLMethod.PROTOCOL_TLS
_PROTOCOL_NAMES = {value: name for name, value in _SSLMethod.__members__.items()}


class TLSVersion(_IntEnum):
    MINIMUM_SUPPORTED = _ssl.PROTO_MINIMUM_SUPPORTED
    SSLv3 = _ssl.PROTO_SSLv3
    TLSv1 = _ssl.PROTO_TLSv1
    TLSv1_1 = _ssl.PROTO_TLSv1_1
    TLSv1_2 = _ssl.PROTO_TLSv1_2
    TLSv1_3 = _ssl.PROTO_TLSv1_3
    MAXIMUM_SUPPORTED = _ssl.PROTO_MAXIMUM_SUPPORTED


class _ASN1Object(namedtuple("_ASN1Object", "nid shortname longname oid")):
    """An object identifier."""

    __slots__ = ()

    def __new__(cls, oid):
        return super().__new__(cls, *_ssl.txt2obj(oid, name=False))

    @classmethod
    def fromnid(cls, nid):
        return super().__new__(cls, *_ssl.nid2obj(nid))

    @classmethod
    def fromname(cls, name):
        return super().__new__(cls, *_ssl.txt2obj(name, name=True))


class Purpose(_ASN1Object, _Enum):
    """What certificates are looked at for."""

    SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"


DefaultVerifyPaths = namedtuple(
    "DefaultVerifyPaths", "cafile capath openssl_cafile_env openssl_cafile openssl_capath_env openssl_capath"
)


def get_default_verify_paths():
    """Where authorities are looked for, besides those that the host trusts."""
    parts = _ssl.get_default_verify_paths()
    cafile = os.environ.get(parts[0], parts[1])
    capath = os.environ.get(parts[2], parts[3])
    return DefaultVerifyPaths(cafile if os.path.isfile(cafile) else None,
                              capath if os.path.isdir(capath) else None, *parts)


class SSLContext(_SSLContext):
    """What handshakes are to be like."""

    sslsocket_class = None
    sslobject_class = None

    def __new__(cls, protocol=None, *args, **kwargs):
        if protocol is None:
            warnings.warn("ssl.SSLContext() without protocol argument is deprecated.",
                          category=DeprecationWarning, stacklevel=2)
            protocol = PROTOCOL_TLS
        return _SSLContext.__new__(cls, protocol)

    def _encode_hostname(self, hostname):
        if hostname is None:
            return None
        if isinstance(hostname, str):
            return hostname.encode("idna").decode("ascii")
        return hostname.decode("ascii")

    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True,
                    server_hostname=None, session=None):
        return self.sslsocket_class._create(
            sock=sock, server_side=server_side, do_handshake_on_connect=do_handshake_on_connect,
            suppress_ragged_eofs=suppress_ragged_eofs, server_hostname=server_hostname, context=self, session=session,
        )

    def wrap_bio(self, incoming, outgoing, server_side=False, server_hostname=None, session=None):
        return self.sslobject_class._create(
            incoming, outgoing, server_side=server_side, server_hostname=self._encode_hostname(server_hostname),
            session=session, context=self,
        )

    def set_alpn_protocols(self, alpn_protocols):
        packed = bytearray()
        for protocol in alpn_protocols:
            name = bytes(protocol, "ascii")
            if not 0 < len(name) <= 255:
                raise SSLError("ALPN protocols must be 1 to 255 bytes long")
            packed.append(len(name))
            packed += name
        self._set_alpn_protocols(packed)

    def set_npn_protocols(self, npn_protocols):
        raise NotImplementedError("NPN is not supported")

    def set_servername_callback(self, server_name_callback):
        if server_name_callback is not None and not callable(server_name_callback):
            raise TypeError("not a callable object")
        self.sni_callback = server_name_callback

    def load_default_certs(self, purpose=Purpose.SERVER_AUTH):
        if not isinstance(purpose, _ASN1Object):
            raise TypeError(purpose)
        self.set_default_verify_paths()

    @property
    def minimum_version(self):
        return TLSVersion(super().minimum_version)

    @minimum_version.setter
    def minimum_version(self, value):
        super(SSLContext, SSLContext).minimum_version.__set__(self, value)

    @property
    def maximum_version(self):
        return TLSVersion(super().maximum_version)

    @maximum_version.setter
    def maximum_version(self, value):
        super(SSLContext, SSLContext).maximum_version.__set__(self, value)

    @property
    def options(self):
        return Options(super().options)

    @options.setter
    def options(self, value):
        super(SSLContext, SSLContext).options.__set__(self, value)

    @property
    def hostname_checks_common_name(self):
        return self._host_flags & _ssl.HOSTFLAG_NEVER_CHECK_SUBJECT != _ssl.HOSTFLAG_NEVER_CHECK_SUBJECT

    @hostname_checks_common_name.setter
    def hostname_checks_common_name(self, value):
        if value:
            self._host_flags &= ~_ssl.HOSTFLAG_NEVER_CHECK_SUBJECT
        else:
            self._host_flags |= _ssl.HOSTFLAG_NEVER_CHECK_SUBJECT

    @property
    def protocol(self):
        return _SSLMethod(super().protocol)

    @property
    def verify_flags(self):
        return VerifyFlags(super().verify_flags)

    @verify_flags.setter
    def verify_flags(self, value):
        super(SSLContext, SSLContext).verify_flags.__set__(self, value)

    @property
    def verify_mode(self):
        return VerifyMode(super().verify_mode)

    @verify_mode.setter
    def verify_mode(self, value):
        super(SSLContext, SSLContext).verify_mode.__set__(self, value)


def create_default_context(purpose=Purpose.SERVER_AUTH, *, cafile=None, capath=None, cadata=None):
    """A context with the settings that are good for most."""
    if not isinstance(purpose, _ASN1Object):
        raise TypeError(purpose)
    if purpose == Purpose.SERVER_AUTH:
        context = SSLContext(PROTOCOL_TLS_CLIENT)
    elif purpose == Purpose.CLIENT_AUTH:
        context = SSLContext(PROTOCOL_TLS_SERVER)
    else:
        raise ValueError(purpose)
    context.verify_flags |= VERIFY_X509_PARTIAL_CHAIN | VERIFY_X509_STRICT
    if cafile or capath or cadata:
        context.load_verify_locations(cafile, capath, cadata)
    elif context.verify_mode != CERT_NONE:
        context.load_default_certs(purpose)
    return context


def _create_unverified_context(protocol=None, *, cert_reqs=CERT_NONE, check_hostname=False,
                               purpose=Purpose.SERVER_AUTH, certfile=None, keyfile=None, cafile=None, capath=None,
                               cadata=None):
    """A context that trusts whoever answers."""
    if not isinstance(purpose, _ASN1Object):
        raise TypeError(purpose)
    if protocol is None:
        protocol = PROTOCOL_TLS_CLIENT if purpose == Purpose.SERVER_AUTH else PROTOCOL_TLS_SERVER
    context = SSLContext(protocol)
    context.check_hostname = check_hostname
    if cert_reqs is not None:
        context.verify_mode = cert_reqs
    if keyfile and not certfile:
        raise ValueError("certfile must be specified")
    if certfile or keyfile:
        context.load_cert_chain(certfile, keyfile)
    if cafile or capath or cadata:
        context.load_verify_locations(cafile, capath, cadata)
    elif context.verify_mode != CERT_NONE:
        context.load_default_certs(purpose)
    return context


_create_default_https_context = create_default_context
_create_stdlib_context = _create_unverified_context


class _End:
    """What buffers and sockets with TLS have in common; `_connection` is None when there is no TLS (any more)."""

    _connection = None

    def _step(self, name, *arguments):
        """A step of the connection: its failures are this module's."""
        connection = self._connection
        try:
            return getattr(connection, name)(*arguments)
        except Wanted:
            raise SSLWantReadError(SSL_ERROR_WANT_READ, "The operation did not complete (read) (_ssl.c)") from None
        except EOFError:
            raise _ssl.cut_off() from None
        except TlsError as thrown:
            if thrown.reason == "certificate verify failed":
                raise _ssl.refusal_of(connection, self.server_hostname) from None
            raise _ssl.failure_of(thrown) from None

    def _ask(self, name, *arguments):
        return None if self._connection is None else self._connection.ask(name, *arguments)

    @property
    def context(self):
        return self._context

    @context.setter
    def context(self, context):
        if not isinstance(context, SSLContext):
            raise TypeError("The value must be a SSLContext")
        raise NotImplementedError("a connection's context can't be changed")

    @property
    def session(self):
        return None

    @property
    def session_reused(self):
        return self._ask("isReused")

    def getpeercert(self, binary_form=False):
        """The peer's certificate as a dictionary, empty when it was not checked, or as DER; None without one."""
        if self._connection is None or not self._connection.is_agreed:
            raise ValueError("handshake not done yet")
        told = self._ask("peerCertificates", False)
        if told is None:
            return None
        if binary_form:
            return told[1]
        return _ssl.decode_certificate(told[1]) if self._context.verify_mode != CERT_NONE else {}

    def get_verified_chain(self):
        """DER of the peer's certificate and of those that lead to its root."""
        if self._connection is None or self._context.verify_mode == CERT_NONE:
            return []
        told = self._ask("peerCertificates", True)
        return [] if told is None else told[1:]

    def get_unverified_chain(self):
        told = self._ask("peerCertificates", True)
        return [] if told is None else told[1:]

    def selected_npn_protocol(self):
        return None

    def selected_alpn_protocol(self):
        return self._ask("chosenProtocol") or None

    def cipher(self):
        """(name, version, bits) of the cipher in use."""
        told = self._ask("cipher")
        if told is None:
            return None
        name, _, version = told
        return name, version, 256 if "256" in name.split("-SHA")[0] or "CHACHA" in name else 128

    def shared_ciphers(self):
        return None

    def compression(self):
        return None

    def version(self):
        if self._connection is None or not self._connection.is_agreed:
            return None
        return self._ask("protocol")

    def pending(self):
        return 0 if self._connection is None else self._connection.pending

    def get_channel_binding(self, cb_type="tls-unique"):
        if cb_type not in CHANNEL_BINDING_TYPES:
            raise ValueError(f"{cb_type} channel binding type not implemented")
        is_first = self.server_side == bool(self._ask("isReused"))
        return self._ask("peerFinished" if is_first else "finished")

    def verify_client_post_handshake(self):
        raise NotImplementedError("certificates are asked for in the first handshake")


def _check_session(session):
    if session is not None:
        raise NotImplementedError("sessions are not resumed")


class SSLObject(_End):
    """TLS between two buffers; made by `SSLContext.wrap_bio`."""

    def __init__(self, *args, **kwargs):
        raise TypeError(f"{self.__class__.__name__} does not have a public constructor. "
                        "Instances are returned by SSLContext.wrap_bio().")

    @classmethod
    def _create(cls, incoming, outgoing, server_side=False, server_hostname=None, session=None, context=None):
        _check_session(session)
        self = cls.__new__(cls)
        self._incoming, self._outgoing, self._context = incoming, outgoing, context
        self.server_side, self.server_hostname = server_side, server_hostname
        self._connection = context._connect(server_side, server_hostname)
        return self

    def _step(self, name, *arguments):
        if data := self._incoming.read():
            self._connection.feed(data)
        if self._incoming.eof:
            self._connection.feed(b"")
        try:
            return super()._step(name, *arguments)
        finally:
            self._outgoing.write(self._connection.output())

    def read(self, len=1024, buffer=None):
        """Plain bytes, b"" at the end; or how many came into `buffer`."""
        if buffer is None:
            return self._step("read", len)
        data = self._step("read", min(len or memoryview(buffer).nbytes, memoryview(buffer).nbytes))
        memoryview(buffer).cast("B")[: _length(data)] = data
        return _length(data)

    def write(self, data):
        """Encrypts; answers how many bytes it took."""
        return self._step("write", bytes(data))

    def do_handshake(self):
        """A step of the handshake: SSLWantReadError when more has to come."""
        self._step("handshake")

    def unwrap(self):
        """Ends TLS in order: SSLWantReadError until the peer has done so, too."""
        self._step("finish")


def _length(data):
    return len(data)


def _check_hostname(context, server_side, server_hostname):
    if server_side and server_hostname:
        raise ValueError("server_hostname can only be specified in client mode")
    if context.check_hostname and not server_side and not server_hostname:
        raise ValueError("check_hostname requires server_hostname")
    if server_hostname == "" or (server_hostname or "").startswith("."):
        raise ValueError("server_hostname cannot be an empty string or start with a leading dot.")


class SSLSocket(_End, socket):
    """A socket with TLS; made by `SSLContext.wrap_socket`."""

    def __init__(self, *args, **kwargs):
        raise TypeError(f"{self.__class__.__name__} does not have a public constructor. "
                        "Instances are returned by SSLContext.wrap_socket().")

    @classmethod
    def _create(cls, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True,
                server_hostname=None, context=None, session=None):
        if sock.getsockopt(SOL_SOCKET, SO_TYPE) != SOCK_STREAM:
            raise NotImplementedError("only stream sockets are supported")
        _check_session(session)
        server_hostname = context._encode_hostname(server_hostname)
        _check_hostname(context, server_side, server_hostname)
        timeout = sock.gettimeout()
        self = cls.__new__(cls, family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.fileno())
        super().__init__(self, family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.fileno())
        sock.detach()
        try:
            self._context = context
            # What is for the peer and has not been sent; how many plain bytes of a `send` that was to be repeated it has.
            self._unsent = b""
            self._taken = 0
            self.server_side = server_side
            self.server_hostname = server_hostname
            self.do_handshake_on_connect = do_handshake_on_connect
            self.suppress_ragged_eofs = suppress_ragged_eofs
            self.settimeout(timeout)
            if self._has_peer():
                self._connection = context._connect(server_side, server_hostname)
                if do_handshake_on_connect:
                    if timeout == 0.0:
                        raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
                    self.do_handshake()
        except BaseException:
            self.close()
            raise
        return self

    def _has_peer(self):
        try:
            self.getpeername()
        except OSError:
            return False
        return True

    def _flush(self):
        """Sends what is for the peer."""
        self._unsent += self._connection.output()
        while self._unsent:
            try:
                count = socket.send(self, self._unsent)
            except BlockingIOError:
                raise SSLWantWriteError(SSL_ERROR_WANT_WRITE,
                                        "The operation did not complete (write) (_ssl.c)") from None
            self._unsent = self._unsent[count:]

    def _fill(self, wanted):
        """Takes what the peer has sent."""
        try:
            self._connection.feed(socket.recv(self, 65536))
        except BlockingIOError:
            raise wanted from None

    def _carry(self, name, *arguments):
        """Makes a step, and carries bytes between OpenSSL and the socket until it is made."""
        while True:
            try:
                result = self._step(name, *arguments)
            except SSLWantReadError as wanted:
                self._flush()
                self._fill(wanted)
            except SSLError:
                # An alert says why; a peer that is gone does not hear it.
                try:
                    self._flush()
                except OSError:
                    pass
                raise
            else:
                return result

    def do_handshake(self, block=False):
        """Agrees on keys and checks certificates."""
        if self._connection is None:
            if not self._has_peer():
                raise OSError(_errno("ENOTCONN"), os.strerror(_errno("ENOTCONN")))
            raise ValueError("No SSL wrapper around " + str(self))
        timeout = self.gettimeout()
        try:
            if timeout == 0.0 and block:
                self.settimeout(None)
            self._carry("handshake")
            self._flush()
        except TimeoutError:
            raise TimeoutError("_ssl.c: The handshake operation timed out") from None
        finally:
            self.settimeout(timeout)

    def connect(self, addr):
        """Connects, and makes the handshake if that is wanted."""
        self._real_connect(addr, super().connect)

    def connect_ex(self, addr):
        """connect that answers an error number."""
        return self._real_connect(addr, super().connect_ex)

    def _real_connect(self, addr, connect):
        if self.server_side:
            raise ValueError("can't connect in server-side mode")
        if self._connection is not None:
            raise ValueError("attempt to connect already-connected SSLSocket!")
        failed = connect(addr)
        if not failed:
            self._connection = self._context._connect(False, self.server_hostname)
            if self.do_handshake_on_connect:
                self.do_handshake()
        return failed

    def accept(self):
        """A new connection with TLS, and where it comes from."""
        accepted, address = super().accept()
        accepted = self._context.wrap_socket(
            accepted, do_handshake_on_connect=self.do_handshake_on_connect,
            suppress_ragged_eofs=self.suppress_ragged_eofs, server_side=True,
        )
        return accepted, address

    def dup(self):
        raise NotImplementedError(f"Can't dup() {self.__class__.__name__} instances")

    def read(self, len=1024, buffer=None):
        """Receives; b"" or 0 at the end."""
        self._checkClosed()
        if self._connection is None:
            raise ValueError("Read on closed or unwrapped SSL socket.")
        wanted = len if buffer is None else min(len or memoryview(buffer).nbytes, memoryview(buffer).nbytes)
        try:
            data = self._carry("read", wanted)
        except SSLEOFError:
            if not self.suppress_ragged_eofs:
                raise
            data = b""
        except TimeoutError:
            raise TimeoutError("The read operation timed out") from None
        if buffer is None:
            return data
        memoryview(buffer).cast("B")[: _length(data)] = data
        return _length(data)

    def write(self, data):
        """Sends; answers how many bytes it took."""
        self._checkClosed()
        if self._connection is None:
            raise ValueError("Write on closed or unwrapped SSL socket.")
        self.do_handshake()
        try:
            self._flush()
            if not self._taken:
                self._taken = self._step("write", bytes(memoryview(data)[:_SENT_MAX]))
                self._flush()
        except TimeoutError:
            raise TimeoutError("The write operation timed out") from None
        taken, self._taken = self._taken, 0
        return taken

    def _checkClosed(self):
        if self.fileno() < 0:
            raise OSError(_errno("EBADF"), os.strerror(_errno("EBADF")))

    def _no_flags(self, name, flags):
        if flags != 0:
            raise ValueError(f"non-zero flags not allowed in calls to {name}() on {self.__class__}")

    def send(self, data, flags=0):
        if self._connection is None:
            return super().send(data, flags)
        self._no_flags("send", flags)
        return self.write(data)

    def sendall(self, data, flags=0):
        if self._connection is None:
            return super().sendall(data, flags)
        self._no_flags("sendall", flags)
        with memoryview(data) as view, view.cast("B") as octets:
            at = 0
            while at < octets.nbytes:
                at += self.write(octets[at:])

    def recv(self, buflen=1024, flags=0):
        if self._connection is None:
            return super().recv(buflen, flags)
        self._no_flags("recv", flags)
        return self.read(buflen)

    def recv_into(self, buffer, nbytes=None, flags=0):
        if nbytes is None:
            nbytes = memoryview(buffer).nbytes or 1024
        if self._connection is None:
            return super().recv_into(buffer, nbytes, flags)
        self._no_flags("recv_into", flags)
        return self.read(nbytes, buffer)

    def _refused(name):
        def method(self, *args, **kwargs):
            if self._connection is not None or name.startswith(("recvmsg", "sendmsg")):
                raise NotImplementedError(f"{name} not allowed on instances of {self.__class__}")
            return getattr(socket, name)(self, *args, **kwargs)

        method.__name__ = name
        return method

    sendto = _refused("sendto")
    sendmsg = _refused("sendmsg")
    recvfrom = _refused("recvfrom")
    recvfrom_into = _refused("recvfrom_into")
    recvmsg = _refused("recvmsg")
    recvmsg_into = _refused("recvmsg_into")
    del _refused

    def sendfile(self, file, offset=0, count=None):
        if self._connection is None:
            return super().sendfile(file, offset, count)
        return self._sendfile_use_send(file, offset, count)

    def shutdown(self, how):
        self._checkClosed()
        self._connection = None
        super().shutdown(how)

    def unwrap(self):
        """Ends TLS in order; the connection goes on without."""
        if self._connection is None:
            raise ValueError("No SSL wrapper around " + str(self))
        self._carry("finish")
        self._flush()
        self._connection = None
        return self

    def _real_close(self):
        self._connection = None
        super()._real_close()


# Of one `send`: what OpenSSL encrypts is copied a few times.
_SENT_MAX = 1 << 20


SSLContext.sslsocket_class = SSLSocket
SSLContext.sslobject_class = SSLObject


def _errno(name):
    import errno

    return getattr(errno, name)


def cert_time_to_seconds(cert_time):
    """Seconds since 1970 of a time as certificates have it, `Jan  5 09:34:43 2018 GMT`."""
    from calendar import timegm
    from time import strptime

    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    time_format = " %d %H:%M:%S %Y GMT"
    try:
        month_number = months.index(cert_time[:3].title()) + 1
    except ValueError:
        raise ValueError("time data %r does not match format \"%%b%s\"" % (cert_time, time_format)) from None
    parsed = strptime(cert_time[3:], time_format)
    return timegm((parsed[0], month_number) + parsed[2:6])


PEM_HEADER = "-----BEGIN CERTIFICATE-----"
PEM_FOOTER = "-----END CERTIFICATE-----"


def DER_cert_to_PEM_cert(der_cert_bytes):
    """PEM of a certificate in DER."""
    import base64

    text = base64.standard_b64encode(der_cert_bytes).decode("ascii")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([PEM_HEADER, *lines, PEM_FOOTER + "\n"])


def PEM_cert_to_DER_cert(pem_cert_string):
    """DER of a certificate in PEM."""
    import base64

    if not pem_cert_string.startswith(PEM_HEADER):
        raise ValueError("Invalid PEM encoding; must start with %s" % PEM_HEADER)
    if not pem_cert_string.strip().endswith(PEM_FOOTER):
        raise ValueError("Invalid PEM encoding; must end with %s" % PEM_FOOTER)
    return base64.decodebytes(pem_cert_string.strip()[len(PEM_HEADER) : -len(PEM_FOOTER)].encode("ascii", "strict"))


def get_server_certificate(addr, ssl_version=PROTOCOL_TLS_CLIENT, ca_certs=None, timeout=_GLOBAL_DEFAULT_TIMEOUT):
    """PEM of the certificate that a server shows, checked when there is something to check it by."""
    context = _create_unverified_context(ssl_version, cert_reqs=CERT_NONE if ca_certs is None else CERT_REQUIRED,
                                         cafile=ca_certs)
    with create_connection(addr, timeout=timeout) as sock:
        with context.wrap_socket(sock, server_hostname=addr[0]) as wrapped:
            return DER_cert_to_PEM_cert(wrapped.getpeercert(True))


def get_protocol_name(protocol_code):
    return _PROTOCOL_NAMES.get(protocol_code, "<unknown>")
