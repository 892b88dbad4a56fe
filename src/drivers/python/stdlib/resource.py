"""Limits and use of resources, as the kernel keeps them."""

import struct

from _secure_exec import call
from _structseq_database import structseq

error = OSError

RLIM_INFINITY = -1
RLIMIT_CPU = 0
RLIMIT_FSIZE = 1
RLIMIT_DATA = 2
RLIMIT_STACK = 3
RLIMIT_CORE = 4
RLIMIT_RSS = 5
RLIMIT_NPROC = 6
RLIMIT_NOFILE = 7
RLIMIT_OFILE = 7
RLIMIT_MEMLOCK = 8
RLIMIT_AS = 9
_RLIM_NLIMITS = 16

RUSAGE_SELF = 0
RUSAGE_CHILDREN = -1
RUSAGE_THREAD = 1

struct_rusage = structseq(
    "resource.struct_rusage",
    "ru_utime ru_stime ru_maxrss ru_ixrss ru_idrss ru_isrss ru_minflt ru_majflt ru_nswap ru_inblock "
    "ru_oublock ru_msgsnd ru_msgrcv ru_nsignals ru_nvcsw ru_nivcsw",
)


def getrlimit(resource, /):
    """Soft and hard limit."""
    _check(resource)
    return struct.unpack("<qq", call("get_limit", resource))


def setrlimit(resource, limits, /):
    """Sets soft and hard limit; ValueError for what is not possible."""
    _check(resource)
    try:
        soft, hard = limits
    except (TypeError, ValueError):
        raise ValueError("expected a tuple of 2 integers") from None
    try:
        call("set_limit", resource, _limit(soft), _limit(hard))
    except PermissionError:
        raise ValueError("not allowed to raise maximum limit") from None
    except OSError as failure:
        raise ValueError("current limit exceeds maximum limit") from failure


def prlimit(pid, resource, limits=None, /):
    """getrlimit and setrlimit, of the caller only."""
    import errno
    import os

    if pid < 0:
        raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
    if pid not in (0, os.getpid()):
        os.kill(pid, 0)
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    old = getrlimit(resource)
    if limits is not None:
        setrlimit(resource, limits)
    return old


def getrusage(who, /):
    """What a process has used: the kernel knows none of it, so all is zero but the CPU time of the caller."""
    if who not in (RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_THREAD):
        raise ValueError("invalid who parameter")
    import time

    used = time.process_time() if who != RUSAGE_CHILDREN else 0.0
    return struct_rusage((used, 0.0, *[0] * 14))


def getpagesize():
    """A page of the C library: 64 KiB, as WebAssembly has it."""
    import mmap

    return mmap.PAGESIZE


def _check(resource):
    if not isinstance(resource, int):
        raise TypeError(f"'{type(resource).__name__}' object cannot be interpreted as an integer")
    if not 0 <= resource < _RLIM_NLIMITS:
        raise ValueError("invalid resource specified")


def _limit(value):
    # Linux's limits have no sign: what is below zero is beyond what can be reached.
    if -1 << 63 <= value < 1 << 64:
        return value if 0 <= value < 1 << 63 else RLIM_INFINITY
    raise OverflowError("int too big to convert")
