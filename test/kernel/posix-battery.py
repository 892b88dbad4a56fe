"""Runs the battery (posix-battery.txt) on this machine's own kernel: the oracle of its expectations.

Needs root: cases act as other users. Prints JSON: for each case the lines whose result was another
than expected, with what Linux answered.
"""

import ctypes
import errno
import fcntl
import json
import os
import re
import select
import shutil
import signal
import stat
import struct
import sys
import tempfile
import time

KINDS = (
    ("dir", stat.S_ISDIR),
    ("file", stat.S_ISREG),
    ("link", stat.S_ISLNK),
    ("fifo", stat.S_ISFIFO),
    ("sock", stat.S_ISSOCK),
    ("char", stat.S_ISCHR),
)


EVENTS = (
    (0x2, "modify"),
    (0x4, "attrib"),
    (0x40, "from"),
    (0x80, "to"),
    (0x100, "create"),
    (0x200, "delete"),
    (0x400, "delete-self"),
    (0x800, "move-self"),
    (0x4000, "overflow"),
    (0x8000, "ignored"),
    (0x40000000, "dir"),
)

libc = ctypes.CDLL(None, use_errno=True)


class Timespec(ctypes.Structure):
    _fields_ = [("sec", ctypes.c_long), ("nsec", ctypes.c_long)]


def times(atime, mtime):
    def one(text):
        if text == "now":
            return Timespec(0, (1 << 30) - 1)
        if text == "omit":
            return Timespec(0, (1 << 30) - 2)
        return Timespec(*divmod(int(text), 10**9))

    return (Timespec * 2)(one(atime), one(mtime))


