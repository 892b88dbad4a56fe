"""time.sleep(), for CPython's own would count the time in a busy loop, and the clock of the only thread."""

import time

from _secure_exec import call_once, put

_CLOCK_MONOTONIC = 1
_US = 1_000_000


def sleep(seconds, /):
    """Delay execution for a given number of seconds.

    The argument may be a floating-point number for subsecond precision.
    """
    if not isinstance(seconds, (int, float)) and not hasattr(seconds, "__index__"):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer or float")
    if seconds != seconds:
        raise ValueError("Invalid value NaN (not a number)")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    if seconds >= 2**53 / _US:
        raise OverflowError("timestamp too large to convert to C PyTime_t")
    left = round(seconds * _US)
    while True:
        # What is left when a handler has to run.
        left = call_once("sleep", _CLOCK_MONOTONIC, 0, left)
        if left <= 0:
            return


_c_clock_info = time.get_clock_info


def thread_time():
    """Thread time for profiling: sum of the kernel and user-space CPU time."""
    return time.process_time()


def thread_time_ns():
    """Thread time for profiling as nanoseconds."""
    return time.process_time_ns()


def get_clock_info(name, /):
    """Get information of the specified clock."""
    return _c_clock_info("process_time" if name == "thread_time" else name)


def install():
    """Puts these into `time`."""
    put(time, sleep, thread_time, thread_time_ns, get_clock_info)
    # It knows no clock.
    del time.pthread_getcpuclockid
