"""Starting programs: posix_spawn, the spawn* functions, and exec* as far as it can be had."""

import errno
import os
import posix
import signal
import sys
from operator import index
from struct import pack

from _secure_exec import call

# The file actions: how errors call them, and how many values each has.
_FORMS = {os.POSIX_SPAWN_OPEN: ("open", 4), os.POSIX_SPAWN_CLOSE: ("close", 1), os.POSIX_SPAWN_DUP2: ("dup2", 2)}


def posix_spawn(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False,
                setsigmask=(), setsigdef=(), scheduler=None):
    """Starts a program."""
    flags = 0
    masks = [0, 0]
    for position, (flag, numbers) in enumerate(((0x04, setsigdef), (0x08, setsigmask))):
        for number in numbers:
            if not 0 < number < signal.NSIG:
                raise ValueError(f"signal number {number} out of range [1; {signal.NSIG - 1}]")
            masks[position] |= 1 << (number - 1)
            flags |= flag
    if setpgroup is not None:
        flags |= 0x02
    if setsid:
        flags |= 0x80
    if scheduler is not None:
        raise NotImplementedError("The scheduler option is not supported in this system.")
    attributes = pack("<IiQQiI", flags, index(setpgroup or 0), *masks, 0, 0)
    actions, opened = _file_actions(file_actions)
    try:
        return _start(path, argv, env, actions, attributes)
    finally:
        for fd in opened:
            os.close(fd)


def posix_spawnp(path, argv, env, /, **options):
    """posix_spawn of a program that is looked for in PATH."""
    name = os.fsdecode(path)
    if "/" not in name:
        import shutil

        found = shutil.which(name, path=os.pathsep.join(map(os.fsdecode, os.get_exec_path())))
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        name = found
    return posix_spawn(name, argv, env, **options)


def _file_actions(file_actions):
    """Actions as the kernel takes them, and what was opened for them: the parent opens, the child inherits."""
    pairs = []
    opened = []
    for action in file_actions or ():
        if not isinstance(action, tuple) or not action:
            raise TypeError("Each file_actions element must be a non-empty tuple")
        kind, *rest = action
        form = _FORMS.get(kind)
        if form is None:
            raise TypeError("Unknown file_actions identifier")
        name, length = form
        if len(rest) != length:
            raise TypeError(f"A {name} file_action tuple must have {length + 1} elements")
        if kind == os.POSIX_SPAWN_OPEN:
            fd, path, flags, mode = rest
            opened.append(os.open(path, flags, mode))
            pairs.append((fd, opened[-1]))
        elif kind == os.POSIX_SPAWN_CLOSE:
            pairs.append((index(rest[0]), -1))
        else:
            pairs.append((index(rest[1]), index(rest[0])))
    return b"".join(pack("<ii", *pair) for pair in pairs), opened


def _start(path, argv, env, actions, attributes):
    environment = environment_strings(posix._create_environ() if env is None else env)
    argv = c_strings(argv)
    try:
        return call("spawn", os.fsencode(path), argv, environment, actions, 0, attributes)
    except OSError as failure:
        raise OSError(failure.errno, failure.strerror, path) from None


def environment_strings(env):
    """An environment as the kernel takes it."""
    pairs = [(os.fsencode(key), os.fsencode(value)) for key, value in env.items()]
    if any(not key or b"=" in key[1:] for key, _ in pairs):
        raise ValueError("illegal environment variable name")
    return c_strings(key + b"=" + value for key, value in pairs)


def c_strings(items):
    """Strings as the kernel takes them; ValueError for one with a NUL."""
    strings = [os.fsencode(item) for item in items]
    if any(b"\0" in item for item in strings):
        raise ValueError("embedded null byte")
    return strings


def execv(path, argv, /):
    """Becomes another program."""
    execve(path, argv, os.environ)


def execve(path, argv, env):
    """Becomes another program, as far as a process can that has no exec: the program is a child in its
    place, with its descriptors, whose end is the end of this process. Only the pid is another one."""
    argv = list(argv)
    if not argv:
        raise ValueError("execve: argv must not be empty")
    if not os.fsdecode(argv[0]):
        raise ValueError("execve: argv first element cannot be empty")
    sys.audit("os.exec", path, argv, env)
    child = _start(path, argv, env, b"", b"")
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def spawnv(mode, path, argv, /):
    """Starts a program, and waits for it or not."""
    return _spawn(posix_spawn, mode, path, argv, None)


def spawnve(mode, path, argv, env, /):
    """spawnv with an environment."""
    return _spawn(posix_spawn, mode, path, argv, env)


def spawnvp(mode, file, argv, /):
    """spawnv of a program that is looked for in PATH."""
    return _spawn(posix_spawnp, mode, file, argv, None)


def spawnvpe(mode, file, argv, env, /):
    """spawnvp with an environment."""
    return _spawn(posix_spawnp, mode, file, argv, env)


def _spawn(start, mode, path, argv, env):
    if not isinstance(argv, (tuple, list)):
        raise TypeError("argv must be a tuple or a list")
    if not argv or not argv[0]:
        raise ValueError("argv first element cannot be empty")
    try:
        pid = start(path, argv, env)
    except OSError:
        # What the child of a fork would have told by its code.
        if mode == os.P_NOWAIT:
            raise
        return 127
    if mode == os.P_NOWAIT:
        return pid
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def system(command):
    """Runs a line of the shell; its wait status."""
    line = os.fsencode(command)
    sys.audit("os.system", line)
    # As system(3): what ends the program is not to end this one, and SIGCHLD is nobody else's.
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGQUIT)}
    restored = [number for number, handler in handlers.items() if handler != signal.SIG_IGN]
    try:
        child = posix_spawn("/bin/sh", ["sh", "-c", line], None, setsigdef=restored)
        return os.waitpid(child, 0)[1]
    except OSError:
        return 127 << 8
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
