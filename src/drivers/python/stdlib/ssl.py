"""TLS for sockets, as CPython's module of this name has it, over the kernel's TLS (see `_ssl`).

What is missing is refused, never left out silently: TLS over memory (`wrap_bio`, which asyncio's own TLS is
made of: asyncio here upgrades the socket itself), certificates of clients, and looking at a peer's certificate.
A server's name is always checked when certificates are, whatever `check_hostname` says.
"""

import os
import sys
import warnings
from collections import namedtuple
from enum import Enum as _Enum
from enum import IntEnum as _IntEnum
from enum import IntFlag as _IntFlag
from socket import SHUT_WR, SO_TYPE, SOCK_STREAM, SOL_SOCKET, create_connection, socket

import _ssl
from _ssl import (
    HAS_ALPN, HAS_ECDH, HAS_NPN, HAS_PHA, HAS_PSK, HAS_SNI, HAS_SSLv2, HAS_SSLv3, HAS_TLSv1, HAS_TLSv1_1,
    HAS_TLSv1_2, HAS_TLSv1_3, OPENSSL_VERSION, OPENSSL_VERSION_INFO, OPENSSL_VERSION_NUMBER, MemoryBIO, RAND_add,
    RAND_bytes, RAND_status, SSLCertVerificationError, SSLEOFError, SSLError, SSLSession, SSLSyscallError,
    SSLWantReadError, SSLWantWriteError, SSLZeroReturnError, _DEFAULT_CIPHERS, _OPENSSL_API_VERSION, _SSLContext,
)

socket_error = OSError
CertificateError = SSLCertVerificationError
HAS_NEVER_CHECK_COMMON_NAME = True
CHANNEL_BINDING_TYPES = []

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
        raise NotImplementedError("TLS over memory is not supported: the kernel's TLS is over sockets")

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


class _Agreement:
    """What a handshake has agreed on; None before it."""

    _agreed = None

    def getpeercert(self, binary_form=False):
        """The kernel has checked the certificate, and does not show it: {} says that there is one, None binary."""
        if self._agreed is None:
            raise ValueError("handshake not done yet")
        return None if binary_form else {}

    def get_verified_chain(self):
        return []

    def get_unverified_chain(self):
        return []

    def selected_npn_protocol(self):
        return None

    def selected_alpn_protocol(self):
        return (self._agreed or {}).get("alpn") or None

    def cipher(self):
        if self._agreed is None:
            return None
        name = self._agreed.get("cipher", "")
        return name, self.version(), 256 if "256" in name or "CHACHA" in name else 128

    def shared_ciphers(self):
        return None

    def compression(self):
        return None

    def version(self):
        return self._agreed.get("protocol") if self._agreed is not None else None

    def pending(self):
        return 0

    def get_channel_binding(self, cb_type="tls-unique"):
        raise ValueError(f"{cb_type} channel binding type not implemented")

    def verify_client_post_handshake(self):
        raise NotImplementedError("verify_client_post_handshake() not implemented by the kernel's TLS")


class SSLObject(_Agreement):
    """TLS over memory: not supported, so there are none."""

    def __init__(self, *args, **kwargs):
        raise TypeError(f"{self.__class__.__name__} does not have a public constructor. "
                        "Instances are returned by SSLContext.wrap_bio().")


class _AsyncioConnection(SSLObject):
    """The TLS of one of asyncio's transports, which goes on with the plain socket."""

    def __init__(self, context, sock, server_side, server_hostname):
        self.context = context
        self.server_side = server_side
        self.server_hostname = context._encode_hostname(server_hostname)
        self._agreed = context._handshake(sock.fileno(), server_side, self.server_hostname)

    def facts(self, sslcontext):
        """What asyncio's `get_extra_info` answers."""
        return {"sslcontext": sslcontext, "peercert": {}, "cipher": self.cipher(), "compression": None,
                "ssl_object": self}


