"""Key derivation for `hashlib`, which OpenSSL has and HACL has not: PBKDF2 (RFC 8018) and scrypt (RFC 7914)."""

import struct

_MEMORY_MAX = 32 * 1024 * 1024


def pbkdf2_hmac(hash_name, password, salt, iterations, dklen=None):
    """Password based key derivation function 2, with HMAC of a hash."""
    import hashlib

    if not isinstance(hash_name, str):
        raise TypeError(f"pbkdf2_hmac() argument 'hash_name' must be str, not {type(hash_name).__name__}")
    password = bytes(memoryview(password))
    salt = bytes(memoryview(salt))
    try:
        inner = hashlib.new(hash_name)
        outer = hashlib.new(hash_name)
        size = inner.digest_size
    except ValueError:
        raise ValueError(f"unsupported hash type {hash_name}") from None
    if iterations < 1:
        raise ValueError("iteration value must be greater than 0.")
    if dklen is None:
        dklen = size
    if dklen < 1:
        raise ValueError("key length must be greater than 0.")
    block = inner.block_size
    if len(password) > block:
        password = hashlib.new(hash_name, password).digest()
    password += b"\0" * (block - len(password))
    inner.update(bytes(byte ^ 0x36 for byte in password))
    outer.update(bytes(byte ^ 0x5C for byte in password))

    def prf(message):
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        return second.digest()

    key = b""
    number = 1
    while len(key) < dklen:
        previous = prf(salt + struct.pack(">I", number))
        total = int.from_bytes(previous)
        for _ in range(iterations - 1):
            previous = prf(previous)
            total ^= int.from_bytes(previous)
        key += total.to_bytes(size)
        number += 1
    return key[:dklen]


def scrypt(password, *, salt, n, r, p, maxmem=0, dklen=64):
    """scrypt in Python: right, but some hundred times slower than OpenSSL's."""
    password = bytes(memoryview(password))
    salt = bytes(memoryview(salt))
    if n < 2 or n & (n - 1):
        raise ValueError("n must be a power of 2.")
    if not 0 <= maxmem <= 0x7FFFFFFF:
        raise ValueError("maxmem must be positive and smaller than 2147483647")
    if not 1 <= dklen <= 0x7FFFFFFF:
        raise ValueError("dklen must be greater than 0 and smaller than 2147483647")
    if r < 1 or p < 1 or r * p >= 1 << 30 or 128 * r * (n + p + 2) > (maxmem or _MEMORY_MAX):
        raise ValueError("Invalid parameter combination for n, r, p, maxmem.")
    size = 128 * r
    blocks = pbkdf2_hmac("sha256", password, salt, 1, size * p)
    mixed = b"".join(_romix(blocks[start : start + size], n, r) for start in range(0, size * p, size))
    return pbkdf2_hmac("sha256", password, mixed, 1, dklen)


def _romix(block, n, r):
    words = struct.Struct(f"<{32 * r}I")
    state = list(words.unpack(block))
    history = []
    for _ in range(n):
        history.append(words.pack(*state))
        state = _block_mix(state, r)
    for _ in range(n):
        other = words.unpack(history[state[-16] & (n - 1)])
        state = _block_mix([one ^ two for one, two in zip(state, other)], r)
    return words.pack(*state)


def _block_mix(state, r):
    last = state[-16:]
    even = []
    odd = []
    for index in range(2 * r):
        part = state[16 * index : 16 * index + 16]
        last = _salsa([one ^ two for one, two in zip(last, part)])
        (odd if index & 1 else even).extend(last)
    return even + odd


_quarters = (
    (0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11),
    (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14),
)


def _salsa(start):
    x = start[:]
    for _ in range(4):
        for a, b, c, d in _quarters:
            t = x[a] + x[d] & 0xFFFFFFFF
            x[b] ^= (t << 7 | t >> 25) & 0xFFFFFFFF
            t = x[b] + x[a] & 0xFFFFFFFF
            x[c] ^= (t << 9 | t >> 23) & 0xFFFFFFFF
            t = x[c] + x[b] & 0xFFFFFFFF
            x[d] ^= (t << 13 | t >> 19) & 0xFFFFFFFF
            t = x[d] + x[c] & 0xFFFFFFFF
            x[a] ^= (t << 18 | t >> 14) & 0xFFFFFFFF
    return [one + two & 0xFFFFFFFF for one, two in zip(x, start)]
