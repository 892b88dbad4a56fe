"""What `ssl` is made of: contexts, errors and numbers. OpenSSL itself is the host's Node's (see `_kernel_tls`)."""

import os
import re

from _kernel_tls import CLOSED, Connection, TlsError, tls
from _kernel_x509 import decode_certificate

# What urllib3 and others ask for; the TLS is that of the host's Node.
OPENSSL_VERSION_NUMBER = 0x300000F0
OPENSSL_VERSION_INFO = (3, 0, 0, 15, 0)
OPENSSL_VERSION = "OpenSSL 3.0.15 of Node"
_OPENSSL_API_VERSION = OPENSSL_VERSION_INFO
_DEFAULT_CIPHERS = "DEFAULT"

PROTO_MINIMUM_SUPPORTED = -2
PROTO_SSLv3 = 0x300
PROTO_TLSv1 = 0x301
PROTO_TLSv1_1 = 0x302
PROTO_TLSv1_2 = 0x303
PROTO_TLSv1_3 = 0x304
PROTO_MAXIMUM_SUPPORTED = -1

PROTOCOL_TLS = PROTOCOL_SSLv23 = 2
PROTOCOL_TLSv1 = 3
PROTOCOL_TLSv1_1 = 4
PROTOCOL_TLSv1_2 = 5
PROTOCOL_TLS_CLIENT = 16
PROTOCOL_TLS_SERVER = 17

CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2

SSL_ERROR_SSL = 1
SSL_ERROR_WANT_READ = 2
SSL_ERROR_WANT_WRITE = 3
SSL_ERROR_WANT_X509_LOOKUP = 4
SSL_ERROR_SYSCALL = 5
SSL_ERROR_ZERO_RETURN = 6
SSL_ERROR_WANT_CONNECT = 7
SSL_ERROR_EOF = 8
SSL_ERROR_INVALID_ERROR_CODE = 10

OP_ALL = 0x80000050
OP_LEGACY_SERVER_CONNECT = 0x4
OP_IGNORE_UNEXPECTED_EOF = 0x80
OP_ENABLE_KTLS = 0x8
OP_NO_TICKET = 0x4000
OP_NO_COMPRESSION = 0x20000
OP_ENABLE_MIDDLEBOX_COMPAT = 0x100000
OP_CIPHER_SERVER_PREFERENCE = 0x400000
OP_NO_RENEGOTIATION = 0x40000000
OP_NO_SSLv2 = 0
OP_NO_SSLv3 = 0x2000000
OP_NO_TLSv1 = 0x4000000
OP_NO_TLSv1_2 = 0x8000000
OP_NO_TLSv1_1 = 0x10000000
OP_NO_TLSv1_3 = 0x20000000
OP_SINGLE_DH_USE = 0
OP_SINGLE_ECDH_USE = 0

VERIFY_DEFAULT = 0
VERIFY_CRL_CHECK_LEAF = 0x4
VERIFY_CRL_CHECK_CHAIN = 0xC
VERIFY_X509_STRICT = 0x20
VERIFY_ALLOW_PROXY_CERTS = 0x40
VERIFY_X509_TRUSTED_FIRST = 0x8000
VERIFY_X509_PARTIAL_CHAIN = 0x80000

ALERT_DESCRIPTION_CLOSE_NOTIFY = 0
ALERT_DESCRIPTION_UNEXPECTED_MESSAGE = 10
ALERT_DESCRIPTION_BAD_RECORD_MAC = 20
ALERT_DESCRIPTION_HANDSHAKE_FAILURE = 40
ALERT_DESCRIPTION_BAD_CERTIFICATE = 42
ALERT_DESCRIPTION_CERTIFICATE_EXPIRED = 45
ALERT_DESCRIPTION_UNKNOWN_CA = 48
ALERT_DESCRIPTION_PROTOCOL_VERSION = 70
ALERT_DESCRIPTION_INTERNAL_ERROR = 80
ALERT_DESCRIPTION_UNRECOGNIZED_NAME = 112

HAS_SNI = HAS_ALPN = HAS_TLSv1_2 = HAS_TLSv1_3 = HAS_ECDH = True
HAS_NPN = HAS_SSLv2 = HAS_SSLv3 = HAS_TLSv1 = HAS_TLSv1_1 = HAS_PSK = HAS_PHA = False
HOSTFLAG_NEVER_CHECK_SUBJECT = 0x20
ENCODING_PEM = 1
ENCODING_DER = 2

