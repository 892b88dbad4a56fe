"""The password database: /etc/passwd."""

from operator import index

from _structseq_database import entries, structseq

struct_passwd = structseq(
    "pwd.struct_passwd",
    "pw_name pw_passwd pw_uid pw_gid pw_gecos pw_dir pw_shell",
)


def getpwall():
    """All entries, in arbitrary order."""
    return [
        struct_passwd((name, password, int(uid), int(gid), gecos, directory, shell))
        for name, password, uid, gid, gecos, directory, shell in entries("/etc/passwd", 7, (2, 3))
    ]


def getpwnam(name, /):
    """The entry of a user's name; KeyError without one."""
    if not isinstance(name, str):
        raise TypeError(f"getpwnam() argument must be str, not {type(name).__name__}")
    if "\0" in name:
        raise ValueError("embedded null byte")
    for entry in getpwall():
        if entry.pw_name == name:
            return entry
    raise KeyError(f"getpwnam(): name not found: {name!r}")


def getpwuid(uid, /):
    """The entry of a user's id; KeyError without one."""
    number = index(uid)
    for entry in getpwall():
        if entry.pw_uid == number:
            return entry
    raise KeyError(f"getpwuid(): uid not found: {uid}")
