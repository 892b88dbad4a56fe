# What is changed in Pyodide's standard library when it is packed: by file, (what stands there once, what shall).

# Pyodide's own packages: there is no JavaScript for them to talk to.
DROPPED = ("pyodide/", "_pyodide/", "pyodide_js/", "pyodide-")

PATCHES = {

    # Foreign functions are refused: modules that can do without them find so.
    "ctypes/__init__.py": (
        (
            '"""create and manipulate C data types in Python"""\n',
            '"""Not available."""\n\nraise ImportError("ctypes is not available: there are no foreign functions to call")\n',
        ),
    ),
    # Children come from the kernel's spawn.
    "subprocess.py": (
        (
            "from _posixsubprocess import fork_exec as _fork_exec",
            "from _kernel_subprocess import fork_exec as _fork_exec",
        ),
    ),
    "multiprocessing/util.py": (
        ("    import _posixsubprocess\n", "    import _kernel_subprocess as _posixsubprocess\n"),
    ),
    # A fork server needs a fork.
    "multiprocessing/context.py": (
        (
            "        _default_context = DefaultContext(_concrete_contexts['forkserver'])",
            "        _default_context = DefaultContext(_concrete_contexts['spawn'])",
        ),
    ),
    # Requests are served one after the other, for there are no threads.
    "socketserver.py": (
        (
            """        if self.block_on_close:
            vars(self).setdefault('_threads', _Threads())
        t = threading.Thread(target = self.process_request_thread,
                             args = (request, client_address))
        t.daemon = self.daemon_threads
        self._threads.append(t)
        t.start()
""",
            """        self.process_request_thread(request, client_address)
""",
        ),
    ),
    # Names are resolved without a thread: the kernel answers from its cache or the host's resolver.
    "asyncio/base_events.py": (
        # An executor whose thread could not start has none to end either.
        ("                self._default_executor = executor\n", ""),
        (
            """        return await self.run_in_executor(
            None, getaddr_func, host, port, family, type, proto, flags)
""",
            """        return getaddr_func(host, port, family, type, proto, flags)
""",
        ),
        (
            """        return await self.run_in_executor(
            None, socket.getnameinfo, sockaddr, flags)
""",
            """        return socket.getnameinfo(sockaddr, flags)
""",
        ),
        (
            """            raise TypeError(
                f'transport {transport!r} is not supported by start_tls()')

        waiter = self.create_future()
""",
            """            raise TypeError(
                f'transport {transport!r} is not supported by start_tls()')

        from _kernel_asyncio import upgrade
        return await upgrade(transport, protocol, sslcontext, server_side, server_hostname)
        waiter = self.create_future()
""",
        ),
    ),
    # TLS is the kernel's, over the socket itself.
    "asyncio/selector_events.py": (
        (
            """        self._ensure_fd_no_transport(rawsock)
        ssl_protocol = sslproto.SSLProtocol(
""",
            """        self._ensure_fd_no_transport(rawsock)
        from _kernel_asyncio import make_tls_transport
        return make_tls_transport(self, rawsock, protocol, sslcontext, waiter, server_side, server_hostname,
                                  extra, server)
        ssl_protocol = sslproto.SSLProtocol(
""",
        ),
    ),
    # SIGCHLD tells of children, not a thread for each.
    "asyncio/unix_events.py": (
        (
            """            self._watcher = _ThreadedChildWatcher()
""",
            """            from _kernel_asyncio import ChildWatcher
            self._watcher = ChildWatcher()
""",
        ),
    ),
    # The C library is musl's, in Emscripten, which calls itself glibc.
    "platform.py": (
        (
            """        try:
            ver = os.confstr('CS_GNU_LIBC_VERSION')
""",
            """        try:
            ver = os.confstr('CS_GNU_LIBC_VERSION')
            if ver.startswith("glibc"):
                ver = "musl 1.2.5"
""",
        ),
    ),
    # The C library takes every name of a locale, and has one.
    "locale.py": (
        (
            "_setlocale = setlocale\n",
            """_setlocale_of_c = setlocale

def _setlocale(category, locale=None, /):
    if locale:
        for name in locale.split(";"):
            if name.rpartition("=")[2] not in ("C", "POSIX", "C.UTF-8", "C.utf8"):
                raise Error("unsupported locale setting")
    return _setlocale_of_c(category, locale)
""",
        ),
    ),
    # The C library's name of the machine is Emscripten's.
    "socket.py": (
        (
            "import _socket\nfrom _socket import *\n",
            "import _socket\nfrom _socket import *\nfrom _kernel_posix import gethostname\n",
        ),
    ),
    # What only OpenSSL has.
    "hashlib.py": (
        ("    from _hashlib import pbkdf2_hmac\n", "    from _kernel_kdf import pbkdf2_hmac\n"),
        ("    from _hashlib import scrypt  # noqa: F401\n", "    from _kernel_kdf import scrypt  # noqa: F401\n"),
    ),
    # Progress is drawn when there is some, for there is no thread that could do it in between.
    "pip/_vendor/rich/live.py": (
        (
            """                self._refresh_thread = _RefreshThread(self, self.refresh_per_second)
                self._refresh_thread.start()
""",
            """                self._refresh_thread = None
""",
        ),
    ),
    # The first module that is imported, whatever the command line says.
    "encodings/__init__.py": (
        ("import codecs\n", "import _secure_exec_boot\nimport codecs\n"),
    ),
    # Not sooner: `_signal` is not whole before the interpreter has set its signals up.
    "signal.py": (
        ("import _signal\n", "import _signal\nimport _kernel_signals\n_kernel_signals.install()\n"),
    ),
}
