"""The group database: /etc/group."""

from operator import index

from _structseq_database import entries, structseq

struct_group = structseq("grp.struct_group", "gr_name gr_passwd gr_gid gr_mem")


def getgrall():
    """All entries, in arbitrary order."""
    return [
        struct_group((name, password, int(gid), [member for member in members.split(",") if member]))
        for name, password, gid, members in entries("/etc/group", 4, (2,))
    ]


def getgrnam(name):
    """The entry of a group's name; KeyError without one."""
    if not isinstance(name, str):
        raise TypeError(f"getgrnam() argument 'name' must be str, not {type(name).__name__}")
    if "\0" in name:
        raise ValueError("embedded null byte")
    for entry in getgrall():
        if entry.gr_name == name:
            return entry
    raise KeyError(f"getgrnam(): name not found: {name!r}")


def getgrgid(id):
    """The entry of a group's id; KeyError without one."""
    number = index(id)
    for entry in getgrall():
        if entry.gr_gid == number:
            return entry
    raise KeyError(f"getgrgid(): gid not found: {id}")
