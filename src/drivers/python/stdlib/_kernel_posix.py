"""The functions of `posix` that CPython's C library for WebAssembly has as stubs, or not at all.

`install()` puts them into `posix` before `os` takes what is there. Their names, errors and texts are those of
CPython on Linux. Imported before `os` is: it takes only what is built in, the rest when a function needs it.
"""

import errno
import fcntl
import posix
import sys
from _struct import pack, unpack

from _secure_exec import call, put

_AT_FDCWD = -100
_AT_SYMLINK_FOLLOW = 0x400
_INT_MAX = 0x7FFFFFFF
_SIGCHLD = 17
_SIGCONT = 18
_S_IFIFO = 0o010000
_S_IFREG = 0o100000


def getpid():
    """The caller's process id."""
    return call("getpid")


def getppid():
    """The parent's process id."""
    return call("getppid")


def _ids():
    return unpack("<6I", call("get_ids"))


def getuid():
    """The real user id."""
    return _ids()[0]


def geteuid():
    """The effective user id."""
    return _ids()[1]


def getresuid():
    """Real, effective and saved user id."""
    return _ids()[:3]


def getgid():
    """The real group id."""
    return _ids()[3]


def getegid():
    """The effective group id."""
    return _ids()[4]


def getresgid():
    """Real, effective and saved group id."""
    return _ids()[3:]


def setuid(uid, /):
    """Becomes a user."""
    call("set_user", _id(uid))


def setgid(gid, /):
    """Becomes a member of a group."""
    call("set_group", _id(gid))


def seteuid(euid, /):
    """Sets the effective user id."""
    call("set_user_ids", -1, _id(euid), -1)


def setegid(egid, /):
    """Sets the effective group id."""
    call("set_group_ids", -1, _id(egid), -1)


def setreuid(ruid, euid, /):
    """Sets real and effective user id."""
    call("set_user_ids", _id(ruid), _id(euid), -1)


def setregid(rgid, egid, /):
    """Sets real and effective group id."""
    call("set_group_ids", _id(rgid), _id(egid), -1)


def setresuid(ruid, euid, suid, /):
    """Sets real, effective and saved user id."""
    call("set_user_ids", _id(ruid), _id(euid), _id(suid))


def setresgid(rgid, egid, sgid, /):
    """Sets real, effective and saved group id."""
    call("set_group_ids", _id(rgid), _id(egid), _id(sgid))


def getgroups():
    """The supplementary groups."""
    groups = call("get_groups")
    return list(unpack(f"<{len(groups) // 4}I", groups))


def setgroups(groups, /):
    """Sets the supplementary groups."""
    call("set_groups", b"".join(pack("<I", _id(group) & 0xFFFFFFFF) for group in groups))


def initgroups(username, gid, /):
    """Sets the groups that the database has for a user, and one more."""
    import grp

    name = _bytes(username).decode(sys.getfilesystemencoding(), "surrogateescape")
    setgroups([gid, *(entry.gr_gid for entry in grp.getgrall() if name in entry.gr_mem)])


def getgrouplist(user, group, /):
    """The groups that the database has for a user, and one more."""
    import grp

    return [group, *(entry.gr_gid for entry in grp.getgrall() if user in entry.gr_mem)]


def _id(value):
    if not isinstance(value, int) and not hasattr(value, "__index__"):
        raise TypeError(f"uid should be integer, not {type(value).__name__}")
    number = value.__index__()
    if number < -1:
        raise OverflowError("uid is less than minimum")
    if number > 0xFFFFFFFF:
        raise OverflowError("uid is greater than maximum")
    return number


def getlogin():
    """The name of the user, by the database."""
    import pwd

    try:
        return pwd.getpwuid(getuid()).pw_name
    except KeyError:
        raise OSError(errno.ENXIO, posix.strerror(errno.ENXIO)) from None


def getpgid(pid):
    """The group of a process."""
    return call("getpgid", pid)


def getpgrp():
    """The caller's process group."""
    return call("getpgid", 0)


def setpgid(pid, pgrp, /):
    """Puts a process into a group."""
    call("setpgid", pid, pgrp)


def setpgrp():
    """Makes the caller the leader of a group."""
    call("setpgid", 0, 0)


def getsid(pid, /):
    """The session of a process."""
    return call("getsid", pid)


def setsid():
    """Starts a session."""
    call("setsid")


