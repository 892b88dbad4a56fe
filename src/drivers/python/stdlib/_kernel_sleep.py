"""time.sleep(): CPython's own would count the time in a busy loop."""

import time

from _secure_exec import call_once

_CLOCK_MONOTONIC = 1
_US = 1_000_000


def sleep(seconds, /):
    """Delay execution for a given number of seconds.

    The argument may be a floating-point number for subsecond precision.
    """
    if not isinstance(seconds, (int, float)) and not hasattr(seconds, "__index__"):
        raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
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


def install():
    """Puts it into `time`."""
    sleep.__module__ = "time"
    time.sleep = sleep