def checked(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Waits(Exception):
    pass


def alarm(_signal, _frame):
    raise Waits()


class Machine:
    def __init__(self, place):
        self.place = place
        self.handles = {}
        self.marks = {}

    def at(self, word):
        match = re.match(r"^@(\w+):(.*)$", word, re.S)
        if match:
            return {"path": match[2], "dir_fd": self.handles["@" + match[1]]}
        return {"path": word, "dir_fd": None}

    def fd(self, handle):
        return self.handles.get(handle, 999)

    def utimensat(self, word, atime, mtime, flags):
        place = self.at(word)
        fd = -100 if place["dir_fd"] is None else place["dir_fd"]
        checked(libc.utimensat(fd, place["path"].encode(), times(atime, mtime), flags))

    def op_as(self, uid="0", gid=None, groups=""):
        os.seteuid(0)
        os.setegid(0)
        os.setgroups([int(group) for group in groups.split(",") if group])
        os.setegid(int(gid or uid))
        os.seteuid(int(uid))

    def op_umask(self, mask):
        os.umask(int(mask, 8))

    def op_mkdir(self, path, mode="755"):
        os.mkdir(mode=int(mode, 8), **self.at(path))

    def op_rmdir(self, path):
        os.rmdir(**self.at(path))

    def op_unlink(self, path):
        os.unlink(**self.at(path))

    def op_rename(self, old, new):
        a, b = self.at(old), self.at(new)
        os.rename(a["path"], b["path"], src_dir_fd=a["dir_fd"], dst_dir_fd=b["dir_fd"])

    def op_link(self, old, new, follow=""):
        a, b = self.at(old), self.at(new)
        places = [-100 if place["dir_fd"] is None else place["dir_fd"] for place in (a, b)]
        flags = 0x400 if follow else 0
        # Python's own link() follows or not as the C library likes.
        checked(
            libc.linkat(places[0], a["path"].encode(), places[1], b["path"].encode(), flags)
        )

    def op_symlink(self, target, path):
        place = self.at(path)
        os.symlink(target, place["path"], dir_fd=place["dir_fd"])

    def op_readlink(self, path):
        return os.readlink(**self.at(path))

    def op_chmod(self, path, mode):
        os.chmod(mode=int(mode, 8), **self.at(path))

    def op_chown(self, path, uid, gid):
        os.chown(uid=int(uid), gid=int(gid), **self.at(path))

    def op_lchown(self, path, uid, gid):
        os.chown(uid=int(uid), gid=int(gid), follow_symlinks=False, **self.at(path))

    def op_utimes(self, path, atime, mtime):
        self.utimensat(path, atime, mtime, 0)

    def op_lutimes(self, path, atime, mtime):
        self.utimensat(path, atime, mtime, 0x100)

    def op_futimes(self, handle, atime, mtime):
        checked(libc.futimens(self.fd(handle), times(atime, mtime)))

    def op_access(self, path, wanted=""):
        mode = sum(1 << at for at, letter in enumerate("xwr") if letter in wanted)
        place = self.at(path)
        fd = -100 if place["dir_fd"] is None else place["dir_fd"]
        # faccessat2(2) itself: the C library may answer AT_EACCESS by looking at the mode.
        checked(libc.syscall(439, fd, place["path"].encode(), mode, 0x200))

    def op_mkfifo(self, path, mode="644"):
        os.mkfifo(mode=int(mode, 8), **self.at(path))

    def op_mksock(self, path, mode="644"):
        os.mknod(mode=stat.S_IFSOCK | int(mode, 8), **self.at(path))

    def op_mkreg(self, path, mode="644"):
        os.mknod(mode=stat.S_IFREG | int(mode, 8), **self.at(path))

    def opened(self, path, flags, mode="644"):
        return os.open(flags=flags, mode=int(mode, 8), **self.at(path))

    def op_create(self, path, mode="644"):
        os.close(self.opened(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))

    def used(self, path, flags, use):
        fd = self.opened(path, flags)
        try:
            return use(fd)
        finally:
            os.close(fd)

    def op_write(self, path, text=""):
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        return self.used(path, flags, lambda fd: os.write(fd, text.encode()))

    def op_append(self, path, text):
        return self.used(
            path, os.O_APPEND | os.O_WRONLY, lambda fd: os.write(fd, text.encode())
        )

    def op_read(self, path):
        return self.used(path, os.O_RDONLY, lambda fd: os.read(fd, 100).decode())

    def op_truncate(self, path, size):
        return self.used(path, os.O_WRONLY, lambda fd: os.ftruncate(fd, int(size)))

    def op_open(self, path, flags, handle="", mode="644"):
        number = 0
        for name in flags.split("|"):
            number |= getattr(os, "O_" + name)
        fd = self.opened(path, number, mode)
        if handle:
            self.handles[handle] = fd
        else:
            os.close(fd)

    def op_close(self, handle):
        os.close(self.fd(handle))

    def op_dup(self, handle, copy):
        self.handles[copy] = os.dup(self.fd(handle))

    def op_fwrite(self, handle, text):
        return os.write(self.fd(handle), text.encode())

    def op_fread(self, handle, length):
        return os.read(self.fd(handle), int(length)).decode()

    def op_fpread(self, handle, length, position):
        return os.pread(self.fd(handle), int(length), int(position)).decode()

    def op_fpwrite(self, handle, text, position):
        return os.pwrite(self.fd(handle), text.encode(), int(position))

    def op_fseek(self, handle, offset, whence):
        return os.lseek(self.fd(handle), int(offset), int(whence))

    def op_ftruncate(self, handle, size):
        os.ftruncate(self.fd(handle), int(size))

    def op_fchmod(self, handle, mode):
        os.fchmod(self.fd(handle), int(mode, 8))

    def op_fchown(self, handle, uid, gid):
        os.fchown(self.fd(handle), int(uid), int(gid))

    def fields(self, info, names):
        values = []
        for name in names:
            if name == "type":
                kinds = [kind for kind, test in KINDS if test(info.st_mode)]
                values.append(kinds[0])
            elif name == "mode":
                values.append("%o" % stat.S_IMODE(info.st_mode))
            elif name in ("atime", "mtime"):
                values.append(str(getattr(info, "st_%s_ns" % name)))
            else:
                values.append(str(getattr(info, "st_" + name)))
        return " ".join(values)

    def op_fstat(self, handle, *names):
        return self.fields(os.fstat(self.fd(handle)), names)

    def op_stat(self, path, *names):
        return self.fields(os.stat(**self.at(path)), names)

    def op_lstat(self, path, *names):
        return self.fields(os.stat(follow_symlinks=False, **self.at(path)), names)

    def op_same(self, a, b):
        infos = [os.stat(follow_symlinks=False, **self.at(path)) for path in (a, b)]
        return "yes" if infos[0].st_ino == infos[1].st_ino else "no"

    def op_ls(self, path):
        fd = self.opened(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return ",".join(sorted(os.listdir(fd))) or "nothing"
        finally:
            os.close(fd)

    def op_flock(self, handle, operation):
        fcntl.flock(self.fd(handle), int(operation))

    def op_setfl(self, handle, flags):
        number = 0
        for name in flags.split("|"):
            number |= getattr(os, "O_" + name)
        fcntl.fcntl(self.fd(handle), fcntl.F_SETFL, number)

    def op_getfl(self, handle):
        # O_LARGEFILE is the C library's.
        return fcntl.fcntl(self.fd(handle), fcntl.F_GETFL) & ~0o100000

    def op_poll(self, handle):
        poll = select.poll()
        poll.register(self.fd(handle), 0x1F)
        return dict(poll.poll(0)).get(self.fd(handle), 0)

    def op_watch(self, handle, path, mask="fc6"):
        if handle not in self.handles:
            self.handles[handle] = libc.inotify_init1(os.O_NONBLOCK)
        watch = libc.inotify_add_watch(self.fd(handle), path.encode(), int(mask, 16))
        return watch if watch > 0 else checked(watch)

    def op_unwatch(self, handle, watch):
        checked(libc.inotify_rm_watch(self.fd(handle), int(watch)))

    def op_events(self, handle):
        data = os.read(self.fd(handle), 65536)
        events = []
        at = 0
        while at < len(data):
            watch, mask, _cookie, length = struct.unpack_from("iIII", data, at)
            name = data[at + 16 : at + 16 + length].rstrip(b"\0").decode()
            what = "+".join(text for bit, text in EVENTS if mask & bit)
            events.append(":".join([str(watch), what] + ([name] if name else [])))
            at += 16 + length
        return ",".join(events)

    def op_chdir(self, path):
        os.chdir(path)

    def op_getcwd(self):
        return os.getcwd().replace(self.place, "") or "."

    def times_of(self, path):
        if path.startswith("@") and ":" not in path:
            info = os.fstat(self.fd(path))
        else:
            info = os.stat(follow_symlinks=False, **self.at(path))
        return [info.st_atime_ns, info.st_mtime_ns, info.st_ctime_ns]

    def op_mark(self, *paths):
        for path in paths:
            self.marks[path] = self.times_of(path)
        time.sleep(0.015)

    def op_moved(self, path):
        now = self.times_of(path)
        moved = [name for name, a, b in zip("amc", now, self.marks[path]) if a != b]
        return "".join(moved) or "none"

    def run(self, words):
        operation, *arguments = words
        signal.setitimer(signal.ITIMER_REAL, 1)
        try:
            result = getattr(self, "op_" + operation)(*arguments)
            return "ok" if result is None else str(result) or "nothing"
        except OSError as error:
            return errno.errorcode[error.errno]
        except Waits:
            return "blocks"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def expand(word):
    if word == '""':
        return ""
    return re.sub(r"%(\d+)", lambda match: "n" * int(match[1]), word)


def main():
    signal.signal(signal.SIGALRM, alarm)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    memory = "/dev/shm"
    root = tempfile.mkdtemp(
        prefix="secure-exec-battery-", dir=memory if os.access(memory, os.W_OK) else None
    )
    os.chmod(root, 0o755)
    found = {}
    try:
        blocks = re.split(r"(?m)^case ", open(sys.argv[1], encoding="utf8").read())[1:]
        for number, block in enumerate(blocks):
            name, *lines = block.split("\n")
            place = "%s/%d/in" % (root, number)
            os.umask(0o022)
            os.makedirs(place)
            os.chdir(place)
            machine = Machine(place)
            different = []
            for line in lines:
                text = line.strip()
                if not text or text.startswith("#"):
                    continue
                call, _, expected = text.partition(" = ")
                result = machine.run([expand(word) for word in re.split(" +", call)])
                if result != (expected.strip() or "ok"):
                    different.append("%s: Linux %s" % (text, result))
            machine.op_as()
            for fd in set(machine.handles.values()):
                try:
                    os.close(fd)
                except OSError:
                    pass
            os.chdir(root)
            shutil.rmtree("%s/%d" % (root, number), ignore_errors=True)
            if different:
                found[name] = different
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.chdir("/")
        shutil.rmtree(root, ignore_errors=True)
    json.dump(found, sys.stdout, indent=1)


main()