def kill(pid, signal, /):
    """Sends a signal."""
    sys.audit("os.kill", pid, signal)
    # A signal to oneself is delivered before this returns, when the evaluation loop goes on.
    call("kill", pid, signal)


def killpg(pgid, signal, /):
    """Sends a signal to a group."""
    sys.audit("os.killpg", pgid, signal)
    if pgid < 0:
        raise OSError(errno.EINVAL, posix.strerror(errno.EINVAL))
    call("kill", -pgid, signal)


def waitpid(pid, options, /):
    """Waits for a child; its pid and wait status."""
    return call("waitpid", pid, options)


def wait():
    """Waits for any child."""
    return waitpid(-1, 0)


def wait4(pid, options):
    """waitpid with the use of resources."""
    import resource

    return (*waitpid(pid, options), resource.getrusage(resource.RUSAGE_CHILDREN))


def wait3(options):
    """wait4 for any child."""
    return wait4(-1, options)


def waitid(idtype, ident, options, /):
    """Waits for a child and tells why it was reported; children are taken, WNOWAIT is refused."""
    if idtype == posix.P_ALL:
        pid = -1
    elif idtype == posix.P_PID:
        pid = ident
    elif idtype == posix.P_PGID:
        pid = -ident if ident else 0
    else:
        raise OSError(errno.EINVAL, posix.strerror(errno.EINVAL))
    if options & posix.WNOWAIT or not options & (posix.WEXITED | posix.WSTOPPED | posix.WCONTINUED):
        raise OSError(errno.EINVAL, posix.strerror(errno.EINVAL))
    taken = options & posix.WNOHANG
    if options & posix.WSTOPPED:
        taken |= posix.WUNTRACED
    if options & posix.WCONTINUED:
        taken |= posix.WCONTINUED
    found, status = waitpid(pid, taken)
    if found == 0:
        return None
    if posix.WIFCONTINUED(status):
        code, value = posix.CLD_CONTINUED, _SIGCONT
    elif posix.WIFSTOPPED(status):
        code, value = posix.CLD_STOPPED, posix.WSTOPSIG(status)
    elif posix.WIFSIGNALED(status):
        code, value = posix.CLD_KILLED, posix.WTERMSIG(status)
    else:
        code, value = posix.CLD_EXITED, posix.WEXITSTATUS(status)
    return posix.waitid_result((found, getuid(), _SIGCHLD, int(value), code))


def getpriority(which, who):
    """The nice value of a process, group or user."""
    return call("get_priority", which, who)


def setpriority(which, who, priority):
    """Sets the nice value."""
    call("set_priority", which, who, priority)


def nice(increment, /):
    """Adds to the nice value."""
    wanted = max(-20, min(19, getpriority(posix.PRIO_PROCESS, 0) + increment))
    setpriority(posix.PRIO_PROCESS, 0, wanted)
    return wanted


def uname():
    """What the machine calls itself."""
    return posix.uname_result(
        (_line("/proc/sys/kernel/ostype", "Linux"), _line("/proc/sys/kernel/hostname", "localhost"),
         _line("/proc/sys/kernel/osrelease", ""), _line("/proc/sys/kernel/version", ""), "wasm32")
    )


def _line(path, otherwise):
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().rstrip("\n")
    except OSError:
        return otherwise


def gethostname():
    """The machine's name."""
    return uname().nodename


def getloadavg():
    """The load of 1, 5 and 15 minutes."""
    try:
        return tuple(float(word) for word in _line("/proc/loadavg", "").split()[:3])
    except ValueError:
        raise OSError("Load averages are unobtainable") from None


def sched_getaffinity(pid, /):
    """The processors that a process may run on: all."""
    return set(range(posix.cpu_count()))


def mkfifo(path, mode=0o666, *, dir_fd=None):
    """Makes a FIFO."""
    _named((path,), "mknod", _directory(dir_fd), _bytes(path), _S_IFIFO | mode & 0o7777)


def mknod(path, mode=0o600, device=0, *, dir_fd=None):
    """Makes a FIFO or an empty file."""
    kind = mode & 0o170000 or _S_IFREG
    _named((path,), "mknod", _directory(dir_fd), _bytes(path), kind | mode & 0o7777)