# Of its errors, by the names that it has for its parts.
_libraries = {
    "SSL routines": "SSL", "x509 certificate routines": "X509", "PEM routines": "PEM", "asn1 encoding routines": "ASN1",
    "digital envelope routines": "EVP", "rsa routines": "RSA", "elliptic curve routines": "EC",
    "common libcrypto routines": "CRYPTO", "BIO routines": "BIO", "system library": "SYS",
}
_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH = 62, 64


class SSLError(OSError):
    """An error of TLS."""

    library = None
    reason = None

    def __str__(self):
        return str(self.args) if self.strerror is None else str(self.strerror)


class SSLZeroReturnError(SSLError):
    """The connection was closed in order."""


class SSLWantReadError(SSLError):
    """More has to be received before this can go on."""


class SSLWantWriteError(SSLError):
    """More has to be sent before this can go on."""


class SSLSyscallError(SSLError):
    """A system error."""


class SSLEOFError(SSLError):
    """The connection was cut off."""


class SSLCertVerificationError(SSLError, ValueError):
    """A certificate that is not good."""

    verify_code = 0
    verify_message = ""


def failure_of(thrown):
    """The exception for what OpenSSL has said."""
    if thrown.reason == CLOSED:
        return SSLZeroReturnError(SSL_ERROR_ZERO_RETURN, "TLS/SSL connection has been closed (EOF) (_ssl.c)")
    library = _libraries.get(thrown.library, thrown.library.removesuffix(" routines").upper())
    name = thrown.reason.upper().replace(" ", "_").replace("-", "_")
    if name == "UNEXPECTED_EOF_WHILE_READING":
        return cut_off()
    place = f"{library}: {name}" if library and name else library or "SSL"
    error = SSLError(SSL_ERROR_SSL, f"[{place}] {thrown.reason or thrown.message} (_ssl.c)")
    error.library, error.reason = library or None, name or None
    return error


def cut_off():
    """The exception for a peer that has gone without a word."""
    error = SSLEOFError(SSL_ERROR_EOF, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c)")
    error.library, error.reason = "SSL", "UNEXPECTED_EOF_WHILE_READING"
    return error


def refusal_of(connection, hostname):
    """The exception for a peer whose certificate is not good."""
    number, text = connection.ask("verifyResult")
    if number == _HOSTNAME_MISMATCH:
        text = f"Hostname mismatch, certificate is not valid for '{hostname}'."
    elif number == _IP_ADDRESS_MISMATCH:
        text = f"IP address mismatch, certificate is not valid for '{hostname}'."
    error = SSLCertVerificationError(
        SSL_ERROR_SSL, f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {text} (_ssl.c)"
    )
    error.library, error.reason = "SSL", "CERTIFICATE_VERIFY_FAILED"
    error.verify_code, error.verify_message = number, text
    return error


def _set(name, *arguments):
    """Changes a context."""
    try:
        return tls(name, *arguments)
    except TlsError as thrown:
        raise failure_of(thrown) from None


