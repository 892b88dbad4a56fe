"""Signals by the kernel: what goes into `_signal` before `signal` takes it from there.

CPython's own handlers stay where they are, in C. The kernel has to know which signals it shall hold for them:
those arrive with the answer of a call, which they end, or are asked for while the program computes.
"""

import _signal
from _struct import unpack

from _secure_exec import call, call_once, put

# What `signal_action` does: nothing special, nothing at all, hold it for the program.
_DEFAULT, _IGNORE, _CATCH = range(3)
# The signal ends calls that would go on otherwise: Python makes them again itself.
_INTERRUPTS = 1
_US = 1_000_000
_SIGNALS = 64
_EINVAL = 28

_c_signal = _signal.signal


def signal(signalnum, handler, /):
    """Set the action for the given signal.

    The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    The previous action is returned.  See getsignal() for possible return values.

    *** IMPORTANT NOTICE ***
    A signal handler function is called with two arguments:
    the first is the signal number, the second is the interrupted stack frame.
    """
    before = _c_signal(signalnum, handler)
    if handler == _signal.SIG_DFL:
        action = _DEFAULT
    else:
        action = _IGNORE if handler == _signal.SIG_IGN else _CATCH
    call("signal_action", signalnum, action, _INTERRUPTS, 0, 0)
    return before


def raise_signal(signalnum, /):
    """Send a signal to the executing process."""
    call("kill", call("getpid"), signalnum)


def pthread_kill(thread_id, signalnum, /):
    """Send a signal to a thread."""
    if signalnum:
        raise_signal(signalnum)


def pause():
    """Wait until a signal arrives."""
    try:
        call_once("poll", b"", -1)
    except InterruptedError:
        pass


def _timer(reply):
    left, interval = unpack("<qq", reply)
    return left / _US, interval / _US


def _check(which):
    if which != _signal.ITIMER_REAL:
        raise _signal.ItimerError(_EINVAL, "Invalid argument")


def setitimer(which, seconds, interval=0.0, /):
    """Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).

    The timer will fire after value seconds and after that every interval seconds.
    The itimer can be cleared by setting seconds to zero.

    Returns old values as a tuple: (delay, interval).
    """
    _check(which)
    if seconds < 0 or interval < 0:
        raise _signal.ItimerError(_EINVAL, "Invalid argument")
    # A timer that is so short that nothing is left of it would be none.
    first, again = (max(1, round(value * _US)) if value else 0 for value in (seconds, interval))
    return _timer(call("set_timer", 0, first, again))


def getitimer(which, /):
    """Returns current value of given itimer."""
    _check(which)
    return _timer(call("get_timer", 0))


def alarm(seconds, /):
    """Arrange for SIGALRM to arrive after the given number of seconds."""
    left, _ = _timer(call("set_timer", 0, seconds.__index__() * _US, 0))
    return -int(-left // 1)


def _set_of(signals):
    bits = 0
    for each in signals:
        if not 1 <= each <= _SIGNALS:
            raise ValueError(f"signal number {each} out of range [1; {_SIGNALS}]")
        bits |= 1 << each - 1
    return bits & 0xFFFFFFFF, bits >> 32


def _signals_of(words):
    bits = words[0] & 0xFFFFFFFF | (words[1] & 0xFFFFFFFF) << 32
    return {index + 1 for index in range(_SIGNALS) if bits >> index & 1}


def pthread_sigmask(how, mask, /):
    """Fetch and/or change the signal mask of the calling thread."""
    return _signals_of(call("signal_mask", how, *_set_of(mask)))


def sigpending():
    """Examine pending signals."""
    return _signals_of(call("pending_signals"))


def _wait(mask, timeout):
    while True:
        try:
            return unpack("<i", call_once("wait_signal", *_set_of(mask), timeout)[:4])[0]
        except InterruptedError:
            pass


def sigwait(sigset, /):
    """Wait for a signal."""
    return _wait(sigset, -1)


def _information(number):
    return _signal.struct_siginfo((number, 0, 0, 0, 0, 0, 0))


def sigwaitinfo(sigset, /):
    """Wait synchronously until one of the signals in *sigset* is delivered."""
    return _information(_wait(sigset, -1))


def sigtimedwait(sigset, timeout, /):
    """Like sigwaitinfo(), but with a timeout."""
    if timeout < 0:
        raise ValueError("timeout must be non-negative")
    try:
        return _information(_wait(sigset, int(timeout * _US)))
    except BlockingIOError:
        return None


def install():
    """Puts these into the modules that they are for."""
    functions = (
        signal, raise_signal, pthread_kill, pause, setitimer, getitimer, alarm, pthread_sigmask, sigpending,
        sigwait, sigwaitinfo, sigtimedwait,
    )
    put(_signal, *functions, known_as="signal")
    _signal.SIG_BLOCK, _signal.SIG_UNBLOCK, _signal.SIG_SETMASK = range(3)
    for which, name in enumerate(("ITIMER_REAL", "ITIMER_VIRTUAL", "ITIMER_PROF")):
        setattr(_signal, name, which)
