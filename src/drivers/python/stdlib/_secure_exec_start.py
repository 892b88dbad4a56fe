"""Makes anew what depends on the process, in an interpreter that was initialised before there was one.

See `early-start.ts`. What is done here is what `site` and the interpreter's own start do.
"""

import io
import os
import posix
import site
import sys

_PACKAGES = f"{sys.prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
# Where the C library says that standard streams take every byte.
_PLAIN_LOCALES = ("", "C", "POSIX", "C.UTF-8")


def _strings(hexadecimal):
    return bytes.fromhex(hexadecimal).split(b"\0")[:-1]


def _stream(fd, name, mode, errors):
    try:
        posix.fstat(fd)
    except OSError:
        return None
    buffer = io.open(fd, mode + "b", -1, None, None, None, False)
    buffer.raw.name = name
    is_terminal = buffer.raw.isatty()
    is_by_line = is_terminal or fd == 2
    text = io.TextIOWrapper(buffer, "utf-8", errors, "\n", line_buffering=is_by_line)
    text.mode = mode
    return text


def _streams():
    names = (posix.environ.get(name) for name in (b"LC_ALL", b"LC_CTYPE", b"LANG"))
    locale = next(filter(None, names), b"").decode("ascii", "replace")
    errors = "surrogateescape" if locale in _PLAIN_LOCALES else "strict"
    sys.stdin = sys.__stdin__ = _stream(0, "<stdin>", "r", errors)
    sys.stdout = sys.__stdout__ = _stream(1, "<stdout>", "w", errors)
    sys.stderr = sys.__stderr__ = _stream(2, "<stderr>", "w", "backslashreplace")


def _environment(pairs):
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        posix.environ[name] = value
        if name:
            os.environb[name] = value


def _packages():
    sys.path_importer_cache.clear()
    try:
        names = posix.listdir(_PACKAGES)
    except OSError:
        names = ()
    for name in sorted(names):
        if name.endswith(".pth") and not name.startswith("."):
            site.addpackage(_PACKAGES, name, None)
    if "HOME" in os.environ:
        site.USER_BASE = site.USER_SITE = None
        before = len(sys.path)
        site.addusersitepackages(None)
        if len(sys.path) > before:
            site.execusercustomize()
    if any(name.startswith("sitecustomize.") for name in names):
        site.execsitecustomize()


def refresh(original, arguments, environment):
    """Sets the command line and the environment, opens the streams, and looks for packages."""
    sys.orig_argv = [os.fsdecode(each) for each in _strings(original)]
    sys.executable = sys._base_executable = sys.orig_argv[0]
    # By its name, as a shell starts it.
    sys.orig_argv[0] = sys.executable.rpartition("/")[2]
    sys.argv = [os.fsdecode(each) for each in _strings(arguments)]
    _environment(_strings(environment))
    _streams()
    _packages()