class SSLSocket(_Agreement, socket):
    """A socket with TLS; made by `SSLContext.wrap_socket`."""

    def __init__(self, *args, **kwargs):
        raise TypeError(f"{self.__class__.__name__} does not have a public constructor. "
                        "Instances are returned by SSLContext.wrap_socket().")

    @classmethod
    def _create(cls, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True,
                server_hostname=None, context=None, session=None):
        if sock.getsockopt(SOL_SOCKET, SO_TYPE) != SOCK_STREAM:
            raise NotImplementedError("only stream sockets are supported")
        if server_side and server_hostname:
            raise ValueError("server_hostname can only be specified in client mode")
        if session is not None and not isinstance(session, SSLSession):
            raise TypeError("Value is not a SSLSession.")
        if context.check_hostname and not server_side and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        if server_side:
            raise NotImplementedError("the kernel has no server's side of TLS for Python programs")
        timeout = sock.gettimeout()
        self = cls.__new__(cls, family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.fileno())
        super().__init__(self, family=sock.family, type=sock.type, proto=sock.proto, fileno=sock.fileno())
        sock.detach()
        try:
            self._context = context
            self._session = session
            self._agreed = None
            self._is_ended = False
            self.server_side = server_side
            self.server_hostname = context._encode_hostname(server_hostname)
            self.do_handshake_on_connect = do_handshake_on_connect
            self.suppress_ragged_eofs = suppress_ragged_eofs
            self._connected = self._has_peer()
            self.settimeout(timeout)
            if self._connected and do_handshake_on_connect:
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

    @property
    def context(self):
        return self._context

    @context.setter
    def context(self, context):
        self._context = context

    @property
    def session(self):
        return None

    @property
    def session_reused(self):
        return False if self._agreed is not None else None

    def do_handshake(self, block=False):
        """Agrees on keys and checks the certificate. Waits for it whatever the timeout is."""
        if not self._has_peer():
            raise OSError(_errno("ENOTCONN"), os.strerror(_errno("ENOTCONN")))
        if self._agreed is None:
            self._agreed = self._context._handshake(self.fileno(), self.server_side, self.server_hostname)

    def connect(self, addr):
        """Connects, and makes the handshake if that is wanted."""
        self._connect(addr, super().connect)

    def connect_ex(self, addr):
        """connect that answers an error number."""
        return self._connect(addr, super().connect_ex)

    def _connect(self, addr, connect):
        if self.server_side:
            raise ValueError("can't connect in server-side mode")
        if self._connected:
            raise ValueError("attempt to connect already-connected SSLSocket!")
        failed = connect(addr)
        if not failed:
            self._connected = True
            if self.do_handshake_on_connect:
                self.do_handshake()
        return failed

    def accept(self):
        raise NotImplementedError("the kernel has no server's side of TLS for Python programs")

    def dup(self):
        raise NotImplementedError(f"Can't dup() {self.__class__.__name__} instances")

    def read(self, len=1024, buffer=None):
        """Receives; b"" or 0 at the end."""
        self._check_read()
        try:
            return self.recv(len) if buffer is None else self.recv_into(buffer, len)
        except ConnectionResetError:
            if self.suppress_ragged_eofs:
                return b"" if buffer is None else 0
            raise SSLEOFError(SSL_ERROR_EOF, "EOF occurred in violation of protocol") from None

    def write(self, data):
        """Sends."""
        self._check_read()
        return self.send(data)

    def _check_read(self):
        if self._agreed is None:
            raise ValueError("Read on closed or unwrapped SSL socket.")

    def _no_flags(self, name, flags):
        if flags != 0 and self._agreed is not None:
            raise ValueError(f"non-zero flags not allowed in calls to {name}() on {self.__class__}")

    def send(self, data, flags=0):
        self._no_flags("send", flags)
        try:
            return super().send(data, flags)
        except BlockingIOError:
            if self._agreed is None:
                raise
            raise SSLWantWriteError(SSL_ERROR_WANT_WRITE, "The operation did not complete (write)") from None

    def sendall(self, data, flags=0):
        self._no_flags("sendall", flags)
        return super().sendall(data, flags)

    def recv(self, buflen=1024, flags=0):
        self._no_flags("recv", flags)
        try:
            return super().recv(buflen, flags)
        except BlockingIOError:
            if self._agreed is None:
                raise
            raise SSLWantReadError(SSL_ERROR_WANT_READ, "The operation did not complete (read)") from None

    def recv_into(self, buffer, nbytes=None, flags=0):
        self._no_flags("recv_into", flags)
        if nbytes is None:
            nbytes = memoryview(buffer).nbytes or 1024
        try:
            return super().recv_into(buffer, nbytes, flags)
        except BlockingIOError:
            if self._agreed is None:
                raise
            raise SSLWantReadError(SSL_ERROR_WANT_READ, "The operation did not complete (read)") from None

    def _refused(name):
        def method(self, *args, **kwargs):
            if self._agreed is not None or name.startswith(("recvmsg", "sendmsg")):
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
        return self._sendfile_use_send(file, offset, count)

    def shutdown(self, how):
        self._agreed = None
        super().shutdown(how)

    def unwrap(self):
        """Ends what is sent. The connection is not usable without TLS afterwards."""
        if self._agreed is None:
            raise ValueError("No SSL wrapper around " + str(self))
        super().shutdown(SHUT_WR)
        self._agreed = None
        return self


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


def get_server_certificate(addr, ssl_version=PROTOCOL_TLS_CLIENT, ca_certs=None, timeout=None):
    raise NotImplementedError("the kernel's TLS does not show certificates")


def get_protocol_name(protocol_code):
    return _PROTOCOL_NAMES.get(protocol_code, "<unknown>")
