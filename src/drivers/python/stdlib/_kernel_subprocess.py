"""`_posixsubprocess.fork_exec` without a fork: the kernel's spawn, told what the child would have done.

Differences from CPython's: `preexec_fn` is refused, for there is no child that could run it; a working
directory and a mask are set in the parent around the spawn, which nothing else of it can see.
"""

import os
import posix
import signal
import struct

from _kernel_exec import c_strings, environment_strings
from _secure_exec import call

_SETPGROUP = 0x02
_SETSIGDEF = 0x04
_SETSID = 0x80
_SETUSER = 0x10000
_SETGROUPID = 0x20000
# The signals that Python ignores and a child expects not to: restore_signals.
_RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)


def fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite,
              errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set,
              gid, extra_groups, uid, child_umask, preexec_fn, /):
    """Starts a process and answers its pid; what fails in the child is written to `errpipe_write`."""
    if preexec_fn is not None:
        raise RuntimeError("preexec_fn not supported: the kernel spawns, there is no fork")
    if extra_groups is not None:
        raise RuntimeError("extra_groups not supported by the kernel's spawn")
    _check_fds(pass_fds)
    argv = c_strings(args)
    environment = environment_strings(posix._create_environ()) if env is None else c_strings(env)
    actions = _actions(close_fds, pass_fds, errpipe_write, (p2cread, c2pwrite, errwrite))
    attributes = _attributes(restore_signals, call_setsid, pgid_to_set, gid, uid)
    entered = _enter(cwd, errpipe_write)
    if entered is None:
        return _failed_child()
    umask = os.umask(child_umask) if child_umask >= 0 else -1
    try:
        return _spawn_first(executable_list, argv, environment, actions, attributes)
    except OSError as failure:
        _report(errpipe_write, failure, b"")
        return _failed_child()
    finally:
        if umask >= 0:
            os.umask(umask)
        if entered:
            os.chdir(entered)


def _check_fds(fds):
    last = -1
    for fd in fds:
        if not isinstance(fd, int) or fd <= last:
            raise ValueError("bad value(s) in fds_to_keep")
        last = fd


def _actions(close_fds, pass_fds, errpipe_write, streams):
    """Pairs of a child's descriptor and whose it is; -1 closes. In order, as dup2 is."""
    moved = [(fd, source) for fd, source in enumerate(streams) if source != -1]
    pairs = []
    if any(source < 3 and source != fd for fd, source in moved):
        # A stream that lies where another one goes to is put away first.
        pairs = [(_PARKING + fd, source) for fd, source in moved]
        moved = [(fd, _PARKING + fd) for fd, _ in moved]
        pairs += moved + [(parked, -1) for _, parked in moved]
    else:
        pairs = moved
    kept = {fd for fd in pass_fds if fd != errpipe_write}
    if close_fds:
        pairs += [(fd, -1) for fd in _open_fds() if fd > 2 and fd not in kept]
    else:
        pairs += [(fd, -1) for fd in set(streams) if fd > 2 and fd not in kept]
    # A descriptor put onto itself is inherited whatever its flag says.
    pairs += [(fd, fd) for fd in sorted(kept)]
    return b"".join(struct.pack("<ii", *pair) for pair in pairs)


# Below the least limit of descriptors that is usual.
_PARKING = 240


def _open_fds():
    try:
        return [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        # What Python opens is not inherited anyway.
        return []


def _attributes(restore_signals, call_setsid, group, gid, uid):
    flags = 0
    defaults = 0
    if restore_signals:
        flags |= _SETSIGDEF
        for number in _RESTORED:
            defaults |= 1 << (number - 1)
    if call_setsid:
        flags |= _SETSID
    if group >= 0:
        flags |= _SETPGROUP
    if uid is not None:
        flags |= _SETUSER
    if gid is not None:
        flags |= _SETGROUPID
    return struct.pack("<IiQQiIii", flags, max(group, 0), defaults, 0, 0, 0,
                       -1 if uid is None else uid, -1 if gid is None else gid)


def _enter(cwd, errpipe_write):
    """Goes to the child's directory; answers where the parent was, "" when it stays, None if it can't."""
    if cwd is None:
        return ""
    try:
        before = os.getcwd()
        os.chdir(cwd)
    except OSError as failure:
        _report(errpipe_write, failure, b"noexec:chdir")
        return None
    return before


def _spawn_first(paths, argv, environment, actions, attributes):
    """Starts the first program that is there; the error that tells most, if none is."""
    told = None
    for path in paths:
        try:
            return call("spawn", os.fsencode(path), argv, environment, actions, 0, attributes)
        except (FileNotFoundError, NotADirectoryError) as failure:
            told = told or failure
        except PermissionError as failure:
            if not isinstance(told, PermissionError):
                told = failure
    raise told or FileNotFoundError(2, "No such file or directory")


def _report(errpipe_write, failure, message):
    os.write(errpipe_write, b"OSError:%x:%s" % (failure.errno or 0, message))


def _failed_child():
    """The pid of the child that could not start: the caller waits for it, finds none, and goes on."""
    return 0x7FFFFFFF