_certificate = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class _SSLContext:
    """What a handshake is to be like."""

    keylog_filename = None
    post_handshake_auth = False

    def __new__(cls, protocol):
        if protocol not in (PROTOCOL_TLS, PROTOCOL_TLSv1_2, PROTOCOL_TLS_CLIENT, PROTOCOL_TLS_SERVER):
            raise ValueError("invalid or unsupported protocol version")
        self = object.__new__(cls)
        self._protocol = protocol
        is_client = protocol == PROTOCOL_TLS_CLIENT
        self._checks_host = is_client
        self._verifies = CERT_REQUIRED if is_client else CERT_NONE
        self._options = OP_ALL | OP_NO_SSLv3 | OP_NO_COMPRESSION | OP_ENABLE_MIDDLEBOX_COMPAT
        self._verify_flags = VERIFY_X509_TRUSTED_FIRST
        self._versions = [PROTO_TLSv1_2, PROTO_MAXIMUM_SUPPORTED]
        self._authorities = []
        self._alpn = b""
        self._host_flags = 0
        self._tickets = 2
        self._number = 0
        kind = {PROTOCOL_TLS_SERVER: 1, PROTOCOL_TLS_CLIENT: 2}.get(protocol, 0)
        self._number = _set("newContext", kind, PROTO_TLSv1_2, 0)
        if not self._number:
            raise MemoryError("too many contexts")
        _set("setSessionIdContext", self._number, "Python")
        return self

    def __del__(self):
        if self._number:
            tls("closeContext", self._number)

    @property
    def sni_callback(self):
        return None

    @sni_callback.setter
    def sni_callback(self, value):
        if value is not None:
            raise NotImplementedError("a server's names are not asked for in the midst of a handshake")

    @property
    def protocol(self):
        return self._protocol

    @property
    def check_hostname(self):
        return self._checks_host

    @check_hostname.setter
    def check_hostname(self, value):
        self._checks_host = bool(value)
        if self._checks_host and self._verifies == CERT_NONE:
            self._verifies = CERT_REQUIRED

    @property
    def verify_mode(self):
        return self._verifies

    @verify_mode.setter
    def verify_mode(self, value):
        value = value.__index__()
        if value not in (CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED):
            raise ValueError("invalid value for verify_mode")
        if value == CERT_NONE and self._checks_host:
            raise ValueError("Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
        self._verifies = value

    @property
    def options(self):
        return self._options

    @options.setter
    def options(self, value):
        number = value.__index__()
        if number < 0:
            raise OverflowError("can't convert negative value to unsigned int")
        self._options = number
        _set("setOptions", self._number, number)

    @property
    def verify_flags(self):
        return self._verify_flags

    @verify_flags.setter
    def verify_flags(self, value):
        self._verify_flags = value.__index__()

    @property
    def minimum_version(self):
        return self._versions[0]

    @minimum_version.setter
    def minimum_version(self, value):
        self._versions[0] = _known_version(value)
        self._set_versions()

    @property
    def maximum_version(self):
        return self._versions[1]

    @maximum_version.setter
    def maximum_version(self, value):
        self._versions[1] = _known_version(value)
        self._set_versions()

    def _set_versions(self):
        _set("setVersions", self._number, *(max(version, 0) for version in self._versions))

    @property
    def security_level(self):
        return 2

    @property
    def num_tickets(self):
        return self._tickets

    @num_tickets.setter
    def num_tickets(self, value):
        if value < 0:
            raise ValueError("value must be non-negative")
        if self._protocol != PROTOCOL_TLS_SERVER:
            raise ValueError("SSLContext is not a server context.")
        self._tickets = value

    def set_default_verify_paths(self):
        """Trusts whom the host trusts, and the file of SSL_CERT_FILE."""
        _set("useRoots", self._number)
        for authority in self._authorities:
            _set("addCa", self._number, authority)
        file = os.environ.get("SSL_CERT_FILE")
        if file and os.path.isfile(file):
            self.load_verify_locations(file)

    def load_verify_locations(self, cafile=None, capath=None, cadata=None):
        """Trusts the authorities of a file, of a directory's files, or of PEM or DER data."""
        if cafile is None and capath is None and cadata is None:
            raise TypeError("cafile, capath and cadata cannot be all omitted")
        if cafile is not None:
            with open(cafile, "rb") as file:
                self._trust(file.read())
        if capath is not None and os.path.isdir(capath):
            for name in sorted(os.listdir(capath)):
                path = os.path.join(capath, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        self._add(_certificate.findall(file.read()))
        if cadata is not None:
            if isinstance(cadata, str):
                self._trust(cadata.encode("ascii"))
            else:
                self._trust(_pem_of(bytes(cadata)))

    def _trust(self, pem):
        found = _certificate.findall(pem)
        if not found:
            raise SSLError(SSL_ERROR_SSL, "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found")
        self._add(found)

    def _add(self, certificates):
        new = [one for one in dict.fromkeys(certificates) if one not in self._authorities]
        self._authorities += new
        if new:
            _set("addCa", self._number, b"\n".join(new) + b"\n")

    def load_cert_chain(self, certfile, keyfile=None, password=None):
        """Takes the certificate that is shown to peers, those that lead to its root, and its key."""
        with open(certfile, "rb") as file:
            chain = file.read()
        with open(keyfile if keyfile is not None else certfile, "rb") as file:
            key = file.read()
        if callable(password):
            password = password()
        if isinstance(password, (bytes, bytearray)):
            password = password.decode("latin-1")
        if password is not None and not isinstance(password, str):
            raise TypeError("password should be a string or callable")
        try:
            tls("setCertificate", self._number, chain)
            tls("setKey", self._number, key, password)
        except TlsError as thrown:
            if thrown.library == "x509 certificate routines":
                raise failure_of(thrown) from None
            raise SSLError(SSL_ERROR_SSL, "[SSL] PEM lib (_ssl.c)") from None

    def cert_store_stats(self):
        count = len(self._authorities)
        return {"x509": count, "crl": 0, "x509_ca": count}

    def get_ca_certs(self, binary_form=False):
        """The authorities that were loaded, as dictionaries or as DER."""
        ders = [_der_of(one) for one in self._authorities]
        return ders if binary_form else [decode_certificate(der) for der in ders]

    def set_ciphers(self, ciphers):
        """Of TLS 1.2 and before, by OpenSSL's names and aliases."""
        if not isinstance(ciphers, str):
            raise TypeError(f"argument 1 must be str, not {type(ciphers).__name__}")
        try:
            tls("setCiphers", self._number, ciphers, "")
        except TlsError:
            raise SSLError("No cipher can be selected.") from None
        if not ciphers:
            raise SSLError("No cipher can be selected.")

    def set_ecdh_curve(self, name):
        """The curve that keys are agreed on with."""
        text = name.decode() if isinstance(name, bytes) else name
        if not _set("setCurves", self._number, text):
            raise ValueError(f"unknown elliptic curve name {name!r}")

    def get_ciphers(self):
        return []

    def session_stats(self):
        names = "number connect connect_good connect_renegotiate accept accept_good accept_renegotiate hits misses"
        return dict.fromkeys([*names.split(), "timeouts", "cache_full"], 0)

    def _set_alpn_protocols(self, packed):
        self._alpn = bytes(packed)

    def _connect(self, server_side, server_hostname):
        """One end of a new connection."""
        number = _set("newSession", self._number, server_side)
        if not number:
            raise MemoryError("too many connections")
        connection = Connection(self, number)
        mode = {CERT_NONE: 0, CERT_OPTIONAL: 1, CERT_REQUIRED: 3}[self._verifies]
        name = server_hostname if self._checks_host and not server_side else None
        if not connection.ask("checkPeer", mode, self._verify_flags, self._host_flags, name):
            raise ValueError(f"invalid server_hostname: {server_hostname!r}")
        if server_hostname and not re.fullmatch(r"[\d.]+|.*:.*", server_hostname):
            connection.ask("setServerName", server_hostname)
        if self._alpn:
            connection.ask("setAlpn", self._alpn)
        return connection


def _known_version(value):
    number = value.__index__()
    if number not in (PROTO_MINIMUM_SUPPORTED, PROTO_MAXIMUM_SUPPORTED, *range(PROTO_SSLv3, PROTO_TLSv1_3 + 1)):
        raise ValueError(f"Unsupported TLS/SSL version {number:#x}")
    return number


def _der_of(pem):
    import base64

    return base64.b64decode(b"".join(pem.strip().splitlines()[1:-1]))


def _pem_of(der):
    """PEM of one or more certificates in DER, one after the other."""
    import base64

    pem = b""
    while der:
        length = der[1] if len(der) > 1 else 0
        size = 2
        if length & 0x80:
            size += length & 0x7F
            length = int.from_bytes(der[2:size])
        if der[0] != 0x30 or len(der) < size + length:
            raise SSLError(SSL_ERROR_SSL, "[ASN1: NOT_ENOUGH_DATA] not enough data")
        pem += b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der[: size + length])
        pem += b"-----END CERTIFICATE-----\n"
        der = der[size + length :]
    return pem


class SSLSession:
    """A session to resume: there are none to be had."""


class MemoryBIO:
    """A buffer between OpenSSL and whatever carries the bytes."""

    def __init__(self):
        self._data = bytearray()
        self._ended = False

    def write(self, data, /):
        if self._ended:
            raise SSLError("cannot write() after write_eof()")
        data = bytes(memoryview(data))
        self._data += data
        return len(data)

    def read(self, size=-1, /):
        count = len(self._data) if size < 0 else size
        data = bytes(self._data[:count])
        del self._data[:count]
        return data

    def write_eof(self):
        self._ended = True

    @property
    def eof(self):
        return self._ended and not self._data

    @property
    def pending(self):
        return len(self._data)


_objects = {
    "1.3.6.1.5.5.7.3.1": (129, "serverAuth", "TLS Web Server Authentication"),
    "1.3.6.1.5.5.7.3.2": (130, "clientAuth", "TLS Web Client Authentication"),
}


def txt2obj(txt, name=False):
    """An object identifier: only those of the two purposes are known."""
    for oid, (nid, short, long) in _objects.items():
        if txt == oid or (name and txt in (short, long)):
            return nid, short, long, oid
    raise ValueError(f"unknown object '{txt[:100]}'")


def nid2obj(nid):
    for oid, (number, short, long) in _objects.items():
        if number == nid:
            return nid, short, long, oid
    raise ValueError(f"unknown NID {nid}")


def RAND_status():
    return True


def RAND_add(string, entropy, /):
    """The kernel's random numbers need none."""


def RAND_bytes(n, /):
    if n < 0:
        raise ValueError("num must be positive")
    return os.urandom(n)


def get_default_verify_paths():
    return ("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt", "SSL_CERT_DIR", "/etc/ssl/certs")
