"""Runs file system steps on this machine's own kernel: the oracle of linux-parity.test.ts.

Reads a list of cases from stdin, each a list of steps [operation, argument, ...]. Runs each case in
an empty directory, whose parent is for this case, too. Writes one list of results a case, each "ok",
a value, or an error's name.
"""

import errno
import json
import os
import shutil
import stat
import sys
import tempfile


def kind(mode):
    for name, test in (("directory", stat.S_ISDIR), ("link", stat.S_ISLNK), ("file", stat.S_ISREG)):
        if test(mode):
            return name
    return "other"


def describe(path, follow):
    info = os.stat(path, follow_symlinks=follow)
    what = kind(info.st_mode)
    if what == "directory":
        return [what, info.st_nlink]
    return [what, info.st_nlink, info.st_size]


def tree(path):
    found = {}
    for name in sorted(os.listdir(path)):
        entry = path + "/" + name
        found[entry] = describe(entry, False)
        if found[entry][0] == "directory":
            found.update(tree(entry))
        elif found[entry][0] == "link":
            found[entry].append(os.readlink(entry))
    return found


def write(path, flags, text):
    fd = os.open(path, flags, 0o644)
    try:
        return os.write(fd, text.encode())
    finally:
        os.close(fd)


operations = {
    "open": lambda path, flags: os.close(os.open(path, flags, 0o644)),
    "write": write,
    "mkdir": lambda path: os.mkdir(path, 0o755),
    "rmdir": os.rmdir,
    "unlink": os.unlink,
    "rename": os.rename,
    "link": lambda old, new: os.link(old, new, follow_symlinks=False),
    "symlink": os.symlink,
    "readlink": os.readlink,
    "truncate": os.truncate,
    "stat": lambda path: describe(path, True),
    "lstat": lambda path: describe(path, False),
    "tree": lambda: tree("."),
}


def run(step):
    operation, *arguments = step
    try:
        result = operations[operation](*arguments)
        return "ok" if result is None else result
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    os.umask(0o022)
    # In memory where that is to be had: thousands of directories come and go.
    memory = "/dev/shm"
    root = tempfile.mkdtemp(
        prefix="secure-exec-parity-", dir=memory if os.access(memory, os.W_OK) else None
    )
    try:
        results = []
        for index, case in enumerate(json.load(sys.stdin)):
            place = os.path.join(root, str(index))
            os.makedirs(place + "/in")
            os.chdir(place + "/in")
            results.append([run(step) for step in case])
            os.chdir(root)
            shutil.rmtree(place)
        json.dump(results, sys.stdout)
    finally:
        os.chdir("/")
        shutil.rmtree(root)


main()
