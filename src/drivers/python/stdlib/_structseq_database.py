"""What pwd, grp and resource share: tuples with names, and the lines of a database in /etc."""

import sys
from operator import itemgetter


def structseq(name, fields):
    """A type like those of C modules: a tuple made of a sequence, with names and their repr."""
    module, _, typename = name.rpartition(".")
    fields = tuple(fields.split())

    def new(cls, sequence):
        values = tuple(sequence)
        if len(values) != len(fields):
            raise TypeError(f"{name}() takes a {len(fields)}-sequence ({len(values)}-sequence given)")
        return tuple.__new__(cls, values)

    def represent(self):
        return f"{name}({', '.join(f'{key}={value!r}' for key, value in zip(fields, self))})"

    members = {
        "__slots__": (),
        "__new__": new,
        "__repr__": represent,
        "__reduce__": lambda self: (type(self), (tuple(self),)),
        "__module__": module,
        "__match_args__": fields,
        "n_fields": len(fields),
        "n_sequence_fields": len(fields),
        "n_unnamed_fields": 0,
    }
    for index, field in enumerate(fields):
        members[sys.intern(field)] = property(itemgetter(index))
    return type(typename, (tuple,), members)


def entries(path, count, numbers):
    """The well-formed lines of a file of fields between colons; none when it can't be read."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        fields = line.split(":")
        if len(fields) == count and all(fields[number].isdecimal() for number in numbers):
            yield fields