def link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=-1):
    """Makes a hard link."""
    sys.audit("os.link", src, dst, -1 if src_dir_fd is None else src_dir_fd,
              -1 if dst_dir_fd is None else dst_dir_fd)
    # Linux's link(2) follows no symbolic link, and so does CPython when it is not told to.
    flags = _AT_SYMLINK_FOLLOW if follow_symlinks not in (-1, False) else 0
    _named((src, None, dst), "link", _directory(src_dir_fd), _bytes(src), _directory(dst_dir_fd), _bytes(dst), flags)


def _named(paths, *arguments):
    """A call whose failure names paths."""
    try:
        return call(*arguments)
    except OSError as failure:
        raise OSError(failure.errno, failure.strerror, *paths) from None


def _bytes(path):
    """A path as the kernel takes it."""
    path = posix.fspath(path)
    if isinstance(path, str):
        path = path.encode(sys.getfilesystemencoding(), "surrogateescape")
    if b"\0" in path:
        raise ValueError("embedded null byte")
    return path


def _directory(fd):
    return _AT_FDCWD if fd is None else fd


def pipe2(flags, /):
    """A pipe with O_CLOEXEC and O_NONBLOCK as they are given."""
    if flags > _INT_MAX:
        raise OverflowError("signed integer is greater than maximum")
    reader, writer = call("pipe", 1 if flags & posix.O_CLOEXEC else 0)
    if flags & posix.O_NONBLOCK:
        posix.set_blocking(reader, False)
        posix.set_blocking(writer, False)
    return reader, writer


def pipe():
    """A pipe that children do not inherit."""
    return call("pipe", 1)


def set_inheritable(fd, inheritable, /):
    """Sets whether children inherit a descriptor: CPython's own does nothing on WebAssembly."""
    call("set_fd_flags", fd, 0 if inheritable else fcntl.FD_CLOEXEC)


def openpty():
    """A pseudo terminal: its master and its slave."""
    return call("openpty", 1)


def ttyname(fd, /):
    """The name of a terminal."""
    return call("ttyname", fd).decode()


def _flock(fd, operation, /):
    """Locks a whole file."""
    # The file's object has to live as long as the call.
    if isinstance(fd, int):
        number = fd
    elif hasattr(fd, "fileno"):
        number = fd.fileno()
    else:
        raise TypeError("argument must be an int, or have a fileno() method.")
    if number > _INT_MAX:
        raise OverflowError("Python int too large to convert to C int")
    if number < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({number})")
    sys.audit("fcntl.flock", number, operation)
    call("flock", number, operation)


def _later(name):
    """A function of `_kernel_exec`, which programs that start no others need not load."""

    def function(*args, **options):
        import _kernel_exec

        return getattr(_kernel_exec, name)(*args, **options)

    function.__name__ = function.__qualname__ = name
    return function


_own = (
    getpid, getppid, getuid, geteuid, getresuid, getgid, getegid, getresgid, setuid, setgid, seteuid, setegid,
    setreuid, setregid, setresuid, setresgid, getgroups, setgroups, initgroups, getgrouplist, getlogin,
    getpgid, getpgrp, setpgid, setpgrp, getsid, setsid, kill, killpg, waitpid, wait, wait3, wait4, waitid,
    getpriority, setpriority, nice, uname, getloadavg, sched_getaffinity, mkfifo, mknod, link, pipe, pipe2,
    set_inheritable, openpty, ttyname,
)
_of_exec = (
    "posix_spawn", "posix_spawnp", "execv", "execve", "spawnv", "spawnve", "spawnvp", "spawnvpe", "system",
)
_constants = {
    "POSIX_SPAWN_OPEN": 0,
    "POSIX_SPAWN_CLOSE": 1,
    "POSIX_SPAWN_DUP2": 2,
    "P_WAIT": 0,
    "P_NOWAIT": 1,
    "P_NOWAITO": 1,
}
# What there can't be: programs ask for the name, and do without.
_absent = ("fork", "chroot")
# The size of a pipe is the kernel's.
_absent_of_fcntl = ("F_GETPIPE_SZ", "F_SETPIPE_SZ")


def install():
    """Puts all of it in place of what the C library has."""
    put(posix, *_own, *map(_later, _of_exec))
    posix.ptsname = posix.ttyname
    for name, value in _constants.items():
        setattr(posix, name, value)
    for name in _absent:
        delattr(posix, name)
    for name in _absent_of_fcntl:
        delattr(fcntl, name)
    fcntl.flock = _flock
