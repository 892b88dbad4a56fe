"""What asyncio does otherwise here: TLS over the socket itself, and children without a thread that waits."""

import os
import signal
import weakref
from asyncio import events
from asyncio.log import logger


def make_tls_transport(loop, rawsock, protocol, sslcontext, waiter, server_side, server_hostname, extra, server):
    """A plain transport over a socket that the kernel has upgraded. The loop stands still for the handshake."""
    from asyncio.selector_events import _SelectorSocketTransport

    try:
        connection = _handshake(rawsock, sslcontext, server_side, server_hostname)
    except BaseException:
        rawsock.close()
        raise
    extra = {**(extra or {}), **connection.facts(sslcontext)}
    return _SelectorSocketTransport(loop, rawsock, protocol, waiter, extra=extra, server=server)


async def upgrade(transport, protocol, sslcontext, server_side, server_hostname):
    """loop.start_tls: the transport stays, what it carries is plain from now on."""
    try:
        connection = _handshake(transport.get_extra_info("socket"), sslcontext, server_side, server_hostname)
    except BaseException:
        transport.close()
        raise
    transport._extra.update(connection.facts(sslcontext))
    transport.set_protocol(protocol)
    transport.resume_reading()
    return transport


def _handshake(sock, sslcontext, server_side, server_hostname):
    import ssl

    if not isinstance(sslcontext, ssl.SSLContext):
        sslcontext = ssl.create_default_context()
    if sslcontext.check_hostname and not server_side and not server_hostname:
        raise ValueError("check_hostname requires server_hostname")
    return ssl._AsyncioConnection(sslcontext, sock, server_side, server_hostname)


class ChildWatcher:
    """Calls back when children end: told by SIGCHLD, since there is no thread that could wait for one."""

    def __init__(self):
        self._callbacks = {}
        self._loops = weakref.WeakSet()

    def add_child_handler(self, pid, callback, *args):
        loop = events.get_running_loop()
        self._callbacks[pid] = (loop, callback, args)
        if loop not in self._loops:
            self._loops.add(loop)
            loop.add_signal_handler(signal.SIGCHLD, self._look)
        # It may have ended before the handler was there.
        loop.call_soon(self._look)

    def _look(self):
        for pid, (loop, callback, args) in list(self._callbacks.items()):
            try:
                found, status = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                found, code = pid, 255
                logger.warning("Unknown child process pid %d, will report returncode 255", pid)
            else:
                if found == 0:
                    continue
                code = os.waitstatus_to_exitcode(status)
            del self._callbacks[pid]
            if loop.is_closed():
                logger.warning("Loop %r that handles pid %r is closed", loop, pid)
            else:
                loop.call_soon_threadsafe(callback, pid, code, *args)
